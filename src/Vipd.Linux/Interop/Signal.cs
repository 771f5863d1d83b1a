using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>signal.h</summary>
internal static unsafe partial class Signal
{
    internal const int SIGHUP = 1;
    internal const int SIGKILL = 9;
    internal const int SIG_DFL = 0;
    internal const int SIG_IGN = 1;

    /// <summary>A negative process id is that of a process group.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int processId, int signal);

    /// <summary>Changes nothing where <paramref name="next"/> is null.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sigaction(int signal, SignalAction* next, SignalAction* former);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sigemptyset(SignalSet* signals);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sigfillset(SignalSet* signals);
}

/// <summary>struct sigaction: glibc and musl agree on it</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SignalAction
{
    internal nint sa_handler;
    internal SignalSet sa_mask;
    internal int sa_flags;
    internal nint sa_restorer;
}
