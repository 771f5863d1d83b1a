using Vipd.Lab.Masters;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Bench;

/// <summary>What the daemons hold, and whether that grows with what they receive and what is asked of them.</summary>
internal sealed class Memories(BenchOptions bench) : Measurement
{
    private const int Routers = 255;
    private const string Scraped = "1 router, scraped";
    private const string Advertised = "255 routers, many Advertisements";
    private static readonly TimeSpan Quickly = TimeSpan.FromMilliseconds(10);

    internal override string Name => "memory";

    internal override string Title => "Resident memory of the daemon on each of two masters, over its processes, "
        + "and, as private, what of it is of no file, each page once; afterwards: after "
        + $"{Number(1_000_000)} Advertisements (255 routers at 10 ms) and as many again, or {Number(100_000)} scrapes.";

    internal override string Goal => "at most 40 MB resident, 12 MB private; flat";

    internal override int Rounds => 3;

    internal override IReadOnlyList<Trial> Trials =>
    [
        .. Both("1 router", bench.FirstOfTwo),
        .. Both("255 routers", bench.WithRouters(Routers, TimeSpan.FromSeconds(1))),
        .. Both(Advertised, bench.WithRouters(Routers, Quickly)),
        new(Scraped, Vipd, bench.FirstOfTwo),
    ];

    private string Number(int count) => $"{bench.Either(count, quick: count / 20):N0}";

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = StartFirstFirst(trial.Options, withTap: false, stop);
        Look(cluster, "", note);
        if (trial.Case == Advertised)
        {
            AwaitAdvertisements(stop);
            Look(cluster, ", afterwards", note);
            AwaitAdvertisements(stop);
            Look(cluster, ", after as many again", note);
            return;
        }
        if (trial.Case == Scraped)
            Scrape(cluster.Masters[0], bench.Either(100_000, quick: 5_000), stop);
        else return;
        stop.ThrowIfCancellationRequested();
        Look(cluster, ", afterwards", note);
    }

    private void AwaitAdvertisements(CancellationToken stop)
    {
        stop.WaitHandle.WaitOne(Quickly * bench.Either(1_000_000, quick: 50_000) / Routers);
        stop.ThrowIfCancellationRequested();
    }

    private static void Look(Cluster cluster, string when, Action<Quantity, double> note)
    {
        foreach (var (who, master) in new[] { ("Active", cluster.Masters[0]), ("Backup", cluster.Masters[1]) })
        {
            var use = ProcessUse.Of(master.Node);
            note(new Quantity($"resident, {who}{when}", "MiB"), use.ResidentMebibytes);
            note(new Quantity($"private, {who}{when}", "MiB"), use.PrivateMebibytes);
        }
    }

    private static void Scrape(Master master, int times, CancellationToken stop)
    {
        for (var i = 0; i < times && !stop.IsCancellationRequested; i++) master.Get("/metrics");
    }
}
