using Vipd.Lab.Masters;

namespace Vipd.Lab.Bench;

/// <summary>
/// The Active Router's node dies: how far beyond what the protocol itself waits the other acts. Of two nodes, so that
/// there is one heir and one deadline.
/// </summary>
internal sealed class NodeDeaths(BenchOptions bench) : Measurement
{
    private static readonly Quantity Beyond = new("first Advertisement beyond the deadline", "ms");
    private static readonly Quantity ToArp = new("from it to the first ARP", "ms");
    private static readonly Quantity Outage = new("client without an answer", "ms");
    private static readonly Quantity Spread = new("spread of equals, not counted as beyond", "ms");

    internal override string Name => "node-death";

    internal override string Title => "Cable cut and everything killed, two masters, by advertisement interval; packet "
        + "times at the switch. The deadline is the last Advertisement and Active_Down_Interval, with vipd's spread.";

    internal override string Goal =>
        "first Advertisement at most 0.3 ms beyond the deadline, p99 below 2 ms; the ARP at most 0.3 ms behind it";

    internal override IReadOnlyList<Trial> Trials =>
    [
        .. new[] { 1000, 100, 10 }.Select(ms => Milliseconds(ms)).SelectMany(
            interval => Both(Text(interval), bench.Two with { AdvertisementInterval = interval })),
    ];

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = Cluster.Start(trial.Options);
        var vrid = trial.Options.VirtualRouters.Single().Vrid;
        var deaths = trial.Options.EffectiveInterval < TimeSpan.FromSeconds(1) ? 10 : 2;
        for (var i = 0; i < bench.Either(deaths, quick: 1); i++)
        {
            cluster.Tap.Clear();
            var takeOver = TakeOver.Observe(cluster, Failure.NodeDeath, stop).Valid();
            var spread = Succession.SpreadOf(takeOver.To!);
            var succession = new Succession(cluster, takeOver.From, takeOver.To!, takeOver.BrokenAt, spread);
            var advertised = succession.FirstAdvertisement(vrid);
            note(Beyond, (advertised - succession.Deadline(vrid)).TotalMilliseconds);
            note(ToArp, (succession.FirstAnnouncement(cluster.Vip) - advertised).TotalMilliseconds);
            note(Outage, takeOver.Client.LongestGapMilliseconds);
            if (!takeOver.To!.IsKeepalived) note(Spread, spread.TotalMilliseconds);
            Failure.NodeDeath.Mend(cluster, takeOver.From);
        }
    }
}
