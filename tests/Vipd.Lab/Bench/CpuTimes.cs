using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using Vipd.Lab.Masters;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Bench;

/// <summary>What the daemons use while nothing happens.</summary>
internal sealed class CpuTimes(BenchOptions bench) : Measurement
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly Quantity Active = new("CPU of the Active", "s a minute");
    private static readonly Quantity Backup = new("CPU of the Backup", "s a minute");
    private static readonly Quantity ActiveElection = new("of the Active's, the election thread's", "s a minute");
    private static readonly Quantity BackupElection = new("of the Backup's, the election thread's", "s a minute");
    private static readonly Quantity ActiveZebra = new("of the Active's, zebra's", "s a minute");
    private static readonly Quantity BackupZebra = new("of the Backup's, zebra's", "s a minute");

    private static readonly (int Routers, int IntervalMilliseconds)[] Cases =
        [(1, 1000), (1, 100), (1, 10), (50, 1000), (50, 100), (255, 1000), (255, 100), (255, 10)];

    internal override string Name => "cpu";

    internal override string Title => "CPU of all threads and processes of the daemon on each of two masters, by "
        + "number of virtual routers and interval, all on one processor (255 × 10 ms on all: keepalived does not keep "
        + "up on one); without leases, to show what renewing them costs; vipd's election thread alone, as its other "
        + "threads watch the process and serve pages; FRR's vrrpd and zebra together, and zebra alone, with one "
        + "virtual router.";

    internal override string Goal => "at most keepalived's, then half of it";

    internal override int Rounds => 3;

    internal override IReadOnlyList<Trial> Trials => [.. Cases.SelectMany(Contestants)];

    private TimeSpan Window => bench.Either(TimeSpan.FromSeconds(30), quick: TimeSpan.FromSeconds(5));

    private IEnumerable<Trial> Contestants((int Routers, int IntervalMilliseconds) @case)
    {
        var interval = Milliseconds(@case.IntervalMilliseconds);
        var name = $"{@case.Routers} × {Text(interval)}";
        var options = bench.WithRouters(@case.Routers, interval);
        return
        [
            .. @case.Routers == 1 ? AllThree(name, options) : Both(name, options),
            new Trial(name, "vipd, lease off", options with { MoreRouterLines = ["    lease: off"] }),
        ];
    }

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = StartFirstFirst(trial.Options, withTap: false, stop);
        if (!NeedsAllProcessors(trial.Options))
            ShareOneProcessor(cluster);
        stop.WaitHandle.WaitOne(bench.Either(TimeSpan.FromSeconds(5), quick: TimeSpan.FromSeconds(1)));
        var (since, before) = (MonotonicClock.Now, Uses(cluster));
        stop.WaitHandle.WaitOne(Window);
        stop.ThrowIfCancellationRequested();
        var (until, after) = (MonotonicClock.Now, Uses(cluster));
        if (cluster.HoldersOfVip() is not [var holder] || holder != cluster.Masters[0])
            throw new InvalidOperationException(cluster.DescribeHolders());
        note(Active, PerMinute(use => use[0].Node));
        note(Backup, PerMinute(use => use[1].Node));
        if (holder.IsKeepalived) return;
        note(holder.Frr is null ? ActiveElection : ActiveZebra, PerMinute(use => use[0].Part));
        note(holder.Frr is null ? BackupElection : BackupZebra, PerMinute(use => use[1].Part));

        double PerMinute(Func<IReadOnlyList<(double Node, double Part)>, double> of) =>
            (of(after) - of(before)) * (Minute / (until - since));
    }

    /// <summary>More than 10,000 Advertisements a second are more than keepalived sends and receives on one.</summary>
    private static bool NeedsAllProcessors(ClusterOptions options) =>
        options.Vips.Count / options.AdvertisementInterval!.Value.TotalSeconds > 10_000;

    /// <summary>
    /// Two masters on one machine wake each other, which no two machines do: where an Advertisement wakes a thread on
    /// another virtual processor, both are charged with what the host makes of the interrupt, several times what they
    /// do themselves. The scheduler spares ordinary threads most of that, and realtime ones nothing.
    /// </summary>
    private static void ShareOneProcessor(Cluster cluster)
    {
        const ulong First = 1;
        var processes = cluster.Masters.SelectMany(m => m.Node.Namespace.ProcessIds())
            .Where(id => id != Environment.ProcessId);
        foreach (var thread in processes.SelectMany(id => Directory.GetDirectories($"/proc/{id}/task")))
        {
            var id = int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture);
            if (Libc.SetAffinity(id, sizeof(ulong), First) != 0 && Directory.Exists(thread))
                throw new Win32Exception(Marshal.GetLastPInvokeError(), $"sched_setaffinity {id}");
        }
    }

    /// <summary>Seconds so far; the part is FRR's zebra, or vipd's election.</summary>
    private static IReadOnlyList<(double Node, double Part)> Uses(Cluster cluster) =>
    [
        .. cluster.Masters.Select(m => (
            ProcessUse.Of(m.Node).CpuSeconds,
            m.Frr?.UseOfZebra.CpuSeconds ?? ProcessUse.CpuSecondsOfThreads(m.Node, "vipd-election"))),
    ];
}
