using Vipd.Lab.Masters;

namespace Vipd.Lab.Bench;

/// <summary>All three masters boot at the same moment, with priorities near each other.</summary>
internal sealed class ColdStarts(BenchOptions bench) : Measurement
{
    private const double LongMilliseconds = 1000;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(5);
    private static readonly Quantity First = new("start to the first answer", "ms");
    private static readonly Quantity Gap = new("longest gap after it", "ms");
    private static readonly Quantity Missed = new("client then misses more than 1 s", "", IsEvent: true);

    internal override string Name => "cold-start";

    internal override string Title => "All three daemons started together, priorities 103, 102, 101, by interval; the "
        + "client watches until 5 s after calm.";

    internal override string Goal => "0 runs in which the client then misses more than 1 s";

    internal override int Rounds => 30;

    internal override IReadOnlyList<Trial> Trials =>
    [
        .. new[] { 1000, 200, 10 }.Select(ms => Milliseconds(ms)).SelectMany(interval => Both(
            Text(interval),
            bench.Three with { AdvertisementInterval = interval, Priorities = [103, 102, 101] })),
    ];

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = Cluster.Create(trial.Options);
        var start = ColdStart.Observe(cluster, Watched, stop);
        note(First, start.MillisecondsToFirstAnswer ?? throw new InvalidOperationException("nobody answered"));
        var gap = start.LongestGapMilliseconds;
        note(Gap, gap);
        note(Missed, gap > LongMilliseconds ? 1 : 0);
    }
}
