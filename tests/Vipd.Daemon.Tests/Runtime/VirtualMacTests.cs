using Vipd.Daemon.Ports;
using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>An election thread whose addresses answer under the Virtual Router MAC Address.</summary>
public sealed class VirtualMacTests
{
    private const string ArpSettings = "cd /proc/sys/net/ipv4/conf/v0; cat arp_ignore arp_announce";

    [NetnsFact]
    public void The_macvlan_is_up_while_the_addresses_are_here_and_goes_with_the_router() => TestNetwork.Run(network =>
    {
        network.AddCable();
        string name = NameOn("v0");
        ElectionLoopTests.Node peer = network.InPeer(() => NewNode("v1", NetworkPlans.Peer, priority: 100));
        using (var home = NewNode("v0", NetworkPlans.Home, priority: 150))
        {
            Assert.Contains("DOWN", TestNetwork.Shell($"ip link show {name}"), StringComparison.Ordinal);
            home.Start();
            peer.Start();
            TestNetwork.Eventually(() =>
                home.IsActive && home.Holds && peer.Board.Current.ActiveRouter == NetworkPlans.Home);
            Assert.Contains("192.0.2.100/32", TestNetwork.Shell($"ip addr show {name}"), StringComparison.Ordinal);
            Assert.DoesNotContain("192.0.2.100", TestNetwork.Shell("ip addr show v0"), StringComparison.Ordinal);
            Assert.Equal("1\n2\n", TestNetwork.Shell(ArpSettings));
            TestNetwork.Eventually(() => home.Board.AddressPresent(0));
            string others = network.InPeer(() => TestNetwork.Shell("ip link show type macvlan"));
            Assert.Contains("state DOWN", others, StringComparison.Ordinal);

            home.Loop.Inbox.Post(new LoopMessage.Drain());
            TestNetwork.Eventually(() => peer.IsActive && peer.Holds && !home.Holds);
            TestNetwork.Eventually(() =>
                TestNetwork.Shell($"ip link show {name}").Contains("state DOWN", StringComparison.Ordinal));
        }

        Assert.Equal("", TestNetwork.Shell("ip link show type macvlan"));
        Assert.Equal("0\n0\n", TestNetwork.Shell(ArpSettings));
        peer.Dispose();
    });

    [NetnsFact]
    public void Clients_are_answered_with_the_one_MAC_address_and_the_node_asks_with_its_own() =>
        TestNetwork.Run(AssertAnswersAndAsks);

    [NetnsFact]
    public void IPv6_clients_reach_a_global_and_a_link_local_address() => TestNetwork.Run(network =>
    {
        network.AddCable();
        TestNetwork.Shell("ip addr add 2001:db8::1/64 dev v0 nodad");
        network.InPeer(() => TestNetwork.Shell("ip addr add 2001:db8::2/64 dev v1 nodad"));
        RouterPlan plan = NetworkPlans.For(
            "v0", InternetAddress.Parse("fe80::1"), prefixLength: 64,
            addresses: [InternetAddress.Parse("fe80::100"), InternetAddress.Parse("2001:db8::100")]);
        plan = plan with { PrefixLengths = [64, 128] };
        using var home = new ElectionLoopTests.Node(NetworkPlans.WithVirtualMac(plan));
        home.Start();
        TestNetwork.Eventually(() => home.IsActive && home.Board.AddressPresent(1));
        network.InPeer(() =>
        {
            TestNetwork.Shell("ping -c 1 -W 1 2001:db8::100; ping -c 1 -W 1 fe80::100%v1");
            foreach (string address in new[] { "2001:db8::100", "fe80::100" })
            {
                Assert.Contains(
                    "00:00:5e:00:02:33", TestNetwork.Shell($"ip neigh show {address}"), StringComparison.Ordinal);
            }
        });
        Assert.Equal("0\n0\n", TestNetwork.Shell(ArpSettings));
    });

    [NetnsFact]
    public void Put_down_or_deleted_by_somebody_it_is_back_with_its_addresses() => TestNetwork.Run(network =>
    {
        network.AddCable();
        string name = NameOn("v0");
        using var home = NewNode("v0", NetworkPlans.Home);
        home.Start();
        TestNetwork.Eventually(() => home.IsActive && home.Board.AddressPresent(0));
        TestNetwork.Shell($"ip link set {name} down");
        TestNetwork.Eventually(() => IsAnswered(network));
        TestNetwork.Shell($"ip link del {name}");
        TestNetwork.Eventually(() => IsAnswered(network));
        Assert.True(home.IsActive && home.Holds);
    });

    [NetnsFact]
    public void What_a_killed_vipd_left_goes_at_the_next_start_and_nothing_else() => TestNetwork.Run(network =>
    {
        network.AddCable();
        TestNetwork.Shell("ip link add link v0 name vipd4-9-9 type macvlan mode bridge");
        TestNetwork.Shell("ip link add link v0 name other type macvlan mode bridge; ip link set other alias mine");
        using var links = new VirtualMacLinks();
        links.Acquire(TestNetwork.IndexOf("v0"), "v0", new Vrid(51), isIPv6: false);
        links.Acquire(TestNetwork.IndexOf("v0"), "v0", new Vrid(52), isIPv6: false);
        Assert.Equal("1\n2\n", TestNetwork.Shell(ArpSettings));

        using var home = new ElectionLoopTests.Node("v0", NetworkPlans.Home);
        using var netlink = new MacvlanNetlink();
        Assert.Equal(["vipd4-9-9", "other"], netlink.List().Select(link => link.Name));
        Assert.Equal("0\n0\n", TestNetwork.Shell(ArpSettings));
    });

