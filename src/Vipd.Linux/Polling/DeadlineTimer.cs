using Vipd.Linux.Interop;

namespace Vipd.Linux.Polling;

/// <summary>
/// A descriptor that becomes readable at a point in time of <see cref="BootClock"/> (timerfd_create(2)).
/// </summary>
public sealed unsafe class DeadlineTimer : IDisposable
{
    /// <summary>Makes a timer that is not armed.</summary>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public DeadlineTimer()
    {
        const int Flags = SysTimerfd.TFD_CLOEXEC | SysTimerfd.TFD_NONBLOCK;
        Descriptor = FileDescriptor.FromCall(SysTimerfd.timerfd_create(Time.CLOCK_BOOTTIME, Flags), "timerfd_create");
    }

    /// <summary>Readable from the deadline until <see cref="Arm"/> with a later one.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>Replaces the deadline.</summary>
    /// <param name="boottimeNanoseconds">Absolute, on CLOCK_BOOTTIME; a time that has passed fires at once.</param>
    public void Arm(long boottimeNanoseconds)
    {
        // A value of 0 would disarm, so everything up to the first nanosecond is that nanosecond.
        var next = new IntervalTimerSpecification
        {
            it_value = TimeSpecification.FromNanoseconds(Math.Max(boottimeNanoseconds, 1)),
        };
        int result = SysTimerfd.timerfd_settime(Descriptor, SysTimerfd.TFD_TIMER_ABSTIME, &next, null);
        LinuxException.Check(result, "timerfd_settime");
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();
}
