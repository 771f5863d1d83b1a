using System.Diagnostics;

namespace Vipd.Lab;

/// <summary>CLOCK_MONOTONIC as time since boot, so that probe, wire and orchestrator share one axis.</summary>
public static class MonotonicClock
{
    // Stopwatch is CLOCK_MONOTONIC in nanoseconds on Linux.
    public static TimeSpan Now => TimeSpan.FromTicks(Stopwatch.GetTimestamp() / TimeSpan.NanosecondsPerTick);

    /// <summary>What to subtract from a CLOCK_REALTIME stamp (time since 1970) to get a monotonic one.</summary>
    public static TimeSpan RealtimeOffset() => DateTime.UtcNow - DateTime.UnixEpoch - Now;
}
