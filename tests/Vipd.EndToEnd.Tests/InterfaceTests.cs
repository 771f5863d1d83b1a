using Vipd.Lab;
using Vipd.Lab.Masters;
using Vipd.Lab.Network;

namespace Vipd.EndToEnd.Tests;

/// <summary>The interface comes and goes under a running daemon, which needs no restart for it.</summary>
public class InterfaceTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static readonly ClusterOptions Named = new(VipdBinary.Path)
    {
        WithApiServers = false,
        MoreRouterLines = ["    interface: eth0"],
    };

    [NetnsFact]
    public void An_interface_that_is_deleted_and_made_again_needs_no_restart()
    {
        using var cluster = Cluster.Start(Named);
        var first = cluster.WaitUntilSettled();
        Delete(first);
        Observe.Until("Fault", Soon, () => Says(first, "interface eth0 is not there"), first.DaemonLogTail);
        var successor = cluster.WaitUntilSettled();
        Assert.NotEqual(first, successor);

        Make(cluster, first, withAddress: false);
        Observe.Until("waits for an address", Soon, () => Says(first, "has no IPv4 address"),
            () => Status(first));
        AddAddress(first);
        Observe.Until("takes part", Soon, () => Says(first, "interfaceUp") && IsBackup(first),
            () => Status(first) + first.DaemonLogTail());
        Assert.Equal(successor, cluster.WaitUntilSettled());

        Failure.PlannedStop.Break(cluster, successor);
        foreach (var other in cluster.Masters.Where(other => other != first && other != successor))
            Failure.PlannedStop.Break(cluster, other);
        Observe.Until("Active again", Soon, () => cluster.HoldersOfVip() is [var sole] && sole == first,
            cluster.DescribeHolders);
    }

    [NetnsFact]
    public void A_daemon_starts_before_its_interface_and_takes_part_when_that_comes()
    {
        using var cluster = Cluster.Create(Named with { Masters = 1 });
        var master = cluster.Masters[0];
        Delete(master);
        cluster.StartDaemons();
        Observe.Until("Fault", Soon, () => Says(master, "interface eth0 is not there"), master.DaemonLogTail);
        Make(cluster, master, withAddress: true);
        Observe.Until("Active", Soon, () => cluster.HoldersOfVip() is [var sole] && sole == master,
            () => Status(master) + master.DaemonLogTail());
    }

    [NetnsFact]
    public void An_interface_that_is_made_again_at_once_is_followed()
    {
        using var cluster = Cluster.Start(Named with { Masters = 1 });
        var master = cluster.Masters[0];
        for (var i = 0; i < 5; i++)
        {
            Delete(master);
            Make(cluster, master, withAddress: true);
            Observe.Until("Active", Soon, () => cluster.HoldersOfVip() is [var sole] && sole == master,
                () => Status(master) + master.DaemonLogTail());
        }
    }

    [NetnsFact]
    public void A_tracked_interface_that_loses_its_carrier_moves_the_VIP_and_no_packet_is_lost()
    {
        using var cluster = Cluster.Start(new ClusterOptions(VipdBinary.Path)
        {
            WithApiServers = false,
            SecondLan = true,
            MoreRouterLines = ["    trackInterfaces: [{name: eth1}]"],
        });
        var uplink = new Failure(
            "uplink", "cable of a tracked interface cut",
            (broken, master) => broken.Segment.CutSecondCable(master.Node),
            (broken, master) => broken.Segment.HealSecondCable(master.Node));
        var takeOver = TakeOver.Observe(cluster, uplink);
        Assert.Null(takeOver.Problem);
        Assert.Equal(0, takeOver.Client.Lost);
        Assert.True(Says(takeOver.From, "interface eth1 has no carrier (fault)"), Status(takeOver.From));
        Assert.Contains(
            "\nvipd_tracked_interface_up{interface=\"eth1\"} 0\n", takeOver.From.Get("/metrics"),
            StringComparison.Ordinal);

        uplink.Mend(cluster, takeOver.From);
        Observe.Until("takes part", Soon, () => IsBackup(takeOver.From) && Says(takeOver.From, "trackedInterfaceUp"),
            () => Status(takeOver.From));
        Assert.Equal(takeOver.To, cluster.WaitUntilSettled());
    }

    private static bool IsBackup(Master master) => master.Get("/metrics").Contains(
        "\nvipd_state{router=\"apiserver\",state=\"backup\"} 1\n", StringComparison.Ordinal);

    private static bool Says(Master master, string text) => Status(master).Contains(text, StringComparison.Ordinal);

    private static string Status(Master master) =>
        master.RunVipd("status", "--socket", master.Node.PathOf("vipd.sock")).Output;

    private static void Delete(Master master) =>
        IpCommand.Run("-n", master.Node.Namespace.Name, "link", "del", "eth0");

    private static void Make(Cluster cluster, Master master, bool withAddress)
    {
        var node = master.Node;
        IpCommand.Batch(cluster.Segment.Switch,
        [
            $"link add {node.SwitchPort} type veth peer name eth0 netns {node.Namespace}",
            $"link set {node.SwitchPort} master br0",
            $"link set {node.SwitchPort} up",
        ]);
        IpCommand.Batch(node.Namespace, ["link set eth0 up"]);
        if (withAddress) AddAddress(master);
    }

    private static void AddAddress(Master master) =>
        IpCommand.Batch(master.Node.Namespace, [$"addr add {master.Node.Address}/24 dev eth0"]);
}
