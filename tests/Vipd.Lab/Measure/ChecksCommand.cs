using System.Globalization;
using Vipd.Lab.Masters;

namespace Vipd.Lab.Measure;

/// <summary>
/// N minutes of nothing but checks at their default interval: what they cost vipd and what they cost the apiserver, and
/// whether memory or descriptors grow.
/// </summary>
internal static class ChecksCommand
{
    /// <summary>The clock tick of /proc/PID/stat (USER_HZ), 100 on every architecture that .NET runs on.</summary>
    private const double TicksASecond = 100;

    private const double TolerableMebibytes = 8;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);

    internal static int Run(ClusterOptions options, int minutes, CancellationToken stop)
    {
        using var cluster = Cluster.Start(options);
        // The first minute is warm-up: code is compiled, pools fill.
        stop.WaitHandle.WaitOne(LookInterval);
        var (before, from) = (Look(cluster), MonotonicClock.Now);
        while (MonotonicClock.Now - from < TimeSpan.FromMinutes(minutes) && !stop.WaitHandle.WaitOne(LookInterval))
        {
            cluster.Tap.Clear();
            Console.Error.WriteLine(string.Join("   ", Look(cluster).Select(seen => $"{seen.Who}: {seen}")));
        }

        var seconds = (MonotonicClock.Now - from).TotalSeconds;
        var table = new MarkdownTable(
            "process", "CPU, % of one core", "resident MiB, from", "to", "descriptors, from", "to");
        var isFlat = true;
        foreach (var (first, last) in before.Zip(Look(cluster)))
        {
            var percent = (last.CpuSeconds - first.CpuSeconds) / seconds * 100;
            table.Add(last.Who, Text(percent), Text(first.Mebibytes), Text(last.Mebibytes),
                Text(first.Descriptors), Text(last.Descriptors));
            isFlat &= last.Descriptors <= first.Descriptors + 2
                && last.Mebibytes <= first.Mebibytes + TolerableMebibytes;
        }

        Console.WriteLine(table);
        return isFlat ? 0 : 1;
    }

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static IReadOnlyList<Seen> Look(Cluster cluster) =>
    [
        .. cluster.Masters.Select(master => Look($"vipd of {master.Name}", master.Daemon!.Id)),
        .. cluster.Masters.Select(master => Look($"apiserver of {master.Name}", master.ApiServer!.Id)),
    ];

    private static Seen Look(string who, int processId)
    {
        // The name in brackets may hold blanks; behind it come state (field 3), and utime and stime as 14 and 15.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = double.Parse(fields[11], CultureInfo.InvariantCulture)
            + double.Parse(fields[12], CultureInfo.InvariantCulture);
        var resident = File.ReadLines($"/proc/{processId}/status")
            .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kibibytes = double.Parse(
            resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        var descriptors = Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length;
        return new Seen(who, ticks / TicksASecond, kibibytes / 1024, descriptors);
    }

    private sealed record Seen(string Who, double CpuSeconds, double Mebibytes, int Descriptors)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{CpuSeconds:0.0} s, {Mebibytes:0.0} MiB, {Descriptors} descriptors");
    }
}
