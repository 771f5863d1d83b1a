using Vipd.Lab;
using Vipd.Lab.Masters;

namespace Vipd.EndToEnd.Tests;

/// <summary>Three members of Debian's etcd, each behind the apiserver stand-in of its master.</summary>
public class EtcdTests
{
    private static readonly ClusterOptions WithEtcd = new(VipdBinary.Path) { WithEtcd = true };

    /// <summary>/readyz gives up after 2 s, and two such answers make it notReady.</summary>
    private static readonly TimeSpan NoticeBound = TimeSpan.FromSeconds(15);

    /// <summary>Longer than the shortest hold-down, and than the three good answers that make a node healthy.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(6);

    [ToolNetnsFact("etcd")]
    public void A_node_without_quorum_loses_the_VIP_to_the_majority_and_nothing_flaps_after_healing()
    {
        using var cluster = Cluster.Start(WithEtcd);
        var minority = cluster.WaitUntilSettled();
        minority.Etcd.CutFromTheOthers();
        Observe.Until("the majority has the VIP", NoticeBound, () =>
            cluster.HoldersOfVip() is [var holder] && holder != minority, cluster.DescribeHolders);
        var majority = cluster.WaitUntilSettled();

        minority.Etcd.Heal();
        Observe.Until("the quorum is back", NoticeBound, minority.Etcd.HasQuorum);
        Observe.Until("and vipd knows", NoticeBound, () => !IsLowered(minority), minority.DaemonLogTail);
        AssertStays(cluster, majority);
    }

    [ToolNetnsFact("etcd")]
    public void Nothing_moves_when_etcds_leader_is_killed()
    {
        using var cluster = Cluster.Start(WithEtcd);
        var active = cluster.WaitUntilSettled();
        if (active.Etcd.IsLeader())
        {
            // The Active Router's own etcd must live on: it is another trouble than an election.
            Assert.Equal(0, active.RunVipd("drain", "--config", active.ConfigFile).ExitCode);
            Assert.Equal(0, active.RunVipd("undrain", "--config", active.ConfigFile).ExitCode);
            active = cluster.WaitUntilSettled();
        }

        var leader = cluster.Masters.Single(master => master.Etcd.IsLeader());
        Assert.NotEqual(active, leader);
        cluster.Tap.Clear();
        leader.Etcd.Kill();
        Observe.Until("a new leader", NoticeBound,
            () => cluster.Masters.Any(master => master != leader && master.Etcd.IsLeader()));
        AssertStays(cluster, active);
        Assert.All(cluster.Tap.Advertisements, seen => Assert.Equal(active.Node.Address, seen.Source));
    }

    private static bool IsLowered(Master master) => !master.Get("/metrics").Contains(
        "vipd_priority{router=\"apiserver\"} 100", StringComparison.Ordinal);

    private static void AssertStays(Cluster cluster, Master holder)
    {
        var from = MonotonicClock.Now;
        Assert.True(Observe.Steady(Calm, Calm * 2, () => cluster.HoldersOfVip() is [var now] && now == holder),
            cluster.DescribeHolders());
        Assert.Equal([holder.Node.Address], cluster.Tap.ClaimantsSince(from));
    }
}
