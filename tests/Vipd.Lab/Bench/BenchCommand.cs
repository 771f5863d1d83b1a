using Vipd.Lab.Measure;

namespace Vipd.Lab.Bench;

/// <summary>
/// vipd beside keepalived and FRR: round after round makes each trial once, so that what the machine does in between
/// meets all contestants alike, and writes the report anew after each measurement.
/// </summary>
internal static class BenchCommand
{
    internal static int Run(BenchOptions options, IReadOnlyList<string> names, CancellationToken stop)
    {
        IReadOnlyList<Measurement> all = Measurements(options);
        if (names.FirstOrDefault(name => all.All(one => one.Name != name)) is { } unknown)
        {
            var known = string.Join(", ", all.Select(one => one.Name));
            throw new FormatException($"no measurement {unknown}; there are: {known}");
        }
        var report = new Report(options);
        var failures = 0;
        foreach (var measurement in all.Where(one => names.Count == 0 || names.Contains(one.Name)))
        {
            if (stop.IsCancellationRequested) break;
            var readings = new Readings();
            Repeat(measurement, options, readings, stop);
            report.Add(measurement, readings);
            failures += readings.Failures.Count;
        }
        Console.WriteLine($"{report.Directory}: {Report.TextFile}, {Report.DataFile} and a plot of each");
        return failures == 0 ? 0 : 1;
    }

    private static IReadOnlyList<Measurement> Measurements(BenchOptions options) =>
    [
        new PlannedStops(options),
        new NodeDeaths(options),
        new ApiserverKills(options),
        new BusyLoops(options),
        new CpuTimes(options),
        new ManyAddresses(options),
        new ManyRouters(options),
        new ColdStarts(options),
        new Memories(options),
        new StartUps(options),
        new Releases(options),
        new Scrapes(options),
        new CodeTimes(options),
    ];

    private static void Repeat(
        Measurement measurement, BenchOptions options, Readings readings, CancellationToken stop)
    {
        var rounds = options.Rounds ?? options.Either(measurement.Rounds, quick: 1);
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var trial in measurement.Trials)
            {
                if (stop.IsCancellationRequested) return;
                Console.Error.Write($"{measurement.Name} {round}/{rounds}, {trial}:");
                try
                {
                    measurement.Play(trial, Note, stop);
                    Console.Error.WriteLine();
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                catch (Exception e) when (e is TimeoutException or InvalidOperationException or IOException)
                {
                    readings.Fail(trial, e.Message);
                    Console.Error.WriteLine($" {e.Message}");
                }

                void Note(Quantity quantity, double value)
                {
                    readings.Note(trial, quantity, value);
                    Console.Error.Write($" {Series.Format(value)}");
                }
            }
        }
    }
}
