using Vipd.Lab.Traffic;

namespace Vipd.Lab.Masters;

/// <summary>
/// An administrator deletes the VIP from the Active Router's interface; what the client noticed until it was back.
/// </summary>
public sealed record Wipe(Master Active, Master? HolderAfterwards, ProbeResult Client)
{
    private const int AnswersBefore = 300;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    public static Wipe Observe(Cluster cluster, CancellationToken stop = default)
    {
        var active = cluster.WaitUntilSettled(stop);
        var vip = cluster.Options.Vips[0];
        using var probe = cluster.StartProbe();
        Lab.Observe.Until("answers", Bound, () => probe.Answered >= AnswersBefore, cluster.DescribeHolders, stop);
        active.Node.DeleteAddress(vip.Address, vip.PrefixLength);
        var deletedAt = MonotonicClock.Now;
        Lab.Observe.Within(Bound, () => probe.Last!.Sent > deletedAt && cluster.HoldersOfVip().Count == 1, stop);
        // What a restored address does to the election shows within one Active_Down_Interval.
        Lab.Observe.Steady(cluster.Options.ActiveDownInterval, Bound, () => cluster.HoldersOfVip().Count == 1, stop);
        var client = probe.Stop();
        return new Wipe(active, cluster.HoldersOfVip() is [var holder] ? holder : null, client);
    }
}
