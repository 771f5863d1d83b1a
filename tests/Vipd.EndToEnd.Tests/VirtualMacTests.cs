using System.Diagnostics;
using System.Net.NetworkInformation;
using Vipd.Lab;
using Vipd.Lab.Masters;
using Vipd.Lab.Network;
using Xunit.Abstractions;

namespace Vipd.EndToEnd.Tests;

/// <summary>
/// `virtualMac: true`: the client's ARP entry and the switch's table are what tells it from the rest.
/// </summary>
public class VirtualMacTests(ITestOutputHelper output)
{
    private const string VirtualMac = "00:00:5e:00:01:33";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly PhysicalAddress OnTheWire = PhysicalAddress.Parse("00005E000133");

    private static readonly ClusterOptions Default = new(VipdBinary.Path)
    {
        WithApiServers = false,
        VirtualMac = true,
    };

    private static readonly ClusterOptions Pair = Default with
    {
        Masters = 2,
        KeepalivedMasters = 1,
        KeepalivedPriority = 90,
    };

    [NetnsFact]
    public void A_planned_stop_loses_no_packet_and_the_client_keeps_its_ARP_entry()
    {
        using var cluster = Cluster.Start(Default);
        using (var first = cluster.StartProbe()) Observe.Until("answered", Soon, () => first.Answered > 0);
        var before = ArpEntry(cluster);
        var takeOver = TakeOver.Observe(cluster, Failure.PlannedStop);
        Assert.Null(takeOver.Problem);
        Assert.Equal(0, takeOver.Client.Lost);
        Assert.Equal((VirtualMac, VirtualMac), (before, ArpEntry(cluster)));
        Assert.True(takeOver.From.Daemon!.WaitForExit(TimeSpan.FromSeconds(5)));
        AssertLeftNothing(takeOver.From);
        AssertEndsAt(cluster, takeOver.To!);
    }

    [NetnsFact]
    public void A_node_that_dies_is_followed_by_the_switch_without_a_new_ARP_entry()
    {
        using var cluster = Cluster.Start(Default);
        var takeOver = TakeOver.Observe(cluster, Failure.NodeDeath);
        Assert.Null(takeOver.Problem);
        Assert.Equal(VirtualMac, ArpEntry(cluster));
        AssertEndsAt(cluster, takeOver.To!);
        output.WriteLine($"gap {takeOver.Client.LongestGapMilliseconds:F0} ms");
        Assert.InRange(
            takeOver.Client.LongestGapMilliseconds, 0,
            cluster.Options.ActiveDownInterval.TotalMilliseconds + 40
                + takeOver.Client.WorstSendLatenessMilliseconds);
    }

    /// <summary>RFC 9568 §7.2, §8.1.2, but for what comes before the addresses of a take-over.</summary>
    [NetnsFact]
    public void Advertisements_and_announcements_carry_the_virtual_MAC_and_status_and_metrics_name_the_macvlan()
    {
        using var cluster = Cluster.Start(Default);
        var active = cluster.WaitUntilSettled();
        var first = cluster.Tap.AdvertisementsSince(TimeSpan.Zero).First(seen => !seen.Resigns);
        var settled = cluster.Tap.AdvertisementsSince(cluster.Tap.Arps.First(arp => arp.IsAnnouncement).At);
        Assert.NotEqual(OnTheWire, first.SenderMac);
        Assert.NotEmpty(settled);
        Assert.All(settled, seen => Assert.Equal((OnTheWire, active.Node.Address), (seen.SenderMac, seen.Source)));
        Assert.All(
            cluster.Tap.Arps.Where(arp => arp.SenderAddress.Equals(cluster.Vip)),
            arp => Assert.Equal(OnTheWire, arp.SenderMac));

        var name = Assert.Single(Macvlans(active));
        Assert.StartsWith("vipd4-", name, StringComparison.Ordinal);
        Assert.Contains(
            $"vipd_virtual_address_present{{router=\"apiserver\",address=\"{cluster.Vip}\",interface=\"{name}\"}} 1",
            active.Get("/metrics"), StringComparison.Ordinal);
        var wide = active.RunVipd("status", "--socket", active.Node.PathOf("vipd.sock"), "-o", "wide").Output;
        Assert.Contains($"{name} ({VirtualMac})", wide, StringComparison.Ordinal);
    }

