using Vipd.Linux;
using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>The one clock of the election: CLOCK_BOOTTIME, which counts while the machine is suspended.</summary>
internal static class LoopClock
{
    public static MonotonicTime Now => new(BootClock.Nanoseconds);
}
