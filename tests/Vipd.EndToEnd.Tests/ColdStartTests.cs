using Vipd.Lab.Masters;

namespace Vipd.EndToEnd.Tests;

/// <summary>All masters start at once with the same file: the normal case after a power cut.</summary>
public class ColdStartTests
{
    private const int LongestGapMilliseconds = 100;
    private static readonly ClusterOptions Options = new(VipdBinary.Path) { WithApiServers = false };

    [NetnsFact]
    public void Of_three_started_together_exactly_one_is_Active_after_2_s()
    {
        using var cluster = Cluster.Create(Options);
        AssertOneActive(ColdStart.Observe(cluster));
    }

    [NetnsFact]
    public void Without_any_apiserver_the_VIP_is_held_all_the_same()
    {
        using var cluster = Cluster.Create(Options with { WithApiServers = true });
        foreach (var master in cluster.Masters) master.ApiServer!.Kill();
        AssertOneActive(ColdStart.Observe(cluster));
    }

    [LongFact]
    public void Fifty_cold_starts_of_fifty_serve_the_client_without_a_gap()
    {
        using var cluster = Cluster.Create(Options);
        for (var i = 0; i < 50; i++)
        {
            ColdStart.PowerOff(cluster);
            AssertOneActive(ColdStart.Observe(cluster));
        }
    }

    private static void AssertOneActive(ColdStart start)
    {
        Assert.Equal(1, start.HoldersAfter2Seconds);
        Assert.NotNull(start.MillisecondsToFirstAnswer);
        Assert.InRange(start.LongestGapMilliseconds, 0, LongestGapMilliseconds);
    }
}
