using Vipd.Lab.Masters;

namespace Vipd.Lab.Bench;

/// <summary>
/// The Active Router's node dies: how far beyond what the protocol itself waits the other acts. Of two nodes, so that
/// there is one heir and one deadline.
/// </summary>
internal sealed class NodeDeaths(BenchOptions bench) : Measurement
{
    private static readonly Quantity Beyond = new("first Advertisement beyond the deadline", "ms");
    private static readonly Quantity ByItsClock = new("of it, by vipd's own clock", "ms");
    private static readonly Quantity ToArp = new("from it to the first ARP", "ms");
    private static readonly Quantity Outage = new("client without an answer", "ms");
    private static readonly Quantity Spread = new("spread of equals, not counted as beyond", "ms");
    private static readonly Quantity Rounding = new("dropped to whole centiseconds, not counted as early", "ms");

    internal override string Name => "node-death";

    internal override string Title => "Cable cut and everything killed, two masters, by advertisement interval; packet "
        + "times at the switch. The router's own deadline is the last Advertisement and Active_Down_Interval, with "
        + "vipd's spread of equals, and FRR's drop to whole centiseconds. The switch forgets the dead port and floods: "
        + "FRR's Backup, which has the addresses under the same MAC address, answers from then on. The moment of each "
        + "death is drawn from a whole interval. What vipd is late by its own clock is what its "
        + "vipd_failover_seconds says: how late its timer was, and its sending. The rest is how late it was told of "
        + "the last Advertisement, less what the sending call does after the switch has the packet.";

    internal override string Goal =>
        "first Advertisement at most 0.3 ms beyond the deadline, p99 below 2 ms; the ARP at most 0.3 ms behind it";

    internal override IReadOnlyList<Trial> Trials =>
    [
        .. new[] { 1000, 100, 10 }.Select(ms => Milliseconds(ms)).SelectMany(
            interval => AllThree(Text(interval), bench.Two with { AdvertisementInterval = interval })),
    ];

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = Cluster.Start(trial.Options);
        var vrid = trial.Options.VirtualRouters.Single().Vrid;
        var deaths = trial.Options.EffectiveInterval < TimeSpan.FromSeconds(1) ? 10 : 4;
        for (var i = 0; i < bench.Either(deaths, quick: 1); i++)
        {
            var lateBefore = cluster.Masters.ToDictionary(master => master, LateByItsClock);
            // What clients miss depends on how long ago the last Advertisement was: by chance, for every contestant.
            stop.WaitHandle.WaitOne(trial.Options.EffectiveInterval * Random.Shared.NextDouble());
            cluster.Tap.Clear();
            var takeOver = TakeOver.Observe(cluster, Failure.NodeDeath, stop).Valid();
            var shift = Succession.ShiftOf(cluster, takeOver.To!);
            var succession = new Succession(cluster, takeOver.From, takeOver.To!, takeOver.BrokenAt, shift);
            var advertised = succession.FirstAdvertisement(vrid);
            note(Beyond, (advertised - succession.Deadline(vrid)).TotalMilliseconds);
            if (trial.Contestant == Vipd)
                note(ByItsClock, LateByItsClock(takeOver.To!) - lateBefore[takeOver.To!]);
            note(ToArp, (succession.FirstAnnouncement(cluster.Vip) - advertised).TotalMilliseconds);
            note(Outage, takeOver.Client.LongestGapMilliseconds);
            if (!takeOver.To!.IsKeepalived)
                note(takeOver.To.Frr is null ? Spread : Rounding, shift.Duration().TotalMilliseconds);
            Failure.NodeDeath.Mend(cluster, takeOver.From);
        }
    }

    /// <summary>Milliseconds in sum, over all take-overs of a vipd; 0 of another.</summary>
    private static double LateByItsClock(Master master) => master.IsKeepalived || master.Frr is not null
        ? 0
        : 1000 * master.Metrics().SumOf("vipd_failover_seconds_sum", "phase=\"detect\"");
}
