using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>
/// Whatever an administrator, DHCP or networkd does to the interface: the VIP is there, and never what the node itself
/// sends from.
/// </summary>
public sealed class SourceAddressTests
{
    // Neither the VIP's subnet nor known to any route but this one: the kernel takes the interface's first address.
    private const string Beyond = "198.51.100.9";

    [NetnsFact]
    public void A_VIP_is_no_source() => WithActive(home =>
    {
        Assert.Equal("192.0.2.1", SourceTo("192.0.2.77"));
        Assert.Equal("192.0.2.1", SourceTo(Beyond));
        Assert.True(home.IsActive);
    });

    [NetnsFact]
    public void After_the_primary_was_removed_and_added_again_the_VIP_stands_behind_it() => WithActive(home =>
    {
        for (int i = 0; i < 3; i++)
        {
            TestNetwork.Shell("ip addr del 192.0.2.1/24 dev v0; ip addr add 192.0.2.1/24 dev v0");
            AssertBehindPrimary(home);
        }
    });

    [NetnsFact]
    public void An_address_that_DHCP_exchanges_stands_before_the_VIP() => WithActive(home =>
    {
        TestNetwork.Shell("ip addr add 192.0.2.3/25 dev v0; ip addr del 192.0.2.1/24 dev v0");
        TestNetwork.Eventually(() => First() == "192.0.2.3");
        Assert.True(home.IsActive && home.Holds);
    });

    [NetnsFact]
    public void When_a_secondary_address_is_promoted_it_stands_before_the_VIP() => WithActive(home =>
    {
        TestNetwork.Shell("echo 1 > /proc/sys/net/ipv4/conf/v0/promote_secondaries");
        TestNetwork.Shell("ip addr add 192.0.2.3/24 dev v0; ip addr del 192.0.2.1/24 dev v0");
        TestNetwork.Eventually(() => First() == "192.0.2.3");
        Assert.Equal("192.0.2.3", SourceTo("192.0.2.77"));
        Assert.True(home.IsActive && home.Holds);
    });

    [NetnsFact]
    public void Forty_VIPs_are_put_behind_the_primary_in_several_passes() => TestNetwork.Run(network =>
    {
        network.AddCable();
        InternetAddress[] many =
            [.. Enumerable.Range(100, 40).Select(i => InternetAddress.Parse($"192.0.2.{i}"))];
        using var home = new ElectionLoopTests.Node("v0", NetworkPlans.Home, addresses: many);
        home.Start();
        TestNetwork.Eventually(() => home.Holds && home.Board.AddressPresent(39));
        TestNetwork.Shell("ip addr del 192.0.2.1/24 dev v0; ip addr add 192.0.2.1/24 dev v0");
        TestNetwork.Eventually(() => First() == "192.0.2.1");
        TestNetwork.Eventually(() => Enumerable.Range(0, 40).All(home.Board.AddressPresent));
        Assert.Equal(0, home.Board.Counters.AddressesTaken);
    });

    [NetnsFact]
    public void After_a_flush_the_VIP_is_back_at_once_and_stands_behind_the_primary_when_that_returns() =>
        WithActive(home =>
        {
            TestNetwork.Shell("ip addr flush dev v0 || true");
            TestNetwork.Eventually(() => home.Holds, milliseconds: 500);
            long sent = home.Board.Counters.AdvertisementsSent;
            TestNetwork.Eventually(() => home.Board.Counters.AdvertisementsSent > sent + 3);
            TestNetwork.Shell("ip addr add 192.0.2.1/24 dev v0");
            AssertBehindPrimary(home);
        });

    [NetnsFact]
    public void A_VIP_that_is_somebody_elses_is_left_where_it_stands() => TestNetwork.Run(network =>
    {
        network.AddCable();
        TestNetwork.Shell("ip addr add 192.0.2.100/32 dev v0");
        using var home = new ElectionLoopTests.Node("v0", NetworkPlans.Home);
        home.Start();
        TestNetwork.Eventually(() => home.IsActive && home.Board.AddressForeign(0));
        TestNetwork.Shell("ip addr del 192.0.2.1/24 dev v0; ip addr add 192.0.2.1/24 dev v0");
        long sent = home.Board.Counters.AdvertisementsSent;
        TestNetwork.Eventually(() => home.Board.Counters.AdvertisementsSent > sent + 3);
        Assert.Equal("192.0.2.100", First());
        Assert.Equal(1, home.Board.Counters.ForeignAddresses);
    });

    private static void WithActive(Action<ElectionLoopTests.Node> body) => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var home = new ElectionLoopTests.Node("v0", NetworkPlans.Home);
        home.Start();
        TestNetwork.Eventually(() => home.IsActive && home.Holds);
        TestNetwork.Shell($"ip route add {Beyond} dev v0");
        body(home);
    });

    private static void AssertBehindPrimary(ElectionLoopTests.Node home)
    {
        TestNetwork.Eventually(() => First() == "192.0.2.1");
        TestNetwork.Shell($"ip route replace {Beyond} dev v0");
        Assert.Equal("192.0.2.1", SourceTo(Beyond));
        Assert.Equal("192.0.2.1", SourceTo("192.0.2.77"));
        Assert.True(home.IsActive && home.Holds);
    }

    /// <summary>The first IPv4 address of the interface, which the kernel takes where nothing fits better.</summary>
    private static string First()
    {
        string shown = TestNetwork.Shell("ip -4 -o addr show dev v0");
        string[] words = shown.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int inet = Array.IndexOf(words, "inet");
        return inet < 0 ? "" : words[inet + 1].Split('/')[0];
    }

    private static string SourceTo(string destination)
    {
        string[] words = TestNetwork.Shell($"ip route get {destination}").Split(' ');
        return words[Array.IndexOf(words, "src") + 1];
    }
}
