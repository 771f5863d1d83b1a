using System.Net;
using Vipd.Lab;
using Vipd.Lab.Masters;
using Vipd.Lab.Network;
using Vipd.Lab.Wire;

namespace Vipd.EndToEnd.Tests;

/// <summary>The configuration changes under running daemons; the wire and the client decide.</summary>
public class ReloadTests
{
    private const int BadConfiguration = 2;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly IPAddress SecondVip = IPAddress.Parse("192.0.2.101");

    private static readonly ClusterOptions Plain = new(VipdBinary.Path) { WithApiServers = false };

    /// <summary>A second virtual router behind the first one.</summary>
    private static readonly ClusterOptions WithSecondRouter = Plain with
    {
        MoreRouterLines = ["  - name: second", "    vrid: 52", $"    addresses: [{SecondVip}/32]"],
    };

    /// <summary>keepalived 2.2.7's reload with a typo ends the daemon and leaves the VIP on the interface: nobody
    /// answers for its health any more, and the successor elects itself beside it.</summary>
    [NetnsFact]
    public void A_reload_with_a_typo_leaves_the_daemon_running_and_the_VIP_answered()
    {
        using var cluster = Cluster.Start(Plain);
        var active = cluster.WaitUntilSettled();
        using var probe = cluster.StartProbe();
        Observe.Until("answers", Soon, () => probe.Answered > 100);
        Edit(active, "addresses:", "adresses:");

        var (exitCode, output) = Reload(active);
        Assert.Equal(BadConfiguration, exitCode);
        Assert.Matches($@"{active.ConfigFile}:\d+:\d+: .*\baddresses\b", output);
        int Refusals() => active.Daemon!.Log.Split("reload refused").Length;
        var byCommand = Refusals();
        active.Daemon!.Hangup();
        Observe.Until("SIGHUP refused", Soon, () => Refusals() > byCommand);
        Assert.Contains("\nvipd_config_last_reload_successful 0\n", active.Get("/metrics"), StringComparison.Ordinal);
        Assert.Contains("RELOAD FAILED", Status(active), StringComparison.Ordinal);

        Edit(active, "adresses:", "addresses:");
        Assert.Equal((0, "apiserver: unchanged\n"), Reload(active));
        Assert.Contains("\nvipd_config_last_reload_successful 1\n", active.Get("/metrics"), StringComparison.Ordinal);
        Assert.DoesNotContain("RELOAD FAILED", Status(active), StringComparison.Ordinal);
        Assert.Equal(active, cluster.WaitUntilSettled());
        var client = probe.Stop();
        Assert.Empty(client.Changes);
        Assert.Equal(0, client.Lost);
    }

    /// <summary>Moves of a start that was slow would make the better node wait.</summary>
    [NetnsFact]
    public void A_changed_priority_is_in_force_at_once_by_command_and_by_signal()
    {
        using var cluster = Cluster.Start(Plain with { MoreRouterLines = ["    holdDown: 0s"] });
        var active = cluster.WaitUntilSettled();
        using var probe = cluster.StartProbe();
        Append(active, "    priority: 120");
        Assert.Equal((0, "apiserver: priority 100 -> 120\n"), Reload(active));
        Observe.Until("advertised", Soon, () => LastPriority(cluster, active) == 120);

        Edit(active, "priority: 120", "priority: 90");
        active.Daemon!.Hangup();
        Observe.Until(
            "another node is better now", Soon, () => cluster.HoldersOfVip() is [var sole] && sole != active,
            () => string.Join('\n', cluster.Masters.Select(master => $"{master.Name}\n{master.DaemonLogTail()}")));
        cluster.WaitUntilSettled();
        Assert.Equal(0, probe.Stop().Lost);
    }

    /// <summary>nohup(1) has its program ignore SIGHUP, and .NET leaves ignored what is.</summary>
    [NetnsFact]
    public void A_daemon_that_was_started_by_nohup_heeds_its_signal_all_the_same()
    {
        using var cluster = Cluster.Start(Plain with { Masters = 1 });
        var only = cluster.WaitUntilSettled();
        only.Daemon!.Terminate();
        Assert.True(only.Daemon.WaitForExit(Soon));
        only.StartDaemon("nohup");
        cluster.WaitUntilSettled();
        only.Daemon.Hangup();
        Observe.Until(
            "reloaded", Soon,
            () => only.DaemonLogTail().Contains("reload: apiserver: unchanged", StringComparison.Ordinal),
            only.DaemonLogTail);
    }

