namespace Vipd.Lab.Masters;

/// <summary>A way to break the Active Router, and how to mend it.</summary>
public sealed record Failure(
    string Name, string Description, Action<Cluster, Master> Break, Action<Cluster, Master> Mend)
{
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(15);

    public static readonly Failure PlannedStop = new(
        "planned-stop", "daemon stopped (SIGTERM)",
        (_, master) => master.Daemon!.Terminate(),
        (_, master) =>
        {
            if (!master.Daemon!.WaitForExit(StopBound))
                throw new TimeoutException($"vipd of {master.Name} ignores SIGTERM");
            master.StartDaemon();
            master.WaitUntilDaemonReady();
        });

    public static readonly Failure NodeDeath = new(
        "node-death", "node crashed (cable cut, all killed)",
        (cluster, master) =>
        {
            master.IsCut = true;
            cluster.Segment.CutNode(master.Node);
            master.Daemon!.Kill();
            master.ApiServer?.Kill();
        },
        (cluster, master) => Reboot(cluster, master));

    /// <summary>
    /// As <see cref="NodeDeath"/>, but nothing is left to tell of one cable that is cut through the other.
    /// </summary>
    public static readonly Failure PowerLoss = new(
        "power-loss", "node without power (all killed, then cables cut)",
        (cluster, master) =>
        {
            master.Daemon!.Kill();
            master.ApiServer?.Kill();
            master.IsCut = true;
            cluster.Segment.CutNode(master.Node);
        },
        (cluster, master) => Reboot(cluster, master));

    public static readonly Failure ApiServerKill = new(
        "apiserver-kill", "apiserver killed (SIGKILL)",
        (_, master) => master.ApiServer!.Kill(),
        (_, master) =>
        {
            master.StartApiServer();
            master.WaitUntilApiServerListens();
        });

    public static readonly Failure ApiServerHang = new(
        "apiserver-hang", "apiserver hung (SIGSTOP)",
        (_, master) => master.ApiServer!.Suspend(),
        (_, master) => master.ApiServer!.Resume());

    public static readonly Failure ApiServerStop = new(
        "apiserver-stop", "apiserver stopped (SIGTERM)",
        (_, master) => master.ApiServer!.Terminate(),
        (_, master) =>
        {
            if (!master.ApiServer!.WaitForExit(StopBound))
                throw new TimeoutException($"the apiserver of {master.Name} ignores SIGTERM");
            master.StartApiServer();
            master.WaitUntilApiServerListens();
        });

    public static readonly Failure DaemonKill = new(
        "daemon-kill", "daemon killed (SIGKILL)",
        (_, master) => master.Daemon!.Kill(),
        (_, master) =>
        {
            master.StartDaemon();
            master.WaitUntilDaemonReady();
        });

    public static readonly Failure DaemonHang = new(
        "daemon-hang", "daemon hung (SIGSTOP)",
        (_, master) => master.Daemon!.Suspend(),
        (_, master) => master.Daemon!.Resume());

    private static void Reboot(Cluster cluster, Master master)
    {
        master.PowerOff();
        cluster.Segment.HealNode(master.Node);
        master.IsCut = false;
        if (cluster.Options.WithApiServers)
        {
            master.StartApiServer();
            master.WaitUntilApiServerListens();
        }
        master.StartDaemon();
        master.WaitUntilDaemonReady();
    }
}
