using System.Net;
using Vipd.Lab;
using Vipd.Lab.Masters;
using Vipd.Lab.Network;
using Vipd.Lab.Traffic;

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
        Segment.DeleteInterface(first.Node);
        Observe.Until("Fault", Soon, () => Says(first, "interface eth0 is not there"), first.DaemonLogTail);
        var successor = cluster.WaitUntilSettled();
        Assert.NotEqual(first, successor);

        cluster.Segment.MakeInterface(first.Node, withAddress: false);
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
        Segment.DeleteInterface(master.Node);
        cluster.StartDaemons();
        Observe.Until("Fault", Soon, () => Says(master, "interface eth0 is not there"), master.DaemonLogTail);
        cluster.Segment.MakeInterface(master.Node);
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
            Segment.DeleteInterface(master.Node);
            cluster.Segment.MakeInterface(master.Node);
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

    [NetnsFact]
    public void A_primary_address_that_DHCP_exchanges_is_followed_at_once()
    {
        using var cluster = Cluster.Start(Named);
        var active = cluster.WaitUntilSettled();
        using var probe = cluster.StartProbe();
        var former = $"{active.Node.Address}/24";
        foreach (var next in (string[])["192.0.2.31/25", "192.0.2.32/26"])
        {
            IpCommand.Batch(
                active.Node.Namespace, [$"addr del {former} dev eth0", $"addr add {next} dev eth0"]);
            var source = IPAddress.Parse(next.Split('/')[0]);
            Observe.Until($"sends from {source}", Soon,
                () => cluster.Tap.Advertisements[^1].Source.Equals(source), () => Status(active));
            former = next;
        }

        Assert.Equal(active, Assert.Single(cluster.HoldersOfVip()));
        var client = probe.Stop();
        Assert.Empty(client.Changes);
        Assert.InRange(client.Lost, 0, ProbeResult.LostByTheMachine);
    }

    /// <summary>A lease that is renewed late: what is sent from is gone, and something else comes.</summary>
    [NetnsFact]
    public void Whoever_runs_does_not_wait_for_its_address_because_another_router_waits_for_an_interface()
    {
        using var cluster = Cluster.Start(Named with
        {
            MoreRouterLines =
            [
                .. Named.MoreRouterLines, "  - name: second", "    vrid: 52", "    addresses: [192.0.2.101/32]",
                "    interface: eth9",
            ],
        });
        var active = cluster.WaitUntilSettled();
        using var probe = cluster.StartProbe();
        IpCommand.Batch(
            active.Node.Namespace,
            [
                $"addr del {active.Node.Address}/24 dev eth0", "route add 192.0.2.0/24 dev eth0",
                "link add eth9 type veth peer name eth9p", "link set eth9p up", "link set eth9 up",
                "addr add 198.51.100.2/24 dev eth9",
            ]);
        Observe.Until("the other one takes part", Soon, () => Says(active, "second") && !Says(active, "is not there"),
            () => Status(active));
        Assert.Equal(active, Assert.Single(cluster.HoldersOfVip()));
        Assert.InRange(probe.Stop().Lost, 0, ProbeResult.LostByTheMachine);
    }

    private static bool IsBackup(Master master) => master.Get("/metrics").Contains(
        "\nvipd_state{router=\"apiserver\",state=\"backup\"} 1\n", StringComparison.Ordinal);

    private static bool Says(Master master, string text) => Status(master).Contains(text, StringComparison.Ordinal);

    private static string Status(Master master) =>
        master.RunVipd("status", "--socket", master.Node.PathOf("vipd.sock")).Output;

    private static void AddAddress(Master master) =>
        IpCommand.Batch(master.Node.Namespace, [$"addr add {master.Node.Address}/24 dev eth0"]);
}
