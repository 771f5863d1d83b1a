using System.Diagnostics;
using Vipd.Lab;
using Vipd.Lab.Masters;
using Vipd.Lab.Network;
using Vipd.Lab.Wire;
using Xunit.Abstractions;

namespace Vipd.EndToEnd.Tests;

/// <summary>
/// What a supervisor does when the daemon was killed: `vipd release` instead of waiting for the lease.
/// </summary>
public class ReleaseTests(ITestOutputHelper log)
{
    /// <summary>So long that within the test nothing goes by itself.</summary>
    private const string LongLease = "    lease: 300s";

    /// <summary>Two cores, and the test host beside it; an idle machine takes a third.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    /// <summary>Of the default configuration.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);

    private static readonly PrefixedAddress Vip = PrefixedAddress.Parse("192.0.2.100/32");
    private static readonly PrefixedAddress Administrators = PrefixedAddress.Parse("192.0.2.101/32");

    [NetnsFact]
    public void After_kill_9_release_takes_the_VIP_away_and_leaves_an_administrators_address()
    {
        using var cluster = Cluster.Create(new ClusterOptions(VipdBinary.Path)
        {
            Masters = 1,
            Vips = [Vip, Administrators],
            WithApiServers = false,
            MoreRouterLines = [LongLease],
        });
        var master = cluster.Masters[0];
        IpCommand.Batch(master.Node.Namespace, [$"addr add {Administrators} dev eth0"]);
        cluster.StartDaemons();
        Observe.Until("Active", TimeSpan.FromSeconds(10), () => Holds(master, Vip), cluster.DescribeHolders);

        var (exitCode, output) = master.RunVipd("release", "--config", master.ConfigFile);
        Assert.Equal(1, exitCode);
        Assert.Contains("a vipd is running", output, StringComparison.Ordinal);
        Assert.True(Holds(master, Vip), "a release took a living vipd's address");

        master.Daemon!.Kill();
        Observe.Until("killed", TimeSpan.FromSeconds(5), () => master.Daemon.HasExited, cluster.DescribeHolders);
        Assert.True(Holds(master, Vip), "the lease is too short for this test");

        var started = Stopwatch.GetTimestamp();
        (exitCode, output) = master.RunVipd("release", "--config", master.ConfigFile);
        var took = Stopwatch.GetElapsedTime(started);
        Assert.Equal((0, "removed 192.0.2.100, left on eth0 by a vipd that is gone\n"), (exitCode, output));
        Assert.False(Holds(master, Vip));
        Assert.True(Holds(master, Administrators));
        log.WriteLine($"release took {took.TotalMilliseconds:F0} ms");
        Assert.InRange(took, TimeSpan.Zero, Bound);
    }

    /// <summary>At 1 s a peer that has to miss three Advertisements needs 3.6 s.</summary>
    [NetnsFact]
    public void Release_resigns_for_the_daemon_that_was_killed_and_a_peer_has_the_VIP_at_once()
    {
        using var cluster = Cluster.Start(new ClusterOptions(VipdBinary.Path)
        {
            WithApiServers = false,
            AdvertisementInterval = TimeSpan.FromSeconds(1),
            MoreRouterLines = [LongLease],
        });
        var active = cluster.WaitUntilSettled();
        var killed = MonotonicClock.Now;
        active.Daemon!.Kill();
        Observe.Until("killed", TimeSpan.FromSeconds(5), () => active.Daemon.HasExited, cluster.DescribeHolders);

        var (exitCode, output) = active.RunVipd("release", "--config", active.ConfigFile);
        Assert.True(exitCode == 0, output);
        Assert.False(Holds(active, Vip));
        var seen = cluster.Tap.AdvertisementsSince(killed);
        var resignation = seen.Single(one => one.Source.Equals(active.Node.Address) && one.Resigns);
        Observe.Until(
            "a successor", TimeSpan.FromSeconds(3), () => cluster.HoldersOfVip().Count == 1, cluster.DescribeHolders);
        var claim = cluster.Tap.AdvertisementsSince(killed).First(one => !one.Source.Equals(active.Node.Address));
        log.WriteLine($"claimed {(claim.At - resignation.At).TotalMilliseconds:F1} ms after the resignation");
        Assert.InRange(claim.At - resignation.At, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [NetnsFact]
    public void Without_a_supervisor_the_VIP_of_a_killed_daemon_is_gone_with_its_lease()
    {
        using var cluster = Cluster.Create(
            new ClusterOptions(VipdBinary.Path) { Masters = 1, WithApiServers = false });
        var master = cluster.Masters[0];
        cluster.StartDaemons();
        Observe.Until("Active", TimeSpan.FromSeconds(10), () => Holds(master, Vip), cluster.DescribeHolders);
        master.Daemon!.Kill();
        var killed = Stopwatch.GetTimestamp();
        Observe.Until(
            "gone", TimeSpan.FromSeconds(5), () => cluster.HoldersOfVip().Count == 0, cluster.DescribeHolders);
        var took = Stopwatch.GetElapsedTime(killed);
        log.WriteLine($"gone {took.TotalMilliseconds:F0} ms after SIGKILL");
        Assert.InRange(took, TimeSpan.Zero, Lease + TimeSpan.FromMilliseconds(300));
    }

    [NetnsFact]
    public void A_configuration_that_is_broken_meanwhile_keeps_release_from_nothing()
    {
        using var cluster = Cluster.Create(new ClusterOptions(VipdBinary.Path)
        {
            Masters = 1,
            WithApiServers = false,
            MoreRouterLines = [LongLease],
        });
        var master = cluster.Masters[0];
        cluster.StartDaemons();
        Observe.Until("Active", TimeSpan.FromSeconds(10), () => Holds(master, Vip), cluster.DescribeHolders);
        var record = master.Node.PathOf("vipd.sock.addresses");
        Observe.Until("recorded", TimeSpan.FromSeconds(5),
            () => File.ReadAllText(record).Contains("192.0.2.100/32", StringComparison.Ordinal));
        master.Daemon!.Kill();
        File.WriteAllText(master.ConfigFile, "virtualRouters: [");
        var (exitCode, _) = master.RunVipd(
            "release", "--config", master.ConfigFile, "--socket", master.Node.PathOf("vipd.sock"));
        Assert.Equal(0, exitCode);
        Assert.False(Holds(master, Vip));
    }

    private static bool Holds(Master master, PrefixedAddress address) =>
        Holders.AddressesOf(master.Node).Contains(address);
}
