using Vipd.Lab.Masters;

namespace Vipd.EndToEnd.Tests;

/// <summary>Two labs with the same addresses and VRID on one machine are two worlds.</summary>
public class SideBySideTests
{
    [NetnsFact]
    public void Two_labs_side_by_side_do_not_disturb_each_other()
    {
        var options = new ClusterOptions(VipdBinary.Path) { WithApiServers = false };
        using var calm = Cluster.Start(options);
        using var broken = Cluster.Start(options);
        var active = calm.WaitUntilSettled();
        calm.Tap.Clear();
        using var probe = calm.StartProbe();

        var takeOver = TakeOver.Observe(broken, Failure.NodeDeath);
        var client = probe.Stop();

        Assert.Null(takeOver.Problem);
        Assert.Equal(0, client.Lost);
        Assert.All(client.Packets, packet => Assert.Equal(active.Name, packet.Node));
        Assert.All(calm.Tap.Advertisements, seen => Assert.Equal(active.Node.Address, seen.Source));
    }

    [NetnsFact]
    public void A_lab_that_is_taken_down_leaves_nothing_behind()
    {
        Lab.Network.Segment segment;
        using (var cluster = Cluster.Start(new ClusterOptions(VipdBinary.Path)))
        {
            segment = cluster.Segment;
            Assert.NotEmpty(segment.LeftBehind());
        }
        Assert.Empty(segment.LeftBehind());
    }
}
