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
            "fault of the Active Router", "two hold the VIP, ms", "nobody holds it, ms", "it holds it for another, ms",
            "client without an answer, ms", "packets lost", "announcements", "of it after the fault: Advertisements",
            "announcements ", "runs");
        var demands = new MarkdownTable("fault", "what must hold of each run", "met", "runs ");
        using var lab = new ReusedCluster();
        var met = true;
        foreach (var fault in KnownFaults.All.Where(f => names.Count == 0 || names.Contains(f.Name)))
        {
            var all = Repeat(fault, lab, fault.Configure(options), runs, stop);
            met &= all.Count == runs && all.All(run => run.Unmet(fault).Count == 0);
            AddTo(table, fault, all);
            foreach (var demand in fault.Demands)
                demands.Add(fault.Name, demand.Text, Number(all.Count(demand.IsMet)), Number(all.Count));
        }
        Console.WriteLine(table);
        Console.WriteLine();
        Console.WriteLine(demands);
        return met ? 0 : 1;
    }

    private static void AddTo(MarkdownTable table, Fault fault, List<FaultRun> all) => table.Add(
        fault.Description,
        Show(all, run => run.Holders.TwoOrMore.TotalMilliseconds),
        Show(all, run => run.Holders.None.TotalMilliseconds),
        Show(all, run => run.GoneAfterMilliseconds),
        Show(all, run => run.Client.LongestGapMilliseconds),
        Show(all, run => run.Client.Lost),
        Show(all, run => run.Announcements),
        fault.HasEnd ? Show(all, run => run.AdvertisedAfterEnd) : "-",
        fault.HasEnd ? Show(all, run => run.AnnouncedAfterEnd) : "-",
        Number(all.Count));

    private static List<FaultRun> Repeat(
        Fault fault, ReusedCluster lab, ClusterOptions options, int runs, CancellationToken stop)
    {
        var all = new List<FaultRun>();
        Master? settled = null;
        for (var run = 1; run <= runs && !stop.IsCancellationRequested; run++)
        {
            var begun = MonotonicClock.Now;
            try
            {
                var seen = FaultRun.Observe(lab.With(options), fault, settled, stop);
                all.Add(seen);
                settled = seen.Holder;
                fault.Restore?.Invoke(seen.Scene);
                var took = MonotonicClock.Now - begun;
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{fault.Name} {run}/{runs}: {seen}; {took.TotalSeconds:0.0} s"));
                foreach (var unmet in seen.Unmet(fault)) Console.Error.WriteLine($"  NOT MET: {unmet}");
            }
            catch (TimeoutException e)
            {
                // The next run would start from a broken cluster.
                Console.Error.WriteLine($"{fault.Name} {run}/{runs}: {e.Message}");
                lab.GiveUp();
                settled = null;
            }
        }
        return all;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Show(List<FaultRun> runs, Func<FaultRun, double> number)
    {
        var sorted = runs.Select(number).Where(v => !double.IsNaN(v)).Order().ToList();
        return sorted.Count == 0
            ? "-"
            : string.Create(CultureInfo.InvariantCulture,
                $"{sorted[(sorted.Count - 1) / 2]:0} [{sorted[0]:0}..{sorted[^1]:0}]");
    }
}
