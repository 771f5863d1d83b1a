using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Observability;

/// <summary>Whether the election thread still makes passes: what /healthz and the watchdog of systemd go by.</summary>
/// <param name="loop">What the loop tells of itself.</param>
/// <param name="bootClockNanoseconds">CLOCK_BOOTTIME, the clock of <see cref="LoopBoard.LastPassNanoseconds"/>.</param>
public sealed class LoopLiveness(LoopBoard loop, Func<long> bootClockNanoseconds)
{
    /// <summary>A healthy loop makes a pass each 1.5 s, however little there is to do.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Since the last pass; since boot when there was none yet.</summary>
    public TimeSpan SinceLastPass =>
        TimeSpan.FromTicks((bootClockNanoseconds() - loop.LastPassNanoseconds) / TimeSpan.NanosecondsPerTick);

    public bool IsAlive => loop.LastPassNanoseconds != 0 && SinceLastPass <= Limit;

    /// <summary>Alive, configured and with its sockets open.</summary>
    public bool IsReady => IsAlive && loop.IsRunning;
}
