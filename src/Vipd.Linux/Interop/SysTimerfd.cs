using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>sys/timerfd.h</summary>
internal static unsafe partial class SysTimerfd
{
    internal const int TFD_CLOEXEC = 0x80000;
    internal const int TFD_NONBLOCK = 0x800;
    internal const int TFD_TIMER_ABSTIME = 1;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int timerfd_create(int clock, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int timerfd_settime(
        FileDescriptor fd, int flags, IntervalTimerSpecification* next, IntervalTimerSpecification* previous);
}
