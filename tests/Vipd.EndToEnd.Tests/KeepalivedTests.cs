using Vipd.Lab;
using Vipd.Lab.Masters;
using Xunit.Abstractions;

namespace Vipd.EndToEnd.Tests;

/// <summary>One vipd and one Debian keepalived: moves that vipd has a hand in lose nothing here either.</summary>
public class KeepalivedTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private static readonly ClusterOptions Pair = new(VipdBinary.Path)
    {
        Masters = 2,
        KeepalivedMasters = 1,
        KeepalivedPriority = 90,
        WithApiServers = false,
    };

    [NetnsFact]
    public void SIGTERM_hands_over_to_keepalived_without_a_lost_packet()
    {
        using var cluster = Cluster.Start(Pair);
        AssertMoves(TakeOver.Observe(cluster, Failure.PlannedStop));
    }

    [NetnsFact]
    public void A_loss_of_health_hands_over_to_keepalived_without_a_lost_packet()
    {
        using var cluster = Cluster.Start(Pair with { WithApiServers = true });
        // Until its check has answered, vipd is the worse router.
        Observe.Until("healthy", Bound, () => cluster.Masters[0].Get("/metrics").Contains(
            "vipd_priority{router=\"apiserver\"} 100", StringComparison.Ordinal));
        AssertMoves(TakeOver.Observe(cluster, Failure.ApiServerKill));
    }

    [NetnsFact]
    public void A_keepalived_that_returns_and_preempts_costs_no_packet()
    {
        using var cluster = Cluster.Create(Pair with { KeepalivedPriority = 200 });
        var (vipd, keepalived) = (cluster.Masters[0], cluster.Masters[1]);
        vipd.StartDaemon();
        vipd.WaitUntilDaemonReady();
        cluster.WaitUntilSettled();
        var returns = new Failure("returns", "keepalived starts", (_, _) => keepalived.StartDaemon(), (_, _) => { });
        AssertMoves(TakeOver.Observe(cluster, returns));
    }

    /// <summary>
    /// keepalived takes its addresses off as soon as it hears the better Advertisement; ours come two steps after it.
    /// </summary>
    [NetnsFact]
    public void A_vipd_that_preempts_keepalived_leaves_a_gap_of_milliseconds()
    {
        using var cluster = Cluster.Create(Pair);
        var (vipd, keepalived) = (cluster.Masters[0], cluster.Masters[1]);
        keepalived.StartDaemon();
        cluster.WaitUntilSettled();
        var returns = new Failure("returns", "vipd starts", (_, _) => vipd.StartDaemon(), (_, _) => { });
        var takeOver = TakeOver.Observe(cluster, returns);
        Assert.Null(takeOver.Problem);
        output.WriteLine($"lost {takeOver.Client.Lost}, gap {takeOver.Client.LongestGapMilliseconds:F1} ms");
        Assert.InRange(
            takeOver.Client.LongestGapMilliseconds, 0, 20 + takeOver.Client.WorstSendLatenessMilliseconds);
    }

    private void AssertMoves(TakeOver takeOver)
    {
        Assert.Null(takeOver.Problem);
        output.WriteLine($"answered elsewhere after {takeOver.MillisecondsToNewAnswer:F0} ms");
        Assert.Equal(0, takeOver.Client.Lost);
    }
}
