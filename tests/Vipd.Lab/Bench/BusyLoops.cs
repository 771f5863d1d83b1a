using Vipd.Lab.Masters;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Bench;

/// <summary>Advertisements every 10 ms while twice as many endless loops run as there are processors.</summary>
internal sealed class BusyLoops(BenchOptions bench) : Measurement
{
    private const string ScrapedVipd = "vipd, scraped";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ScrapePause = TimeSpan.FromMilliseconds(20);
    private static readonly Quantity Moves = new("moves of the VIP", "");
    private static readonly Quantity Gap = new("largest gap between Advertisements", "ms");

    internal override string Name => "busy-loops";

    internal override string Title => $"Three masters at 10 ms for {Window.TotalSeconds:0} s beside two busy loops a "
        + "processor; vipd also with its pages read every 20 ms, keepalived also with vrrp_rt_priority 50.";

    internal override string Goal => "0 moves, largest gap at most 15 ms";

    internal override int Rounds => 5;

    private TimeSpan Window => bench.Either(TimeSpan.FromSeconds(60), quick: TimeSpan.FromSeconds(5));

    internal override IReadOnlyList<Trial> Trials
    {
        get
        {
            const string Case = "10 ms";
            var options = bench.Three with { AdvertisementInterval = Interval };
            var realtime = AllKeepalived(options) with { KeepalivedGlobals = ["vrrp_rt_priority 50"] };
            return
            [
                .. Both(Case, options), new(Case, ScrapedVipd, options),
                new(Case, "keepalived, rt priority 50", realtime),
            ];
        }
    }

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = Cluster.Start(trial.Options);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var loops = Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(i => LabProcess.Start(
            cluster.Segment.Client, $"loop{i}", "sh", "-c", "while :; do :; done")).ToList();
        var scrape = trial.Contestant == ScrapedVipd
            ? Task.Run(() => Scrape(cluster.Masters, ended.Token), stop)
            : Task.CompletedTask;
        try
        {
            var since = MonotonicClock.Now;
            stop.WaitHandle.WaitOne(Window);
            stop.ThrowIfCancellationRequested();
            var seen = cluster.Tap.AdvertisementsSince(since).OrderBy(one => one.At).ToList();
            var pairs = seen.Zip(seen.Skip(1)).ToList();
            if (pairs.Count == 0) throw new InvalidOperationException("nobody advertised");
            note(Moves, pairs.Count(pair => !pair.First.Source.Equals(pair.Second.Source)));
            note(Gap, pairs.Max(pair => (pair.Second.At - pair.First.At).TotalMilliseconds));
        }
        finally
        {
            foreach (var loop in loops) loop.Dispose();
            ended.Cancel();
            scrape.Wait(CancellationToken.None);
        }
    }

    private static void Scrape(IReadOnlyList<Master> masters, CancellationToken stop)
    {
        while (!stop.WaitHandle.WaitOne(ScrapePause))
        {
            foreach (var master in masters)
            {
                try
                {
                    master.Get("/metrics");
                    master.Get("/");
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    // As a scraper would: the next time.
                }
            }
        }
    }
}
