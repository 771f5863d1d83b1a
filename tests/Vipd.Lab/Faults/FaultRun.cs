using Vipd.Lab.Masters;
using Vipd.Lab.Network;
using Vipd.Lab.Traffic;
using Vipd.Lab.Wire;

namespace Vipd.Lab.Faults;

/// <summary>One fault as the kernels, the wire and the client saw it, from just before it to calm.</summary>
/// <param name="Announcements">Gratuitous ARP packets of all nodes.</param>
/// <param name="AdvertisedAfterEnd">By the node that was broken, with a priority above 0, once the fault was
/// over.</param>
/// <param name="AnnouncedAfterEnd">By the node that was broken, once the fault was over; packets.</param>
/// <param name="Problem">It did not become calm; null if it did.</param>
public sealed record FaultRun(
    Scene Scene,
    HolderTimes Holders,
    ProbeResult Client,
    int Announcements,
    int AdvertisedAfterEnd,
    int AnnouncedAfterEnd,
    string? Problem)
{
    private const int AnswersBefore = 200;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    public static FaultRun Observe(Cluster cluster, Fault fault, CancellationToken stop = default)
    {
        var active = cluster.WaitUntilSettled(stop);
        var scene = new Scene(cluster, active, cluster.Masters.First(m => m != active && !m.IsKeepalived));
        var address = active.Node.LinkLayerAddress();
        cluster.Tap.Clear();
        using var probe = cluster.StartProbe();
        Lab.Observe.Until("answers", Bound, () => probe.Answered >= AnswersBefore, cluster.DescribeHolders, stop);
        using var timeline = HolderTimeline.Start(cluster);

        fault.Break(scene);
        var over = MonotonicClock.Now + fault.Lasts;
        Lab.Observe.Within(fault.Lasts, () => MonotonicClock.Now >= over, stop);
        var ended = MonotonicClock.Now;
        fault.End(scene);
        var calm = Lab.Observe.Steady(
            cluster.Options.ActiveDownInterval * 2, Bound, () => IsCalm(cluster, probe), stop);

        var holders = timeline.Stop();
        var client = probe.Stop();
        var problem = calm ? null : $"not calm: {cluster.DescribeHolders()}";
        return new FaultRun(
            scene,
            holders,
            client,
            cluster.Tap.AnnouncementsSince(TimeSpan.Zero).Count,
            cluster.Tap.AdvertisementsSince(ended).Count(a => !a.Resigns && a.Source.Equals(active.Node.Address)),
            cluster.Tap.AnnouncementsSince(ended).Count(a => a.SenderMac.Equals(address)),
            problem);
    }

    private static bool IsCalm(Cluster cluster, Probe probe) =>
        probe.Last is { } last
        && MonotonicClock.Now - last.Received < TimeSpan.FromMilliseconds(100)
        && cluster.HoldersOfVip().Count == 1;
}
