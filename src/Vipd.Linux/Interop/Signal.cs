using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>signal.h</summary>
internal static unsafe partial class Signal
{
    internal const int SIGKILL = 9;

    /// <summary>A negative process id is that of a process group.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int processId, int signal);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sigemptyset(SignalSet* signals);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sigfillset(SignalSet* signals);
}