    [NetnsFact]
    public void A_router_whose_section_is_the_same_sends_the_same_packets_in_the_same_rhythm()
    {
        using var cluster = Cluster.Start(WithSecondRouter);
        var active = cluster.WaitUntilSettled();
        Observe.Until("no repetitions of the take-over are due", TimeSpan.FromSeconds(20),
            () => MonotonicClock.Now - cluster.Tap.Arps.Max(arp => arp.At) > TimeSpan.FromSeconds(6));
        cluster.Tap.Clear();
        var from = MonotonicClock.Now;
        for (var i = 0; i < 10; i++)
        {
            Rewrite(active, text => SetInSecond(text, $"    priority: {101 + i}"));
            var (exitCode, output) = Reload(active);
            Assert.Equal(0, exitCode);
            Assert.StartsWith("apiserver: unchanged\nsecond: priority ", output, StringComparison.Ordinal);
        }

        List<AdvertisementSeen> Sent() =>
            [.. cluster.Tap.AdvertisementsSince(from).Where(a => a.VirtualRouterId == 51)];
        Observe.Until("ten Advertisements behind the reloads", Soon, () => Sent().Count >= 20);
        cluster.WaitUntilSettled();
        var sent = Sent();
        Assert.All(sent, a => Assert.Equal(
            (active.Node.Address, 100, cluster.Vip), (a.Source, a.Priority, Assert.Single(a.Addresses))));

        // Adver_Timer goes by a grid: a busy machine is late for single ones, a timer that is set anew shifts the rest.
        var interval = cluster.Options.EffectiveInterval.TotalMilliseconds;
        var phases = sent.Select(a => (a.At - sent[0].At).TotalMilliseconds % interval).ToList();
        Assert.InRange(sent.Count - 1 - ((sent[^1].At - sent[0].At).TotalMilliseconds / interval), -1.5, 0.5);
        Assert.InRange(phases.TakeLast(10).Min(phase => Math.Min(phase, interval - phase)), 0, interval / 10);
        Assert.DoesNotContain(
            cluster.Tap.AnnouncementsSince(from), arp => arp.SenderAddress.Equals(cluster.Vip));
    }

    [NetnsFact]
    public void Addresses_come_and_go_in_place_and_the_others_are_answered_throughout()
    {
        using var cluster = Cluster.Start(Plain);
        var active = cluster.WaitUntilSettled();
        using var probe = cluster.StartProbe();
        Edit(active, "[192.0.2.100/32]", "[192.0.2.101/32, 192.0.2.100/32]");
        Assert.Equal((0, "apiserver: address 192.0.2.101/32 added\n"), Reload(active));
        Observe.Until("added", Soon, () => cluster.HoldersOf(SecondVip) is [var sole] && sole == active);
        Observe.Until("announced", Soon,
            () => cluster.Tap.Arps.Any(arp => arp.IsAnnouncement && arp.SenderAddress.Equals(SecondVip)));
        Observe.Until("advertised", Soon, () => cluster.Tap.Advertisements[^1].Addresses.Count == 2);

        Edit(active, "[192.0.2.101/32, 192.0.2.100/32]", "[192.0.2.100/32]");
        Assert.Equal((0, "apiserver: address 192.0.2.101/32 removed\n"), Reload(active));
        Observe.Until("removed", Soon, () => cluster.HoldersOf(SecondVip).Count == 0);
        Assert.Equal(active, cluster.WaitUntilSettled());
        var client = probe.Stop();
        Assert.Empty(client.Changes);
        Assert.Equal(0, client.Lost);
    }

    [NetnsFact]
    public void A_router_that_is_removed_and_added_hands_over_and_comes_back()
    {
        using var cluster = Cluster.Start(WithSecondRouter);
        var active = cluster.WaitUntilSettled();
        Observe.Until("the second router too", Soon, () => cluster.HoldersOf(SecondVip).Count == 1);
        var second = cluster.HoldersOf(SecondVip)[0];
        var whole = File.ReadAllText(second.ConfigFile);
        using var probe = Vipd.Lab.Traffic.Probe.Start(cluster.Segment.Client, [cluster.Vip, SecondVip]);
        Rewrite(second, text => text[..text.IndexOf("  - name: second", StringComparison.Ordinal)]);
        var (exitCode, output) = Reload(second);
        Assert.Equal((0, "apiserver: unchanged\nsecond: removed; what it held is handed over\n"), (exitCode, output));
        Observe.Until("handed over", Soon, () => cluster.HoldersOf(SecondVip) is [var sole] && sole != second);
        Assert.DoesNotContain("router=\"second\"", second.Get("/metrics"), StringComparison.Ordinal);

        File.WriteAllText(second.ConfigFile, whole);
        Assert.Equal((0, "apiserver: unchanged\nsecond: added\n"), Reload(second));
        Observe.Until("takes part", Soon, () => Status(second).Contains("second", StringComparison.Ordinal));
        Assert.Equal(active, cluster.WaitUntilSettled());
        Assert.Equal(0, probe.Stop().Lost);
    }

    [NetnsFact]
    public void Another_VRID_is_a_planned_move_of_that_router_alone()
    {
        using var cluster = Cluster.Start(WithSecondRouter);
        var active = cluster.WaitUntilSettled();
        using var probe = cluster.StartProbe();
        Edit(active, "vrid: 52", "vrid: 53");
        Assert.Equal(
            (0, "apiserver: unchanged\nsecond: vrid 52 -> 53; resigns and hands over, then starts anew\n"),
            Reload(active));
        Observe.Until("the new one takes part", Soon,
            () => Status(active, "-o", "wide").Contains("53", StringComparison.Ordinal));
        Assert.Equal(active, cluster.WaitUntilSettled());
        Assert.Equal(0, probe.Stop().Lost);
    }

