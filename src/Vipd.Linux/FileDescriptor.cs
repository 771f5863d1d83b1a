using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux;

/// <summary>Owns an open file descriptor and closes it once.</summary>
public sealed class FileDescriptor : SafeHandle
{
    /// <summary>Takes over an open descriptor.</summary>
    /// <param name="number">0 or greater; it is not checked that it is open.</param>
    public FileDescriptor(int number)
        : base(invalidHandleValue: -1, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        SetHandle(number);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>Takes over what a system call returned.</summary>
    /// <exception cref="LinuxException">The call returned -1.</exception>
    internal static FileDescriptor FromCall(int result, string call, string? advice = null) =>
        result < 0 ? throw LinuxException.Last(call, advice) : new FileDescriptor(result);

    /// <inheritdoc/>
    // close(2): after EINTR the descriptor is closed all the same; repeating it could close somebody else's.
    protected override bool ReleaseHandle() => Unistd.close((int)handle) == 0 || Errno.Last == Errno.EINTR;
}
