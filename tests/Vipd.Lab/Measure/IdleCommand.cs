using System.Globalization;
using Vipd.Lab.Masters;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Measure;

/// <summary>
/// Nothing happens for N minutes at 10 ms: no transition, no allocation on the election thread, memory flat.
/// </summary>
internal static class IdleCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);

    private const string ThreadAllocation = "vipd_election_thread_allocated_bytes";

    internal static int Run(ClusterOptions options, int minutes, CancellationToken stop)
    {
        using var cluster = Cluster.Start(options with { AdvertisementInterval = Interval });
        // Health rises after its third good answer, and that is a change; idle begins behind it.
        Observe.Until("every master at its configured priority", TimeSpan.FromSeconds(10),
            () => cluster.Masters.All(master => master.HasFullPriority()), stop: stop);
        // Others wait for Active_Down_Interval from the last Advertisement, which is up to an interval old.
        using var machine = MachineStalls.Watch(cluster.Options.ActiveDownInterval - Interval);
        var (before, begin) = (Look(cluster), MonotonicClock.Now);
        var until = begin + TimeSpan.FromMinutes(minutes);
        while (MonotonicClock.Now < until && !stop.WaitHandle.WaitOne(LookInterval))
        {
            cluster.Tap.Clear();
            var resident = cluster.Masters
                .Select(master => $"{ProcessUse.Of(master.Daemon!.Id).ResidentMebibytes:0.0}");
            Console.Error.WriteLine($"resident memory, MiB: {string.Join(' ', resident)}");
        }

        var after = Look(cluster);

        var table = new MarkdownTable("master", "what", "at the start", "at the end");
        foreach (var key in before.Keys.Union(after.Keys))
            table.Add(key.Master, key.What, Show(before, key), Show(after, key));
        Console.WriteLine(table);
        foreach (var line in machine.Describe()) Console.WriteLine(line);
        foreach (var (at, what) in Happened(cluster, machine).Where(one => one.At > begin).Order())
            Console.WriteLine($"{(at - begin).TotalSeconds,9:0.000} s  {what}");
        var transitions = after.Where(x => x.Key.What.StartsWith("vipd_transitions_total", StringComparison.Ordinal))
            .Sum(x => x.Value - before.GetValueOrDefault(x.Key));
        var allocated = after.Where(x => x.Key.What == ThreadAllocation).Sum(x => x.Value - before[x.Key]);
        return transitions == 0 && allocated == 0 ? 0 : 1;
    }

    /// <summary>The moves of the VIP among the stalls of the machine: whether each has one for its cause.</summary>
    private static IEnumerable<(TimeSpan At, string What)> Happened(Cluster cluster, MachineStalls machine)
    {
        foreach (var ended in machine.BeyondBound)
            yield return (ended, $"the machine had stood still for more than {machine.Bound.TotalMilliseconds:0.0} ms");
        var offset = MonotonicClock.RealtimeOffset();
        foreach (var master in cluster.Masters)
        {
            using var status = master.Status();
            foreach (var move in status.RootElement.GetProperty("virtualRouters")[0].GetProperty("transitions")
                .EnumerateArray())
            {
                var at = move.GetProperty("at").GetDateTimeOffset() - DateTimeOffset.UnixEpoch - offset;
                yield return (at, $"{master.Name}: {move.GetProperty("from")} to {move.GetProperty("to")}, "
                    + move.GetProperty("cause"));
            }
        }
    }

    private static Dictionary<(string Master, string What), double> Look(Cluster cluster)
    {
        var seen = new Dictionary<(string, string), double>();
        foreach (var master in cluster.Masters)
        {
            seen[(master.Name, "resident memory, MiB")] = ProcessUse.Of(master.Daemon!.Id).ResidentMebibytes;
            var page = master.Metrics();
            seen[(master.Name, ThreadAllocation)] = page.ValueOf(ThreadAllocation);
            foreach (var (series, value) in page.From("vipd_transitions_total")) seen[(master.Name, series)] = value;
        }
        return seen;
    }

    private static string Show(Dictionary<(string, string), double> seen, (string, string) key) =>
        seen.TryGetValue(key, out var value) ? value.ToString("0.##", CultureInfo.InvariantCulture) : "-";
}