    [NetnsFact]
    public void After_kill_9_release_leaves_no_macvlan_and_restores_the_interface_below()
    {
        using var cluster = Cluster.Start(Default with { MoreRouterLines = ["    lease: 300s"] });
        var active = cluster.WaitUntilSettled();
        var name = Assert.Single(Macvlans(active));
        Assert.Equal("1 2", ArpSettings(active));
        active.Daemon!.Kill();
        Observe.Until("killed", Soon, () => active.Daemon.HasExited, cluster.DescribeHolders);
        using var probe = cluster.StartProbe();
        Observe.Until("still answered", Soon, () => probe.Answered > 50);

        var (exitCode, text) = active.RunVipd("release", "--config", active.ConfigFile);
        Assert.True(exitCode == 0, text);
        Assert.Contains($"removed interface {name}, left by a vipd that is gone", text, StringComparison.Ordinal);
        AssertLeftNothing(active);
        Observe.Until("a successor", Soon, () => probe.OtherAnswered(active.Name, TimeSpan.Zero));
        AssertEndsAt(cluster, cluster.WaitUntilSettled());
        output.WriteLine($"lost {probe.Stop().Lost}");
    }

    [NetnsFact]
    public void A_reload_to_and_from_it_is_a_planned_move_of_that_router()
    {
        using var cluster = Cluster.Start(Default with { VirtualMac = false });
        var active = cluster.WaitUntilSettled();
        using var probe = cluster.StartProbe();
        Rewrite(active, "vrid: 51\n", $"vrid: 51\n{VipdConfiguration.VirtualMacLine}\n");
        Assert.Equal(
            (0, "apiserver: virtualMac false -> true; resigns and hands over, then starts anew\n"), Reload(active));
        Observe.Until("its macvlan", Soon, () => Macvlans(active).Count == 1, active.DaemonLogTail);
        var second = cluster.WaitUntilSettled();
        Assert.NotEqual(active, second);

        // The others go on with their own address; the first one takes over with the virtual one.
        var others = cluster.Masters.Where(other => other != active).ToList();
        foreach (var other in others) Failure.PlannedStop.Break(cluster, other);
        Observe.Until("Active again", Soon, () => cluster.HoldersOfVip() is [var sole] && sole == active,
            cluster.DescribeHolders);
        Observe.Until("the client has learnt it", Soon, () => ArpEntry(cluster) == VirtualMac);
        foreach (var other in others)
        {
            Observe.Until("stopped", Soon, () => other.Daemon!.HasExited);
            other.StartDaemon();
            other.WaitUntilDaemonReady();
        }

        Rewrite(active, $"{VipdConfiguration.VirtualMacLine}\n", "");
        Assert.Equal(
            (0, "apiserver: virtualMac true -> false; resigns and hands over, then starts anew\n"), Reload(active));
        Observe.Until("no macvlan", Soon, () => Macvlans(active).Count == 0, active.DaemonLogTail);
        Assert.NotEqual(active, cluster.WaitUntilSettled());
        AssertLeftNothing(active);
        var client = probe.Stop();
        output.WriteLine($"lost {client.Lost} of {client.Sent}");
        Assert.Equal(0, client.Lost);
    }

    [NetnsFact]
    public void Vipd_hands_over_to_a_keepalived_with_use_vmac()
    {
        using var cluster = Cluster.Start(Pair);
        Assert.False(cluster.WaitUntilSettled().IsKeepalived);
        var takeOver = TakeOver.Observe(cluster, Failure.PlannedStop);
        Assert.Null(takeOver.Problem);
        Assert.True(takeOver.To!.IsKeepalived);
        Assert.Equal(VirtualMac, ArpEntry(cluster));
        AssertEndsAt(cluster, takeOver.To);
        output.WriteLine($"lost {takeOver.Client.Lost}, gap {takeOver.Client.LongestGapMilliseconds:F1} ms");
    }

