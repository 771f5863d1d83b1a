using System.Globalization;
using Vipd.Lab.Masters;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Measure;

/// <summary>
/// N minutes of nothing but checks at their default interval: what they cost vipd and what they cost the apiserver, and
/// whether memory or descriptors grow.
/// </summary>
internal static class ChecksCommand
{
    private const double TolerableMebibytes = 8;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);

    internal static int Run(ClusterOptions options, int minutes, CancellationToken stop)
    {
        using var cluster = Cluster.Start(options);
        // The first minute is warm-up: code is compiled, pools fill.
        stop.WaitHandle.WaitOne(LookInterval);
        var (before, since) = (Look(cluster), MonotonicClock.Now);
        while (MonotonicClock.Now - since < TimeSpan.FromMinutes(minutes) && !stop.WaitHandle.WaitOne(LookInterval))
        {
            cluster.Tap.Clear();
            Console.Error.WriteLine(string.Join("   ", Look(cluster).Select(seen => $"{seen.Who}: {seen.Use}")));
        }

        var seconds = (MonotonicClock.Now - since).TotalSeconds;
        var table = new MarkdownTable(
            "process", "CPU, % of one core", "resident MiB, from", "to", "descriptors, from", "to");
        var isFlat = true;
        foreach (var (first, last) in before.Zip(Look(cluster)))
        {
            var (from, to) = (first.Use, last.Use);
            var percent = (to.CpuSeconds - from.CpuSeconds) / seconds * 100;
            table.Add(last.Who, Text(percent), Text(from.ResidentMebibytes), Text(to.ResidentMebibytes),
                Text(from.Descriptors), Text(to.Descriptors));
            isFlat &= to.Descriptors <= from.Descriptors + 2
                && to.ResidentMebibytes <= from.ResidentMebibytes + TolerableMebibytes;
        }

        Console.WriteLine(table);
        return isFlat ? 0 : 1;
    }

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static IReadOnlyList<(string Who, ProcessUse Use)> Look(Cluster cluster) =>
    [
        .. cluster.Masters.Select(master => ($"vipd of {master.Name}", ProcessUse.Of(master.Daemon!.Id))),
        .. cluster.Masters.Select(master => ($"apiserver of {master.Name}", ProcessUse.Of(master.ApiServer!.Id))),
    ];
}