    [NetnsFact]
    public void A_recording_taken_after_reloads_replays_exactly()
    {
        using var cluster = Cluster.Start(WithSecondRouter);
        var active = cluster.WaitUntilSettled();
        Append(active, "    priority: 120");
        Reload(active);
        Edit(active, "[192.0.2.100/32]", "[192.0.2.100/32, 192.0.2.102/32]");
        Reload(active);
        cluster.WaitUntilSettled();
        var (exitCode, output) = active.RunVipd("replay", "--config", active.ConfigFile);
        Assert.True(exitCode == 0, output);
        Assert.Contains("as recorded.", output, StringComparison.Ordinal);
        Assert.Contains("begins in Active", output, StringComparison.Ordinal);
    }

    /// <summary>
    /// The second router is changed in every way there is, on one node after the other; the first one never.
    /// </summary>
    [LongFact]
    public void Of_200_random_reloads_the_client_notices_none_and_no_other_router_moves()
    {
        using var cluster = Cluster.Start(WithSecondRouter);
        var active = cluster.WaitUntilSettled();
        var random = new Random(1);
        var whole = File.ReadAllText(active.ConfigFile);
        var from = whole.IndexOf("virtualRouters:", StringComparison.Ordinal);
        var head = whole[from..whole.IndexOf("  - name: second", StringComparison.Ordinal)];
        var begun = MonotonicClock.Now;
        using var probe = Vipd.Lab.Traffic.Probe.Start(
            cluster.Segment.Client, [cluster.Vip, SecondVip], TimeSpan.FromMinutes(20));
        Master? without = null;
        var refused = 0;
        for (var i = 0; i < 200; i++)
        {
            var master = without ?? cluster.Masters[random.Next(cluster.Masters.Count)];
            var removes = without is null && random.Next(5) == 0;
            var isBad = random.Next(8) == 0;
            Rewrite(master, text => text[..text.IndexOf("virtualRouters:", StringComparison.Ordinal)]
                + head + (removes ? "" : AnySecond(random)) + (isBad ? "    adresses: []\n" : ""));
            var (exitCode, output) = Reload(master);
            Assert.True(exitCode == (isBad ? BadConfiguration : 0), output);
            refused += isBad ? 1 : 0;
            if (!isBad)
                without = removes ? master : null;
            Thread.Sleep(random.Next(500));
        }

        Assert.Equal(active, cluster.WaitUntilSettled());
        Assert.InRange(refused, 10, 50);
        Assert.Equal([active.Node.Address], cluster.Tap.AdvertisementsSince(begun)
            .Where(a => a.VirtualRouterId == 51).Select(a => a.Source).Distinct());
        var client = probe.Stop();
        var ofTheSame = client.Packets.Where((packet, number) => number % 2 == 0 && packet.Answered is null).Count();
        Assert.True(
            client.Lost == 0, $"{client.Lost} of {client.Sent} lost, {ofTheSame} of the router that is the same");
    }

    private static string AnySecond(Random random) => string.Join('\n',
    [
        "  - name: second",
        "    vrid: 52",
        $"    addresses: [{SecondVip}/32{(random.Next(2) == 0 ? ", 192.0.2.103/32" : "")}]",
        $"    priority: {random.Next(90, 111)}",
        $"    advertisementInterval: {random.Next(10, 41)}0ms",
        $"    preempt: {(random.Next(2) == 0 ? "true" : "false")}",
        $"    preemptDelay: {random.Next(3)}s",
        $"    lease: {random.Next(2, 6)}s",
        $"    announce: {{ refresh: {random.Next(1, 60)}s }}",
        "",
    ]);

    private static int LastPriority(Cluster cluster, Master master) => cluster.Tap.Advertisements
        .Last(a => a.Source.Equals(master.Node.Address)).Priority;

    private static string SetInSecond(string text, string line) =>
        text[..(text.IndexOf($"[{SecondVip}/32]", StringComparison.Ordinal) + $"[{SecondVip}/32]".Length)]
        + $"\n{line}\n";

    private static (int ExitCode, string Output) Reload(Master master) =>
        master.RunVipd("reload", "--socket", master.Node.PathOf("vipd.sock"));

    private static string Status(Master master, params string[] more) =>
        master.RunVipd(["status", "--socket", master.Node.PathOf("vipd.sock"), .. more]).Output;

    private static void Edit(Master master, string from, string to) => Rewrite(master, text =>
    {
        Assert.Contains(from, text, StringComparison.Ordinal);
        return text.Replace(from, to, StringComparison.Ordinal);
    });

    private static void Append(Master master, string line) =>
        Rewrite(master, text => text.Replace(
            "[192.0.2.100/32]", $"[192.0.2.100/32]\n{line}", StringComparison.Ordinal));

    private static void Rewrite(Master master, Func<string, string> change) =>
        File.WriteAllText(master.ConfigFile, change(File.ReadAllText(master.ConfigFile)));
}
