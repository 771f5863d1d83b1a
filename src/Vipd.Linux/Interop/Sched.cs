using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>sched.h. glibc's sched_setscheduler is the bare system call; musl's answers ENOSYS.</summary>
internal static unsafe partial class Sched
{
    internal const int SCHED_OTHER = 0;
    internal const int SCHED_FIFO = 1;
    internal const int SCHED_RESET_ON_FORK = 0x40000000;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_setscheduler(int threadId, int policy, SchedulingParameter* parameter);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_getscheduler(int threadId);
}

/// <summary>struct sched_param</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SchedulingParameter
{
    internal int sched_priority;
}
