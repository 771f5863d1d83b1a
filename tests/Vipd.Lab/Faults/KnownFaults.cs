using Vipd.Lab.Masters;
using Vipd.Lab.Network;
using Vipd.Lab.Traffic;

namespace Vipd.Lab.Faults;

/// <summary>Every fault of the table in README, each done to the Active Router unless it says otherwise.</summary>
public static class KnownFaults
{
    private static readonly TimeSpan AtOnce = TimeSpan.Zero;
    private static readonly TimeSpan Seconds3 = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Seconds5 = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Seconds10 = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(15);

    /// <summary>1 s by default, as the kernel ends it.</summary>
    private static readonly Demand GoneWithLease = new(
        "its VIP is gone within the lease and 300 ms", run => run.GoneAfterMilliseconds <= 1300);

    public static readonly Fault Hang = new(
        "hang", "daemon stands still for 10 s (SIGSTOP, SIGCONT)",
        scene => scene.Active.Daemon!.Suspend(), Seconds10,
        scene => scene.Active.Daemon!.Resume(), null)
    {
        Demands =
        [
            new("two nodes hold the VIP for at most 600 ms", run => run.Holders.TwoOrMore.TotalMilliseconds <= 600),
            new("after SIGCONT it sends at most one Advertisement", run => run.AdvertisedAfterEnd <= 1),
            new("after SIGCONT it announces nothing", run => run.AnnouncedAfterEnd == 0),
        ],
    };

    public static readonly Fault PlannedStop = new(
        "planned-stop", "daemon stopped (SIGTERM)",
        scene => scene.Active.Daemon!.Terminate(), AtOnce, Nothing, scene => StartAgain(scene.Active));

    public static readonly Fault DaemonKill = new(
        "daemon-kill", "daemon killed (SIGKILL), no supervisor",
        scene => scene.Active.Daemon!.Kill(), AtOnce, Nothing, scene => StartAgain(scene.Active))
    {
        Demands = [GoneWithLease],
    };

    /// <summary>As the unit's ExecStopPost= does it.</summary>
    public static readonly Fault DaemonKillWithRelease = new(
        "daemon-kill-release", "daemon killed (SIGKILL), then `vipd release`",
        scene =>
        {
            scene.Active.Daemon!.Kill();
            if (!scene.Active.Daemon.WaitForExit(StopBound))
                throw new TimeoutException($"vipd of {scene.Active.Name} survives SIGKILL");
            Command(scene.Active, "release");
        },
        AtOnce, Nothing, scene => StartAgain(scene.Active))
    {
        Demands = [GoneWithLease],
    };

    /// <summary>
    /// Whoever has taken over meanwhile yields when the node is heard again, and answers until that has announced.
    /// </summary>
    public static readonly Fault Mute = new(
        "mute", "one-way cut for 5 s: nobody hears it",
        scene => SwitchPort.LoseFramesFrom(scene.Cluster.Segment, scene.Active.Node), Seconds5,
        scene => SwitchPort.LoseNothing(scene.Cluster.Segment), null)
    {
        Demands =
        [
            // While the probe itself stood still, so did whoever should have answered.
            new("nothing is lost beyond the longest gap",
                run => run.Client.Lost <= run.Client.LongestGapMilliseconds
                    + run.Client.WorstSendLatenessMilliseconds + ProbeResult.LostByTheMachine),
        ],
    };

    public static readonly Fault DiskFull = new(
        "disk-full", "disk full on all nodes, then SIGTERM",
        scene =>
        {
            foreach (var master in scene.Cluster.Masters) new TinyDisk(master.Node).Fill();
            scene.Active.Daemon!.Terminate();
        },
        AtOnce, Nothing,
        scene =>
        {
            foreach (var master in scene.Cluster.Masters) new TinyDisk(master.Node).Free();
            StartAgain(scene.Active);
        })
    { Configure = options => options with { TinyDisks = true, WithApiServers = false } };

    /// <summary>A planned stop needs no descriptor that is not open; where it does, the lease ends it.</summary>
    public static readonly Fault NoDescriptors = new(
        "no-descriptors", "no file descriptor left on all nodes, then SIGTERM",
        scene =>
        {
            foreach (var master in scene.Cluster.Masters) master.Daemon!.LimitDescriptors(1);
            scene.Active.Daemon!.Terminate();
        },
        AtOnce, Nothing,
        scene =>
        {
            foreach (var master in scene.Cluster.Masters)
            {
                if (master == scene.Active || master.Daemon!.HasExited) StartAgain(master);
                else master.Daemon.LimitDescriptors(1024);
            }
        });

