using System.Globalization;
using Vipd.Lab.Masters;
using Vipd.Lab.Network;
using Vipd.Lab.Traffic;
using Vipd.Lab.Wire;

namespace Vipd.Lab.Faults;

/// <summary>One fault as the kernels, the wire and the client saw it, from just before it to calm.</summary>
/// <param name="GoneAfterMilliseconds">From the fault until the broken node's kernel did not have the VIP any more; NaN
/// if it has it at the end. A node off the network counts as without.</param>
/// <param name="Announcements">Gratuitous ARP packets of all nodes.</param>
/// <param name="AdvertisedAfterEnd">By the node that was broken, with a priority above 0, once the fault was
/// over.</param>
/// <param name="AnnouncedAfterEnd">By the node that was broken, once the fault was over; packets.</param>
/// <param name="Problem">It did not become calm; null if it did.</param>
public sealed record FaultRun(
    Scene Scene,
    HolderTimes Holders,
    ProbeResult Client,
    double GoneAfterMilliseconds,
    int Announcements,
    int AdvertisedAfterEnd,
    int AnnouncedAfterEnd,
    string? Problem)
{
    private const int AnswersBefore = 200;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    /// <summary>Who holds the VIP alone since calm was seen; null if it was not, or may not last.</summary>
    public Master? Holder { get; private init; }

    /// <param name="settled">Is known to hold the VIP alone; null: wait until somebody does.</param>
    public static FaultRun Observe(
        Cluster cluster, Fault fault, Master? settled = null, CancellationToken stop = default)
    {
        var active = settled ?? cluster.WaitUntilSettled(stop);
        var scene = new Scene(cluster, active, cluster.Masters.First(m => m != active && !m.IsKeepalived));
        cluster.Tap.Clear();
        using var probe = cluster.StartProbe();
        Lab.Observe.Until("answers", Bound, () => probe.Answered >= AnswersBefore, cluster.DescribeHolders, stop);
        using var timeline = HolderTimeline.Start(cluster);

        var begun = MonotonicClock.Now;
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
        var gone = holders.LastSeen.GetValueOrDefault(active, begun) - begun;
        // Of the interface that it has now: one that was made anew has another address.
        var address = active.Node.LinkLayerAddress();
        return new FaultRun(
            scene,
            holders,
            client,
            cluster.HoldersOfVip().Contains(active) ? double.NaN : Math.Max(0, gone.TotalMilliseconds),
            cluster.Tap.AnnouncementsSince(TimeSpan.Zero).Count,
            cluster.Tap.AdvertisementsSince(ended).Count(a => !a.Resigns && a.Source.Equals(active.Node.Address)),
            cluster.Tap.AnnouncementsSince(ended).Count(a => a.SenderMac.Equals(address)),
            problem)
        {
            Holder = calm && fault.Restore is null && cluster.HoldersOfVip() is [var holder] ? holder : null,
        };
    }

    /// <summary>What was demanded and not seen.</summary>
    public IReadOnlyList<string> Unmet(Fault fault) =>
    [
        .. Problem is null ? (string[])[] : [Problem],
        .. fault.Demands.Where(demand => !demand.IsMet(this)).Select(demand => demand.Text),
    ];

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"two {Holders.TwoOrMore.TotalMilliseconds:0} ms, none {Holders.None.TotalMilliseconds:0} ms, gone after "
        + $"{GoneAfterMilliseconds:0} ms, gap {Client.LongestGapMilliseconds:0} ms, lost {Client.Lost}, probe late "
        + $"{Client.WorstSendLatenessMilliseconds:0.#} ms, announced {Announcements}, after the end "
        + $"{AdvertisedAfterEnd} and {AnnouncedAfterEnd}");

    private static bool IsCalm(Cluster cluster, Probe probe) =>
        probe.Last is { } last
        && MonotonicClock.Now - last.Received < TimeSpan.FromMilliseconds(100)
        && cluster.HoldersOfVip().Count == 1;
}
