using Vipd.Lab.Masters;
using Vipd.Lab.Traffic;

namespace Vipd.Lab.Bench;

/// <summary>The node of a router with many addresses dies: when the last one is answered, and announced.</summary>
internal sealed class ManyAddresses(BenchOptions bench) : Measurement
{
    private const int AnswersBefore = 300;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly Quantity Answered = new("deadline to the last address answered", "ms");
    private static readonly Quantity LastAnnounced = new("deadline to the last address's first ARP", "ms");

    internal override string Name => "many-addresses";

    internal override string Title => "Cable cut and everything killed on the Active of two masters, by number of "
        + "addresses in one virtual router; a client asks the last configured one a thousand times a second.";

    internal override string Goal => "no later than keepalived, then at most 20 ms at 500; at most linear";

    internal override IReadOnlyList<Trial> Trials =>
    [
        .. new[] { 1, 100, 500, 2000 }.SelectMany(count => Both(
            $"{count} addresses",
            bench.FirstOfTwo with
            {
                Vips = ClusterOptions.ManyVips(count), AdvertisementInterval = Milliseconds(1000),
            })),
    ];

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = StartFirstFirst(trial.Options, withTap: true, stop);
        var (dead, heir) = (cluster.Masters[0], cluster.Masters[1]);
        var shift = Succession.ShiftOf(cluster, heir);
        var announced = new Announced(cluster, heir);
        using var probe = Probe.Start(cluster.Segment.Client, [trial.Options.Vips[^1].Address]);
        Lab.Observe.Until(
            "answers", Bound, () => probe.Answered >= AnswersBefore, cluster.DescribeHolders, stop);
        var brokenAt = MonotonicClock.Now;
        Failure.NodeDeath.Break(cluster, dead);
        announced.AwaitAll(Bound, brokenAt, stop);
        Lab.Observe.Until(
            "an answer by the heir", Bound, () => probe.OtherAnswered(dead.Name, brokenAt), cluster.DescribeHolders,
            stop);
        var client = probe.Stop();
        cluster.WaitUntilHeldBy(heir, stop);

        var (vrid, vips) = trial.Options.VirtualRouters.Single();
        var succession = new Succession(cluster, dead, heir, brokenAt, shift);
        var deadline = succession.Deadline(vrid);
        var answered = client.FirstAnswerBy(heir.Name, brokenAt)!.Value;
        var announcedLast = vips.Max(vip => succession.FirstAnnouncement(vip.Address));
        if (new[] { succession.FirstAdvertisement(vrid), answered, announcedLast }.Min() < deadline)
            throw new InvalidOperationException("the heir claimed before the deadline: no take-over of a dead router");
        note(Answered, (answered - deadline).TotalMilliseconds);
        note(LastAnnounced, (announcedLast - deadline).TotalMilliseconds);
    }
}
