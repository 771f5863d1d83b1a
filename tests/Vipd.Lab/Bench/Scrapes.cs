using Vipd.Lab.Masters;

namespace Vipd.Lab.Bench;

/// <summary>Prometheus asks a daemon with 255 routers: how long that takes, and whether the election notices.</summary>
internal sealed class Scrapes(BenchOptions bench) : Measurement
{
    private const int Routers = 255;
    private const string NotScraped = "vipd, not scraped";
    private const string Lateness = "vipd_loop_lateness_seconds";
    private const string OneMillisecond = $$"""{{Lateness}}_bucket{le="0.001"}""";
    private static readonly Quantity Taken = new("one scrape", "ms");
    private static readonly Quantity Late = new("passes of the loop later than 1 ms", "%");

    internal override string Name => "scrape";

    internal override string Title => "GET /metrics of the Active with 255 virtual routers at 100 ms, over one kept "
        + "connection, one behind the other without a pause.";

    internal override string Goal => "at most 5 ms; no effect on the loop's lateness";

    internal override int Rounds => 3;

    internal override IReadOnlyList<Trial> Trials =>
        [new("255 routers", Vipd, Options), new("255 routers", NotScraped, Options)];

    private TimeSpan Window => bench.Either(TimeSpan.FromSeconds(20), quick: TimeSpan.FromSeconds(3));

    private ClusterOptions Options => bench.WithRouters(Routers, Milliseconds(100));

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = StartFirstFirst(trial.Options, withTap: false, stop);
        var master = cluster.Masters[0];
        var (before, until) = (Passes(master), MonotonicClock.Now + Window);
        var times = new List<double>();
        if (trial.Contestant == NotScraped) stop.WaitHandle.WaitOne(Window);
        else while (MonotonicClock.Now < until && !stop.IsCancellationRequested) times.Add(Scrape(master));
        stop.ThrowIfCancellationRequested();
        var after = Passes(master);
        if (times.Count > 0) note(Taken, times.Order().ElementAt(times.Count / 2));
        note(Late, 100 * (after.Late - before.Late) / (after.All - before.All));
    }

    private static double Scrape(Master master)
    {
        var since = MonotonicClock.Now;
        master.Skim("/metrics");
        return (MonotonicClock.Now - since).TotalMilliseconds;
    }

    private static (double All, double Late) Passes(Master master)
    {
        var page = master.Metrics();
        var all = page.ValueOf($"{Lateness}_count");
        return (all, all - page.ValueOf(OneMillisecond));
    }
}
