using Vipd.Lab.Masters;

namespace Vipd.Lab.Bench;

/// <summary>The Active Router is told to end: what that costs a client that asks a thousand times a second.</summary>
internal sealed class PlannedStops(BenchOptions bench) : Measurement
{
    private const int StopsEachLab = 2;
    private static readonly Quantity Lost = new("packets lost of 1,000 a second", "");
    private static readonly Quantity Moved = new("answered elsewhere after", "ms");

    internal override string Name => "planned-stop";

    internal override string Title =>
        "SIGTERM to the Active Router, three masters, by advertisement interval.";

    internal override string Goal => "0 packets lost";

    internal override IReadOnlyList<Trial> Trials =>
    [
        .. new[] { 1000, 200, 10 }.Select(ms => Milliseconds(ms)).SelectMany(
            interval => AllThree(Text(interval), bench.Three with { AdvertisementInterval = interval })),
    ];

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = Cluster.Start(trial.Options);
        for (var i = 0; i < bench.Either(StopsEachLab, quick: 1); i++)
        {
            var takeOver = TakeOver.Observe(cluster, Failure.PlannedStop, stop).Valid();
            note(Lost, takeOver.Client.Lost);
            note(Moved, takeOver.MillisecondsToNewAnswer);
            Failure.PlannedStop.Mend(cluster, takeOver.From);
        }
    }
}
