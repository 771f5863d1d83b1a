using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>time.h</summary>
internal static unsafe partial class Time
{
    internal const int CLOCK_BOOTTIME = 7;

    // Answered by the vDSO in some 20 ns without entering the kernel: the switch of GC mode would cost more than the
    // call.
    [LibraryImport("libc")]
    [SuppressGCTransition]
    internal static partial int clock_gettime(int clock, TimeSpecification* time);
}

/// <summary>struct timespec; both fields are as wide as a C long.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpecification
{
    internal nint tv_sec;
    internal nint tv_nsec;

    internal readonly long ToNanoseconds() => (tv_sec * 1_000_000_000L) + tv_nsec;

    internal static TimeSpecification FromNanoseconds(long nanoseconds)
    {
        (long seconds, long rest) = Math.DivRem(nanoseconds, 1_000_000_000L);
        return new TimeSpecification { tv_sec = (nint)seconds, tv_nsec = (nint)rest };
    }
}

/// <summary>struct itimerspec</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IntervalTimerSpecification
{
    internal TimeSpecification it_interval;
    internal TimeSpecification it_value;
}
