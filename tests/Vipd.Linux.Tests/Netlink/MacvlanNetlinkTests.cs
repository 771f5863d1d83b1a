using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;

namespace Vipd.Linux.Tests.Netlink;

public class MacvlanNetlinkTests
{
    private const string Name = "vipd4-2-51";
    private static readonly byte[] Address = [0x00, 0x00, 0x5E, 0x00, 0x01, 51];

    [NetnsFact]
    public void A_macvlan_is_made_down_in_mode_bridge_with_its_alias_and_deleted() => TestNetwork.Run(_ =>
    {
        InterfaceIndex parent = TestNetwork.AddInterface();
        using var netlink = new MacvlanNetlink();
        InterfaceIndex index = netlink.Create(RequestOn(parent));
        MacvlanLink made = Assert.Single(netlink.List());
        Assert.Equal((index, Name, parent, "a note", false),
            (made.Index, made.Name, made.Parent, made.Alias, made.IsUp));
        Assert.Equal(Address, made.LinkLayerAddress);
        Assert.Contains("mode bridge", TestNetwork.Shell($"ip -d link show {Name}"), StringComparison.Ordinal);

        netlink.Delete(index);
        Assert.Empty(netlink.List());
        netlink.Delete(index);
    });

    [NetnsFact]
    public void Up_it_answers_for_its_own_addresses_alone_whatever_the_defaults_are() => TestNetwork.Run(_ =>
    {
        InterfaceIndex parent = TestNetwork.AddInterface();
        TestNetwork.Shell("cd /proc/sys/net/ipv4/conf; echo 1 > default/rp_filter; echo 0 > default/arp_ignore");
        using var netlink = new MacvlanNetlink();
        InterfaceIndex index = netlink.Create(RequestOn(parent));
        Assert.Equal(0, netlink.SetUp(index));
        Assert.Equal(new ArpConduct(Ignore: 1, Announce: 2), netlink.ReadArp(index));
        Assert.Equal("2\n", TestNetwork.Shell($"cat /proc/sys/net/ipv4/conf/{Name}/rp_filter"));
        TestNetwork.Eventually(() => TestNetwork.Shell($"ip link show {Name}").Contains("state UP"));
        Assert.DoesNotContain("inet6", TestNetwork.Shell($"ip addr show {Name}"), StringComparison.Ordinal);

        Assert.Equal(0, netlink.SetDown(index));
        Assert.False(Assert.Single(netlink.List()).IsUp);
        netlink.Delete(index);
        Assert.Equal(AddressErrno.NoInterface, netlink.SetUp(index));
    });

    [NetnsFact]
    public void One_that_was_deleted_is_made_again_with_its_number() => TestNetwork.Run(_ =>
    {
        InterfaceIndex parent = TestNetwork.AddInterface();
        using var netlink = new MacvlanNetlink();
        InterfaceIndex index = netlink.Create(RequestOn(parent));
        TestNetwork.Shell($"ip link del {Name}");
        Assert.Equal(index, netlink.Create(RequestOn(parent) with { Index = index }));
    });

    [NetnsFact]
    public void An_interface_that_has_the_name_is_left_alone() => TestNetwork.Run(_ =>
    {
        InterfaceIndex parent = TestNetwork.AddInterface();
        TestNetwork.Shell($"ip link add {Name} type veth peer name x1");
        string before = TestNetwork.Shell($"ip -d link show {Name}");
        using var netlink = new MacvlanNetlink();
        var refused = Assert.Throws<LinuxException>(() => netlink.Create(RequestOn(parent)));
        Assert.Equal("EEXIST", refused.ErrnoName);
        Assert.Contains($"an interface {Name} is there", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, TestNetwork.Shell($"ip -d link show {Name}"));
    });

    [NetnsFact]
    public void A_port_of_a_bridge_carries_none_and_the_error_says_what_to_name() => TestNetwork.Run(_ =>
    {
        InterfaceIndex parent = TestNetwork.AddInterface();
        TestNetwork.Shell("ip link add br0 type bridge; ip link set d0 master br0");
        using var netlink = new MacvlanNetlink();
        var refused = Assert.Throws<LinuxException>(() => netlink.Create(RequestOn(parent)));
        Assert.Equal("EBUSY", refused.ErrnoName);
        Assert.Contains("port of a bridge", refused.Message, StringComparison.Ordinal);
        Assert.Empty(netlink.List());
    });

    [NetnsFact]
    public void Two_that_are_up_with_one_address_are_refused() => TestNetwork.Run(_ =>
    {
        InterfaceIndex parent = TestNetwork.AddInterface();
        using var netlink = new MacvlanNetlink();
        netlink.SetUp(netlink.Create(RequestOn(parent) with { Name = "other" }));
        InterfaceIndex index = netlink.Create(RequestOn(parent));
        Assert.Equal(MacvlanNetlink.AddressInUse, netlink.SetUp(index));
    });

    [NetnsFact]
    public void ARP_settings_of_an_interface_are_read_and_set() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        using var netlink = new MacvlanNetlink();
        Assert.Equal(new ArpConduct(0, 0), netlink.ReadArp(index));
        netlink.SetArp(index, new ArpConduct(1, 2));
        Assert.Equal(
            "1\n2\n", TestNetwork.Shell("cd /proc/sys/net/ipv4/conf/d0; cat arp_ignore arp_announce"));
        Assert.Equal(new ArpConduct(1, 2), netlink.ReadArp(index));
        Assert.Null(netlink.ReadArp(new InterfaceIndex(4711)));
        Assert.Throws<LinuxException>(() => netlink.SetArp(new InterfaceIndex(4711), default));
    });

    /// <summary>
    /// The other Active Router has the same address: in mode private the interface below would be deaf to it.
    /// </summary>
    [NetnsFact]
    public void A_frame_from_its_own_address_is_heard_below() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var netlink = new MacvlanNetlink();
        Assert.Equal(0, netlink.SetUp(netlink.Create(RequestOn(TestNetwork.IndexOf("v0")))));
        using var receiver = PacketSocket.OpenReceiver(
            TestNetwork.IndexOf("v0"), 0x0806, ArpFilter.AnyAnnouncement, receiveBufferBytes: 1 << 16);
        byte[] frame =
        [
            .. Enumerable.Repeat((byte)0xFF, 6), .. Address, 0x08, 0x06,
            0, 1, 8, 0, 6, 4, 0, 1, .. Address, 192, 0, 2, 100, .. Enumerable.Repeat((byte)0xFF, 6), 192, 0, 2, 100,
        ];
        network.InPeer(() =>
        {
            using var sender = PacketSocket.OpenSender(TestNetwork.IndexOf("v1"));
            Assert.Equal(1, sender.SendBatch(frame, frame.Length, 1));
        });
        byte[] heard = new byte[64];
        TestNetwork.Eventually(() => receiver.TryReceive(heard, out _));
        Assert.Equal(Address, heard[6..12]);
    });

    private static MacvlanRequest RequestOn(InterfaceIndex parent) => new(default, Name, parent, Address, "a note");
}
