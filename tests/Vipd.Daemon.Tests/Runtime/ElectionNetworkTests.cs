using System.Net.Sockets;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Recording;
using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>What the daemon finds in the kernel when it starts, and how it reads it anew.</summary>
public sealed class ElectionNetworkTests
{
    private static readonly MonotonicTime Now = new(1_000_000_000_000);

    [NetnsFact]
    public void What_a_killed_vipd_left_is_removed_and_what_is_foreign_stays() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var netlink = new AddressNetlink();
        InternetAddress second = InternetAddress.Parse("192.0.2.101");
        InternetAddress notOurs = InternetAddress.Parse("192.0.2.102");
        Leave(netlink, NetworkPlans.Vip, 32, AddressHolder.ProtocolTag);
        Leave(netlink, second, 32, 0);
        Leave(netlink, notOurs, 32, AddressHolder.ProtocolTag);
        LoopNote note = Assert.Single(Open(NetworkPlans.Vip, second));
        Assert.Equal("removed 192.0.2.100, left on v0 by a vipd that is gone", note.Text);
        Assert.Equal((NoteSeverity.Warning, "apiserver"), (note.Severity, note.Router));
        Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
        Assert.True(NetworkPlans.Holds(netlink, second));
        Assert.True(NetworkPlans.Holds(netlink, notOurs));
        Assert.True(NetworkPlans.Holds(netlink, NetworkPlans.Home));
    });

    [NetnsFact]
    public void Without_tags_the_record_tells_what_a_killed_vipd_left() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var netlink = new AddressNetlink();
        InternetAddress again = InternetAddress.Parse("192.0.2.101");
        InternetAddress unrecorded = InternetAddress.Parse("192.0.2.102");
        foreach (InternetAddress address in new[] { NetworkPlans.Vip, again, unrecorded })
            Leave(netlink, address, 32, tag: 0);
        HashSet<RecordedAddress> record = [Recorded(netlink, NetworkPlans.Vip), Recorded(netlink, again)];

        // An administrator's by now: removed and added again, later than the hundredth of a second of the first.
        uint first = Recorded(netlink, again).CreatedAt;
        TestNetwork.Eventually(() =>
        {
            TestNetwork.Shell("ip addr del 192.0.2.101/32 dev v0; ip addr add 192.0.2.101/32 dev v0");
            return Recorded(netlink, again).CreatedAt != first;
        });
        RouterPlan plan = NetworkPlans.For("v0", NetworkPlans.Home, addresses: [NetworkPlans.Vip, again, unrecorded]);
        using (new ElectionNetwork(
            [plan], NetworkPlans.BoardFor(plan), new LoopJournal(), new FlightRecorder(() => Now), () => Now, record))
        {
            Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
            Assert.True(NetworkPlans.Holds(netlink, again));
            Assert.True(NetworkPlans.Holds(netlink, unrecorded));
        }
    });

    [NetnsFact]
    public void What_goes_together_with_the_first_of_its_subnet_counts_as_removed() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var netlink = new AddressNetlink();
        TestNetwork.Shell("echo 0 > /proc/sys/net/ipv4/conf/v0/promote_secondaries");
        InternetAddress[] left = [InternetAddress.Parse("198.51.100.1"), InternetAddress.Parse("198.51.100.2")];
        foreach (InternetAddress address in left)
            Leave(netlink, address, 24, AddressHolder.ProtocolTag);
        Assert.All(Open(left), note => Assert.StartsWith("removed 198.51.100.", note.Text, StringComparison.Ordinal));
        Assert.All(left, address => Assert.False(NetworkPlans.Holds(netlink, address)));
    });

    [NetnsFact]
    public void Routers_of_one_interface_share_its_sockets() => TestNetwork.Run(network =>
    {
        network.AddCable();
        RouterPlan one = NetworkPlans.For("v0", NetworkPlans.Home);
        InternetAddress second = InternetAddress.Parse("192.0.2.101");
        RouterPlan other = NetworkPlans.For("v0", NetworkPlans.Home, addresses: second);
        other = other with { Identity = other.Identity with { Vrid = new Vrid(52), Name = "other" } };
        StatusBoard board = NetworkPlans.BoardFor(one, other);
        using var opened = Open(board, new LoopJournal(), one, other);
        Assert.Equal(opened.Routers, Assert.Single(opened.Interfaces).Routers);
        Assert.Equal(board.Routers, opened.Routers.Select(router => router.Board));
    });

    [NetnsFact]
    public void Resynchronising_finds_addresses_and_the_state_of_the_link() => TestNetwork.Run(network =>
    {
        network.AddCable();
        RouterPlan plan = NetworkPlans.For("v0", NetworkPlans.Home);
        StatusBoard board = NetworkPlans.BoardFor(plan);
        using var opened = Open(board, new LoopJournal(), plan);
        Assert.True(opened.TryResynchronise(Now));
        Assert.False(board.Routers[0].AddressPresent(0));
        TestNetwork.Shell("ip addr add 192.0.2.100/32 dev v0");
        Assert.True(opened.TryResynchronise(Now));
        Assert.True(board.Routers[0].AddressPresent(0));
        opened.Routers[0].Handle(RouterEvent.Startup(), Now);
        Assert.Equal(RouterState.Backup, board.Routers[0].Current.State);
        TestNetwork.Shell("ip link set v0 down");
        Assert.True(opened.TryResynchronise(Now));
        Assert.Equal((RouterState.Fault, TransitionCause.InterfaceDown),
            (board.Routers[0].Current.State, board.Routers[0].Current.Cause));
        Assert.False(opened.Interfaces[0].IsGone);
        TestNetwork.Shell("ip link del v0");
        Assert.True(opened.TryResynchronise(Now));
        Assert.True(opened.Interfaces[0].IsGone);
        Assert.False(board.Routers[0].AddressPresent(0));
        Assert.Equal(RouterState.Fault, board.Routers[0].Current.State);
    });

    private static void Leave(AddressNetlink netlink, InternetAddress address, byte prefixLength, byte tag)
    {
        netlink.Add(new AddressRequest
        {
            Interface = TestNetwork.IndexOf("v0"),
            Address = IpOctets.From(address.ToIPAddress()),
            PrefixLength = prefixLength,
            ProtocolTag = tag,
        });
        Assert.Equal(0, netlink.Commit(new int[1]));
    }

    private static RecordedAddress Recorded(AddressNetlink netlink, InternetAddress address)
    {
        InterfaceAddress found = netlink.ListAddresses(AddressFamily.InterNetwork)
            .Single(found => InternetAddress.From(found.Address) == address);
        return new RecordedAddress(found.Interface, address, found.PrefixLength, found.CreatedAt);
    }

    private static LoopNote[] Open(params InternetAddress[] addresses)
    {
        var journal = new LoopJournal();
        RouterPlan plan = NetworkPlans.For("v0", NetworkPlans.Home, addresses: addresses);
        using (Open(NetworkPlans.BoardFor(plan), journal, plan))
        {
        }

        List<LoopNote> notes = [];
        while (journal.TryTake(out LoopNote? note))
            notes.Add(note);
        return [.. notes];
    }

    private static ElectionNetwork Open(StatusBoard board, LoopJournal journal, params RouterPlan[] plans) =>
        new(plans, board, journal, new FlightRecorder(() => Now), () => Now);
}
