using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux;

/// <summary>
/// The kernel refused a call: "bind: EADDRINUSE (Address already in use)", followed by what to do where that is known.
/// </summary>
public sealed class LinuxException : Exception
{
    /// <summary>Describes a failed call.</summary>
    /// <param name="call">The system call, with its option where one call has many ("setsockopt IP_TTL").</param>
    /// <param name="errno">The positive error number (errno.h).</param>
    /// <param name="advice">What the reader can do about it; a sentence without its full stop.</param>
    public LinuxException(string call, int errno, string? advice = null)
        : base(Describe(call, errno, advice))
    {
        Call = call;
        Errno = errno;
        Advice = advice;
    }

    /// <summary>The system call that failed.</summary>
    public string Call { get; }

    /// <summary>The error number of errno.h, positive.</summary>
    public int Errno { get; }

    /// <summary>The symbolic name of <see cref="Errno"/>: "EADDRINUSE".</summary>
    public string ErrnoName => ErrnoNames.Of(Errno);

    /// <summary>What to do about it, if that is known.</summary>
    public string? Advice { get; }

    /// <summary>The exception for the call that has just failed on this thread.</summary>
    internal static LinuxException Last(string call, string? advice = null) => new(call, Interop.Errno.Last, advice);

    /// <exception cref="LinuxException"><paramref name="result"/> is negative.</exception>
    internal static int Check(int result, string call) => result < 0 ? throw Last(call) : result;

    private static string Describe(string call, int errno, string? advice)
    {
        string text = $"{call}: {ErrnoNames.Of(errno)} ({Marshal.GetPInvokeErrorMessage(errno)})";
        return advice is null ? text : $"{text}: {advice}";
    }
}