    [NetnsFact]
    public void A_keepalived_with_use_vmac_is_followed_by_vipd_when_it_stops_or_is_preempted()
    {
        using var cluster = Cluster.Create(Pair);
        var (vipd, keepalived) = (cluster.Masters[0], cluster.Masters[1]);
        keepalived.StartDaemon();
        cluster.WaitUntilSettled();
        var returns = new Failure("returns", "vipd starts", (_, _) => vipd.StartDaemon(), (_, _) => { });
        var preempted = TakeOver.Observe(cluster, returns);
        Assert.Null(preempted.Problem);
        Assert.Equal(vipd, preempted.To);
        AssertEndsAt(cluster, vipd);
        output.WriteLine($"preempted: lost {preempted.Client.Lost}");
        Failure.PlannedStop.Break(cluster, vipd);
        Assert.Equal(keepalived, cluster.WaitUntilSettled());
        vipd.Daemon!.WaitForExit(Soon);

        vipd.StartDaemon();
        vipd.WaitUntilDaemonReady();
        Assert.Equal(vipd, cluster.WaitUntilSettled());
        Rewrite(vipd, "vrid: 51\n", "vrid: 51\n    priority: 80\n");
        Reload(vipd);
        Assert.Equal(keepalived, cluster.WaitUntilSettled());
        var stopped = TakeOver.Observe(cluster, Failure.PlannedStop);
        Assert.Null(stopped.Problem);
        Assert.Equal(vipd, stopped.To);
        Assert.Equal(VirtualMac, ArpEntry(cluster));
        AssertEndsAt(cluster, vipd);
        output.WriteLine($"keepalived stopped: lost {stopped.Client.Lost}");
    }

    /// <summary>Where the switch sends what is for the virtual MAC address, for as long as one looks.</summary>
    private static void AssertEndsAt(Cluster cluster, Master master)
    {
        string? port = null;
        Assert.True(
            Observe.Steady(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5),
                () => (port = PortOfVirtualMac(cluster)) == master.Node.SwitchPort),
            $"{VirtualMac} is at {port}, not at {master.Node.SwitchPort}");
    }

    private static string? PortOfVirtualMac(Cluster cluster) =>
        Run("bridge", "-n", cluster.Segment.Switch.Name, "fdb", "show", "br", "br0").Split('\n')
            .Where(line => line.StartsWith(VirtualMac, StringComparison.Ordinal))
            .Select(line => line.Split(' ')[2]).FirstOrDefault();

    private static string ArpEntry(Cluster cluster)
    {
        var words = IpCommand.Run("-n", cluster.Segment.Client.Namespace.Name, "neigh", "show", $"{cluster.Vip}")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.SkipWhile(word => word != "lladdr").ElementAtOrDefault(1) ?? "none";
    }

    private static List<string> Macvlans(Master master) =>
    [
        .. IpCommand.Run("-n", master.Node.Namespace.Name, "-br", "link", "show", "type", "macvlan")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('@', ' ')[0]),
    ];

    /// <summary>arp_ignore and arp_announce of eth0.</summary>
    private static string ArpSettings(Master master) => master.Node.Namespace.Inside(() => string.Join(' ',
        new[] { "arp_ignore", "arp_announce" }
            .Select(setting => File.ReadAllText($"/proc/sys/net/ipv4/conf/eth0/{setting}").Trim())));

    private static void AssertLeftNothing(Master master)
    {
        Assert.Empty(Macvlans(master));
        Assert.Equal("0 0", ArpSettings(master));
    }

    private static (int ExitCode, string Output) Reload(Master master) =>
        master.RunVipd("reload", "--socket", master.Node.PathOf("vipd.sock"));

    private static void Rewrite(Master master, string from, string to)
    {
        var text = File.ReadAllText(master.ConfigFile);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(master.ConfigFile, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static string Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd();
    }
}