    [NetnsFact]
    public void A_strangers_interface_of_that_name_refuses_the_start_and_changes_nothing() => TestNetwork.Run(network =>
    {
        network.AddCable();
        TestNetwork.Shell($"ip link add {NameOn("v0")} type veth peer name x1");
        var refused = Assert.Throws<LinuxException>(() => NewNode("v0", NetworkPlans.Home));
        Assert.Equal("EEXIST", refused.ErrnoName);
        Assert.Equal("0\n0\n", TestNetwork.Shell(ArpSettings));
        Assert.Contains("x1", TestNetwork.Shell("ip link show"), StringComparison.Ordinal);
    });

    [NetnsFact]
    public void Two_routers_share_the_settings_below_until_the_last_one_has_gone() => TestNetwork.Run(network =>
    {
        network.AddCable();
        TestNetwork.Shell("echo 1 > /proc/sys/net/ipv4/conf/v0/arp_announce");
        InterfaceIndex index = TestNetwork.IndexOf("v0");
        using var links = new VirtualMacLinks();
        VirtualMacLink first = links.Acquire(index, "v0", new Vrid(51), isIPv6: false);
        VirtualMacLink again = links.Acquire(index, "v0", new Vrid(51), isIPv6: false);
        VirtualMacLink second = links.Acquire(index, "v0", new Vrid(52), isIPv6: false);
        Assert.Same(first, again);
        using var netlink = new MacvlanNetlink();
        first.Release();
        second.Release();
        TestNetwork.Eventually(() => netlink.List().Count == 1);
        Assert.Equal("1\n2\n", TestNetwork.Shell(ArpSettings));
        again.Release();
        TestNetwork.Eventually(() => netlink.List().Count == 0);
        Assert.Equal("0\n1\n", TestNetwork.Shell(ArpSettings));
    });

    [NetnsFact]
    public void A_reload_that_is_refused_since_the_daemon_stops_takes_no_macvlan_away() => TestNetwork.Run(network =>
    {
        network.AddCable();
        RouterPlan plan = NetworkPlans.WithVirtualMac(NetworkPlans.For("v0", NetworkPlans.Home));
        using var home = new ElectionLoopTests.Node(plan);
        home.Start();
        TestNetwork.Eventually(() => home.IsActive && home.Holds);
        var faster = plan with
        {
            Parameters = plan.Parameters with { AdvertisementInterval = new Centiseconds(4) },
        };

        // The thread refuses one that comes after the stop; then whoever has prepared it lets go of it.
        using (Reconfiguration next = home.Loop.Prepare([plan], [faster]))
            next.Refuse();

        // What is let go of is looked at by the pool, whenever it gets there.
        for (int look = 0; look < 20; look++, Thread.Sleep(5))
            Assert.True(home.Holds);
        Assert.Equal(0, home.Board.Counters.AddressesTaken);
    });

    [NetnsFact]
    public void In_steady_state_nothing_is_allocated() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var home = NewNode("v0", NetworkPlans.Home);
        home.Start();

        // The repetitions of the announcements, and what the first renewals of the lease bring.
        TestNetwork.Eventually(
            () => home.IsActive && home.Board.Counters.AdvertisementsSent > 40, milliseconds: 10_000);
        SteadyState.AssertAllocatesNothing(home.Board.Counters, 40, home.Status);
    });

    private static void AssertAnswersAndAsks(TestNetwork network)
    {
        network.AddCable();
        using var home = NewNode("v0", NetworkPlans.Home);
        home.Start();
        TestNetwork.Eventually(() => home.IsActive && home.Holds);
        network.InPeer(() =>
        {
            TestNetwork.Shell("ip neigh flush dev v1; ping -c 1 -W 1 192.0.2.100");
            Assert.Contains("00:00:5e:00:01:33", Neighbour("192.0.2.100"), StringComparison.Ordinal);
        });

        // What answers from the VIP must not make the client believe that the VIP is at v0's own address.
        TestNetwork.Shell("ip neigh flush dev v0; ping -c 1 -W 1 -I 192.0.2.100 192.0.2.2");
        network.InPeer(() =>
        {
            Assert.Contains("00:00:5e:00:01:33", Neighbour("192.0.2.100"), StringComparison.Ordinal);
            TestNetwork.Shell("ping -c 1 -W 1 192.0.2.1");
            Assert.DoesNotContain("00:00:5e", Neighbour("192.0.2.1"), StringComparison.Ordinal);
        });
    }

    private static string Neighbour(string address) => TestNetwork.Shell($"ip neigh show {address}");

    private static bool IsAnswered(TestNetwork network) => network.InPeer(() =>
        TestNetwork.Shell("ip neigh flush dev v1; ping -c 1 -W 1 192.0.2.100 || true")
            .Contains(" 0% packet loss", StringComparison.Ordinal));

    private static string NameOn(string interfaceName) =>
        VirtualMacAlias.NameFor(TestNetwork.IndexOf(interfaceName), new Vrid(51), isIPv6: false);

    private static ElectionLoopTests.Node NewNode(
        string interfaceName, InternetAddress primary, byte priority = 100) =>
        new(NetworkPlans.WithVirtualMac(NetworkPlans.For(interfaceName, primary, priority)));
}
