using Vipd.Lab.Mixed;

namespace Vipd.EndToEnd.Tests;

/// <summary>All 255 VRIDs in both families in one daemon.</summary>
public class CrowdTests
{
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(30);

    [NetnsFact]
    public void A_daemon_with_510_routers_elects_hands_over_and_takes_back()
    {
        using var pair = new CrowdedPair(VipdBinary.Path, TimeSpan.FromSeconds(1));
        var first = pair.Start(pair.First, priority: 150);
        pair.AwaitAllOn(pair.First);
        pair.Start(pair.Second, priority: 100);

        Assert.True(Lab.Observe.Within(StopBound, () => CrowdedPair.IsReady(pair.Second)));
        first.Terminate();
        Assert.True(first.WaitForExit(StopBound));
        pair.AwaitAllOn(pair.Second);

        pair.Start(pair.First, priority: 150);
        pair.AwaitAllOn(pair.First);
        Assert.DoesNotContain("dropped a message", pair.Log, StringComparison.Ordinal);
    }

    [LongFact]
    public void When_the_node_of_510_Active_Routers_dies_the_other_takes_every_one()
    {
        using var pair = new CrowdedPair(VipdBinary.Path, TimeSpan.FromSeconds(1));
        var first = pair.Start(pair.First, priority: 150);
        pair.AwaitAllOn(pair.First);
        pair.Start(pair.Second, priority: 100);
        Assert.True(Lab.Observe.Within(StopBound, () => CrowdedPair.IsReady(pair.Second)));

        first.Kill();
        pair.AwaitAllOn(pair.Second);
    }
}
