using Vipd.Lab;
using Vipd.Lab.Masters;
using Vipd.Lab.Network;
using Vipd.Lab.Wire;

namespace Vipd.EndToEnd.Tests;

/// <summary>What stands on the interface, and what happens when somebody else changes it.</summary>
public class AddressTests
{
    private const int WipeBoundMilliseconds = 20;

    [NetnsFact]
    public void A_VIP_wiped_by_hand_is_back_within_20_ms()
    {
        using var cluster = Cluster.Start(new ClusterOptions(VipdBinary.Path) { WithApiServers = false });
        var wipe = Wipe.Observe(cluster);
        Assert.Equal(wipe.Active, wipe.HolderAfterwards);
        Assert.Empty(wipe.Client.Changes);
        Assert.InRange(
            wipe.Client.LongestGapMilliseconds, 0, WipeBoundMilliseconds + wipe.Client.WorstSendLatenessMilliseconds);
    }

    [NetnsFact]
    public void A_VIP_as_slash_32_stands_beside_the_primary_and_goes_alone() => StandsAndGoesAlone("192.0.2.100/32");

    [NetnsFact]
    public void A_VIP_as_slash_24_stands_alone_beside_the_primary_and_goes_alone() =>
        StandsAndGoesAlone("192.0.2.100/24");

    private static void StandsAndGoesAlone(string text)
    {
        var vip = PrefixedAddress.Parse(text);
        using var cluster = Cluster.Start(new ClusterOptions(VipdBinary.Path) { Vips = [vip], WithApiServers = false });
        var takeOver = TakeOver.Observe(cluster, Failure.PlannedStop);
        Assert.Null(takeOver.Problem);
        Assert.Equal(0, takeOver.Client.Lost);
        foreach (var master in cluster.Masters)
        {
            var primary = new PrefixedAddress(master.Node.Address, 24);
            PrefixedAddress[] expected = master == takeOver.To ? [primary, vip with { PrefixLength = 32 }] : [primary];
            Assert.True(
                Observe.Within(TimeSpan.FromSeconds(2), () => Holders.AddressesOf(master.Node).SequenceEqual(expected)),
                $"{master.Name}: {string.Join(", ", Holders.AddressesOf(master.Node))}");
        }
    }
}
