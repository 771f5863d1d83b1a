using Vipd.Linux.Interop;

namespace Vipd.Linux;

/// <summary>CLOCK_BOOTTIME: goes on while the machine is suspended and is never set (clock_gettime(2)).</summary>
public static class BootClock
{
    /// <summary>
    /// Nanoseconds since the machine started; read from the vDSO, without a system call or an allocation.
    /// </summary>
    public static unsafe long Nanoseconds
    {
        get
        {
            TimeSpecification time;
            // The only errors are a bad clock and a bad pointer, neither of which can be.
            _ = Time.clock_gettime(Time.CLOCK_BOOTTIME, &time);
            return time.ToNanoseconds();
        }
    }
}
