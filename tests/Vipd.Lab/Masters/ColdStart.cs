using Vipd.Lab.Traffic;

namespace Vipd.Lab.Masters;

/// <summary>All masters boot at the same moment with the same file, while a client is already asking.</summary>
/// <param name="HoldersAfter2Seconds">Nodes with the VIP in their kernel, 2 s after the start.</param>
/// <param name="Claimants">Nodes that advertised a priority other than 0 during the whole of it.</param>
public sealed record ColdStart(TimeSpan StartedAt, int HoldersAfter2Seconds, int Claimants, ProbeResult Client)
{
    private static readonly TimeSpan TwoSeconds = TimeSpan.FromSeconds(2);

    /// <summary>From the start of the daemons to the first answer; null when there was none.</summary>
    public double? MillisecondsToFirstAnswer =>
        (Client.Packets.Min(p => p.Answered) - StartedAt)?.TotalMilliseconds;

    /// <summary>The longest gap that the client sees from its first answer on; NaN when there was none.</summary>
    public double LongestGapMilliseconds => Client.SinceFirstAnswer.LongestGapMilliseconds;

    /// <summary>Starts every daemon of a cluster in which none runs.</summary>
    public static ColdStart Observe(Cluster cluster, CancellationToken stop = default) =>
        Observe(cluster, TimeSpan.Zero, stop);

    /// <summary>The same; the client goes on for a while after calm.</summary>
    public static ColdStart Observe(Cluster cluster, TimeSpan afterCalm, CancellationToken stop = default)
    {
        using var probe = cluster.StartProbe();
        var startedAt = MonotonicClock.Now;
        foreach (var master in cluster.Masters) master.StartDaemon();
        Lab.Observe.Within(TwoSeconds, () => MonotonicClock.Now - startedAt >= TwoSeconds, stop);
        var holders = cluster.HoldersOfVip().Count;
        cluster.WaitUntilSettled(stop);
        stop.WaitHandle.WaitOne(afterCalm);
        var claimants = cluster.Tap.ClaimantsSince(startedAt).Count;
        return new ColdStart(startedAt, holders, claimants, probe.Stop());
    }

    /// <summary>Power off: every daemon killed, and no address left, as after a boot.</summary>
    public static void PowerOff(Cluster cluster)
    {
        foreach (var master in cluster.Masters) master.PowerOff();
    }
}
