using System.Globalization;
using Vipd.Lab.Masters;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Measure;

/// <summary>What another program that listens to the kernel's address changes hears while leases are renewed.</summary>
internal static class Renewals
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Notifications in the busiest second of 15, sliding.</summary>
    internal static double InBusiestSecond(Cluster cluster, CancellationToken stop)
    {
        var active = cluster.WaitUntilSettled(stop);
        var name = $"monitor-{Guid.NewGuid():N}";
        using var monitor = LabProcess.Start(active.Node, name, "ip", "-ts", "monitor", "address");
        var until = MonotonicClock.Now + Watched;
        Observe.Within(Watched, () => MonotonicClock.Now >= until, stop);
        monitor.Dispose();
        // [2026-01-31T12:00:00.123456] 2: eth0    inet 192.0.2.100/32 ...
        var times = monitor.Log.Split('\n')
            .Where(line => line.StartsWith('[') && line.Contains(" inet ", StringComparison.Ordinal))
            .Select(line => DateTime.Parse(line[1..line.IndexOf(']')], CultureInfo.InvariantCulture))
            .Order().ToList();
        return times.Select((first, i) => times.Skip(i).TakeWhile(t => t - first < Second).Count())
            .DefaultIfEmpty(0).Max();
    }
}
