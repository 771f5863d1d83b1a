using System.Globalization;
using Vipd.Lab.Masters;

namespace Vipd.Lab.Faults;

/// <summary>The table of faults, median [minimum..maximum] of each number.</summary>
internal static class FaultsCommand
{
    internal static int Run(ClusterOptions options, IReadOnlyList<string> names, int runs, CancellationToken stop)
    {
        if (names.FirstOrDefault(n => KnownFaults.All.All(f => f.Name != n)) is { } unknown)
            throw new FormatException($"no fault {unknown}; there are: {string.Join(", ", KnownFaults.All)}");
        var table = new MarkdownTable(
            "fault of the Active Router", "two hold the VIP, ms", "nobody holds it, ms", "client without an answer, ms",
            "packets lost", "announcements", "of it after the fault: Advertisements", "announcements ", "runs");
        foreach (var fault in KnownFaults.All.Where(f => names.Count == 0 || names.Contains(f.Name)))
        {
            var all = Repeat(fault, options, runs, stop);
            table.Add(
                fault.Description,
                Show(all, run => run.Holders.TwoOrMore.TotalMilliseconds),
                Show(all, run => run.Holders.None.TotalMilliseconds),
                Show(all, run => run.Client.LongestGapMilliseconds),
                Show(all, run => run.Client.Lost),
                Show(all, run => run.Announcements),
                fault.HasEnd ? Show(all, run => run.AdvertisedAfterEnd) : "-",
                fault.HasEnd ? Show(all, run => run.AnnouncedAfterEnd) : "-",
                all.Count.ToString(CultureInfo.InvariantCulture));
        }
        Console.WriteLine(table);
        return 0;
    }

    private static List<FaultRun> Repeat(Fault fault, ClusterOptions options, int runs, CancellationToken stop)
    {
        var all = new List<FaultRun>();
        using var cluster = Cluster.Start(fault.Configure(options));
        for (var run = 1; run <= runs && !stop.IsCancellationRequested; run++)
        {
            try
            {
                var seen = FaultRun.Observe(cluster, fault, stop);
                all.Add(seen);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{fault.Name} {run}/{runs}: two {seen.Holders.TwoOrMore.TotalMilliseconds:0} ms, none "
                    + $"{seen.Holders.None.TotalMilliseconds:0} ms, gap {seen.Client.LongestGapMilliseconds:0} ms, "
                    + $"lost {seen.Client.Lost}, probe late {seen.Client.WorstSendLatenessMilliseconds:0.#} ms, "
                    + $"announced {seen.Announcements}, after the end {seen.AdvertisedAfterEnd} and "
                    + $"{seen.AnnouncedAfterEnd}{seen.Problem}"));
                fault.Restore(seen.Scene);
            }
            catch (TimeoutException e)
            {
                // The rest of the runs would start from a broken cluster.
                Console.Error.WriteLine($"{fault.Name} {run}/{runs}: {e.Message}");
                break;
            }
        }
        return all;
    }

    private static string Show(List<FaultRun> runs, Func<FaultRun, double> number)
    {
        var sorted = runs.Select(number).Where(v => !double.IsNaN(v)).Order().ToList();
        return sorted.Count == 0
            ? "-"
            : string.Create(CultureInfo.InvariantCulture,
                $"{sorted[(sorted.Count - 1) / 2]:0} [{sorted[0]:0}..{sorted[^1]:0}]");
    }
}