    public static readonly Fault ClockForward =
        ClockStep("clock-forward", "clock set forward by 1 h for 3 s", TimeSpan.FromHours(1));

    public static readonly Fault ClockBack =
        ClockStep("clock-back", "clock set back by 1 h for 3 s", TimeSpan.FromHours(-1));

    public static readonly IReadOnlyList<Fault> All =
    [
        new("node-death", "node dies (cable cut, everything killed)",
            scene => Failure.NodeDeath.Break(scene.Cluster, scene.Active), AtOnce, Nothing,
            scene => Failure.NodeDeath.Mend(scene.Cluster, scene.Active)),
        DaemonKill,
        DaemonKillWithRelease,
        Hang,
        PlannedStop,
        new("drain", "vipd drain",
            scene => Command(scene.Active, "drain"), AtOnce, Nothing, scene => Command(scene.Active, "undrain")),
        new("interface", "interface down for 3 s",
            scene => Ip(scene.Active, "link", "set", "eth0", "down"), Seconds3,
            scene => Ip(scene.Active, "link", "set", "eth0", "up"), null),
        new("interface-deleted", "interface deleted, made again after 3 s",
            scene => Segment.DeleteInterface(scene.Active.Node), Seconds3,
            scene => scene.Cluster.Segment.MakeInterface(scene.Active.Node), null),
        new("deaf", "one-way cut for 5 s: it hears nothing",
            scene => SwitchPort.LoseFramesTo(scene.Cluster.Segment, scene.Active.Node), Seconds5,
            scene => SwitchPort.LoseNothing(scene.Cluster.Segment), null),
        Mute,
        new("partition", "partition for 5 s: it alone on one side",
            scene => SwitchPort.Separate(scene.Cluster.Segment, scene.Active.Node), Seconds5,
            scene => SwitchPort.Rejoin(scene.Cluster.Segment, scene.Active.Node), null),
        new("vip-deleted", "VIP deleted by hand",
            scene => Ip(scene.Active, "addr", "del", $"{scene.Cluster.Vip}/32", "dev", "eth0"), AtOnce, Nothing,
            null),
        new("vip-added", "VIP added by hand on another node, for 5 s",
            scene => Ip(scene.Other, "addr", "add", $"{scene.Cluster.Vip}/32", "dev", "eth0"), Seconds5,
            scene => Ip(scene.Other, "addr", "del", $"{scene.Cluster.Vip}/32", "dev", "eth0"), null),
        new("restart-all", "all three restarted at once (SIGTERM, start)", RestartAll, AtOnce, Nothing, null),
        DiskFull,
        NoDescriptors,
        ClockForward,
        ClockBack,
    ];

    private static Fault ClockStep(string name, string description, TimeSpan step) => new(
        name, description,
        scene => scene.Cluster.Clock!.Step(step), Seconds3, scene => scene.Cluster.Clock!.Step(TimeSpan.Zero), null)
    { Configure = options => options with { SteppedClock = true } };

    private static void RestartAll(Scene scene)
    {
        foreach (var master in scene.Cluster.Masters) master.Daemon!.Terminate();
        foreach (var master in scene.Cluster.Masters)
        {
            if (!master.Daemon!.WaitForExit(StopBound))
                throw new TimeoutException($"vipd of {master.Name} ignores SIGTERM");
        }
        scene.Cluster.StartDaemons();
    }

    private static void StartAgain(Master master)
    {
        if (!master.Daemon!.WaitForExit(StopBound))
            throw new TimeoutException($"vipd of {master.Name} has not ended");
        master.StartDaemon();
        master.WaitUntilDaemonReady();
    }

    private static void Command(Master master, string command)
    {
        var (exitCode, output) = master.RunVipd(command, "--config", master.ConfigFile);
        if (exitCode != 0) throw new InvalidOperationException($"vipd {command}: {output}");
    }

    private static void Ip(Master master, params IReadOnlyList<string> arguments) =>
        IpCommand.Run([.. (string[])["-n", master.Node.Namespace.Name], .. arguments]);

    private static void Nothing(Scene scene)
    {
    }
}
