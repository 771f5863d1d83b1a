using Vipd.Lab.Masters;

namespace Vipd.Lab.Bench;

/// <summary>The node of 255 Active Routers dies: when the last of them is served again.</summary>
internal sealed class ManyRouters(BenchOptions bench) : Measurement
{
    private const int Count = 255;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly Quantity Advertised = new("last router: Advertisement beyond its own deadline", "ms");
    private static readonly Quantity LastAnnounced = new("last router: ARP beyond its own deadline", "ms");
    private static readonly Quantity Typical = new("median router: ARP beyond its own deadline", "ms");

    internal override string Name => "255-routers-death";

    internal override string Title => "Cable cut and everything killed on the node with 255 Active Routers, of two.";

    internal override string Goal => "no later than keepalived";

    internal override IReadOnlyList<Trial> Trials =>
    [
        .. new[] { 1000, 100 }.Select(ms => Milliseconds(ms)).SelectMany(interval =>
            Both(Text(interval), bench.WithRouters(Count, interval))),
    ];

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = StartFirstFirst(trial.Options, withTap: true, stop);
        var (dead, heir) = (cluster.Masters[0], cluster.Masters[1]);
        var shift = Succession.ShiftOf(cluster, heir);
        var announced = new Announced(cluster, heir);
        cluster.Tap.Clear();
        // All routers have advertised once since.
        Lab.Observe.Until("an Advertisement of each router", Bound, () => cluster.Tap.Advertisements
            .Select(seen => seen.VirtualRouterId).Distinct().Count() == Count, stop: stop);
        var brokenAt = MonotonicClock.Now;
        Failure.NodeDeath.Break(cluster, dead);
        announced.AwaitAll(Bound, brokenAt, stop);
        cluster.WaitUntilHeldBy(heir, stop);
        var succession = new Succession(cluster, dead, heir, brokenAt, shift);
        var beyond = trial.Options.VirtualRouters.Select(router =>
        {
            var deadline = succession.Deadline(router.Vrid);
            return (
                Advertisement: (succession.FirstAdvertisement(router.Vrid) - deadline).TotalMilliseconds,
                Arp: (succession.FirstAnnouncement(router.Vips[0].Address) - deadline).TotalMilliseconds);
        }).ToList();
        note(Advertised, beyond.Max(one => one.Advertisement));
        note(LastAnnounced, beyond.Max(one => one.Arp));
        note(Typical, beyond.Select(one => one.Arp).Order().ElementAt(Count / 2));
    }
}
