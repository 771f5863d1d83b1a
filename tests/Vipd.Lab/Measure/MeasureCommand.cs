using Vipd.Lab.Masters;

namespace Vipd.Lab.Measure;

/// <summary>Repeats scenarios and prints median, minimum and maximum of each number.</summary>
internal static class MeasureCommand
{
    internal static int Run(IReadOnlyList<string> names, ClusterOptions options, int runs, CancellationToken stop)
    {
        var known = Scenario.All.Select(s => s.Name).ToList();
        if (names.FirstOrDefault(n => n != "all" && !known.Contains(n)) is { } unknown)
            throw new FormatException($"no scenario {unknown}; there are: {string.Join(", ", known)}, idle, checks");
        var table = new MarkdownTable("scenario", "what", "unit", "median", "min", "max", "runs");
        foreach (var scenario in Scenario.All.Where(s => names.Contains("all") || names.Contains(s.Name)))
        {
            foreach (var series in Repeat(scenario, options, runs, stop)) table.Add(series.Cells(scenario.Name));
        }
        Console.WriteLine(table);
        return 0;
    }

    private static IReadOnlyList<Series> Repeat(
        Scenario scenario, ClusterOptions options, int runs, CancellationToken stop)
    {
        var rows = new List<IReadOnlyList<double>>();
        options = scenario.Configure(options);
        using var cluster = scenario.StartsSettled ? Cluster.Start(options) : Cluster.Create(options);
        for (var run = 1; run <= runs && !stop.IsCancellationRequested; run++)
        {
            try
            {
                rows.Add(scenario.RunOnce(cluster, stop));
                var values = string.Join(" ", rows[^1].Select(v => $"{v:0.#}"));
                Console.Error.WriteLine($"{scenario.Name} {run}/{runs}: {values}");
                cluster.Tap.Clear();
            }
            catch (TimeoutException e)
            {
                // The rest of the runs would start from a broken cluster.
                Console.Error.WriteLine($"{scenario.Name} {run}/{runs}: {e.Message}");
                break;
            }
        }
        return [.. scenario.Columns.Select((c, i) => new Series(c.Name, c.Unit, [.. rows.Select(r => r[i])]))];
    }
}
