using System.Net;
using System.Net.Sockets;
using Vipd.Linux.Interop;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;

namespace Vipd.Linux.Tests.Netlink;

public class AddressNetlinkTests
{
    private const byte Tag = 112;

    [NetnsFact]
    public void An_address_is_added_with_lifetime_and_tag_and_deleted() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        using var netlink = new AddressNetlink();
        AddressRequest request = Request(index, "192.0.2.100", 32);
        netlink.Add(request with { ValidSeconds = 60, PreferredSeconds = 30, ProtocolTag = Tag });
        Assert.Equal(1, netlink.PendingCount);
        Assert.Equal([0], Commit(netlink, 1));
        InterfaceAddress address = Assert.Single(netlink.ListAddresses(AddressFamily.InterNetwork));
        Assert.Equal((index, (byte)32), (address.Interface, address.PrefixLength));
        Assert.Equal(IPAddress.Parse("192.0.2.100"), address.Address);
        Assert.InRange(address.ValidSeconds, 59u, 60u);
        Assert.InRange(address.PreferredSeconds, 29u, 30u);
        Assert.Equal((byte)0, address.Scope);
        if (Environment.OSVersion.Version >= new Version(5, 18))
            Assert.Equal(Tag, address.ProtocolTag);
        Assert.DoesNotContain("brd", TestNetwork.Shell("ip -4 addr show dev d0"), StringComparison.Ordinal);
        netlink.Delete(Request(index, "192.0.2.100", 32));
        Assert.Equal([0], Commit(netlink, 1));
        Assert.Empty(netlink.ListAddresses(AddressFamily.InterNetwork));
    });

    [NetnsFact]
    public void A_renewal_takes_lifetime_and_tag_from_the_request() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        using var netlink = new AddressNetlink();
        foreach (string text in new[] { "192.0.2.100", "2001:db8::100" })
        {
            byte prefixLength = (byte)(text.Contains(':') ? 128 : 32);
            AddressRequest request = Request(index, text, prefixLength) with { ProtocolTag = Tag };
            netlink.Add(request with { ValidSeconds = 10, PreferredSeconds = 10 });
            netlink.Add(request with { ValidSeconds = 100, PreferredSeconds = 0, Mode = AddressMode.Replace });
            Assert.Equal([0, 0], Commit(netlink, 2));
            InterfaceAddress address = Assert.Single(
                netlink.ListAddresses(AddressFamily.Unspecified), one => one.Address.Equals(IPAddress.Parse(text)));
            Assert.InRange(address.ValidSeconds, 99u, 100u);
            Assert.Equal(0u, address.PreferredSeconds);
            if (Environment.OSVersion.Version >= new Version(5, 18))
                Assert.Equal(Tag, address.ProtocolTag);
        }
    });

    [NetnsFact]
    public void An_address_is_local_once_the_kernel_has_made_its_route() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        using var netlink = new AddressNetlink();
        foreach (string text in new[] { "192.0.2.100", "2001:db8::100", "fe80::100" })
        {
            var address = IpOctets.From(IPAddress.Parse(text));
            Assert.False(netlink.IsLocal(address, index));
            netlink.Add(Request(index, text, (byte)(8 * address.Length)) with { NoDuplicateAddressDetection = true });
            Assert.Equal([0], Commit(netlink, 1));
            Assert.True(SpinWait.SpinUntil(() => netlink.IsLocal(address, index), TimeSpan.FromSeconds(10)));
        }
    });

    [NetnsFact]
    public void An_address_that_exists_is_EEXIST_and_one_that_does_not_is_EADDRNOTAVAIL() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        using var netlink = new AddressNetlink();
        netlink.Add(Request(index, "192.0.2.100", 32));
        netlink.Add(Request(index, "192.0.2.100", 32));
        netlink.Delete(Request(index, "192.0.2.101", 32));
        netlink.Add(Request(new InterfaceIndex(9999), "192.0.2.102", 32));
        netlink.Add(Request(index, "192.0.2.103", 32));
        Assert.Equal([0, Errno.EEXIST, Errno.EADDRNOTAVAIL, Errno.ENODEV, 0], Commit(netlink, 5));
        Assert.Equal(0, netlink.PendingCount);
        Assert.Equal(2, netlink.ListAddresses(AddressFamily.InterNetwork).Count);

        // The last one is answered whatever becomes of it, and with it the batch is complete.
        netlink.Add(Request(index, "192.0.2.104", 32));
        netlink.Delete(Request(index, "192.0.2.101", 32));
        Assert.Equal([0, Errno.EADDRNOTAVAIL], Commit(netlink, 2));
        netlink.Add(Request(index, "192.0.2.105", 32));
        Assert.Equal([0], Commit(netlink, 1));
    });

    [NetnsFact]
    public void Beside_the_primary_of_the_same_subnet_an_address_is_secondary() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        TestNetwork.Shell("ip addr add 192.0.2.1/24 dev d0");
        using var netlink = new AddressNetlink();
        netlink.Add(Request(index, "192.0.2.100", 24) with { ValidSeconds = 30, PreferredSeconds = 30 });
        Assert.Equal([0], Commit(netlink, 1));
        IReadOnlyList<InterfaceAddress> all = netlink.ListAddresses(AddressFamily.InterNetwork);
        Assert.Equal([false, true], all.Select(address => address.IsSecondary));
        Assert.Equal(uint.MaxValue, all[0].ValidSeconds);
        netlink.Delete(Request(index, "192.0.2.100", 24));
        Assert.Equal([0], Commit(netlink, 1));
        Assert.Single(netlink.ListAddresses(AddressFamily.InterNetwork));
    });

    [NetnsFact]
    public void Without_duplicate_address_detection_an_IPv6_address_is_usable_at_once() => TestNetwork.Run(network =>
    {
        network.AddCable();
        InterfaceIndex index = TestNetwork.IndexOf("v0");
        using var netlink = new AddressNetlink();
        netlink.Add(Request(index, "2001:db8::100", 128) with { NoDuplicateAddressDetection = true });
        netlink.Add(Request(index, "2001:db8::101", 128));
        Assert.Equal([0, 0], Commit(netlink, 2));
        var tentative = netlink.ListAddresses(AddressFamily.InterNetworkV6)
            .ToDictionary(address => address.Address.ToString(), address => address.IsTentative);
        Assert.False(tentative["2001:db8::100"]);
        Assert.True(tentative["2001:db8::101"]);
    });

    [NetnsFact]
    public void Without_a_prefix_route_the_lifetime_of_one_address_does_not_become_the_subnets() =>
        TestNetwork.Run(network =>
        {
            network.AddCable();
            InterfaceIndex index = TestNetwork.IndexOf("v0");
            using var netlink = new AddressNetlink();
            netlink.Add(Request(index, "fe80::100", 64) with
            {
                NoDuplicateAddressDetection = true,
                NoPrefixRoute = true,
                ValidSeconds = 30,
                PreferredSeconds = 0,
            });
            Assert.Equal([0], Commit(netlink, 1));
            string routes = TestNetwork.Shell("ip -6 route show fe80::/64 dev v0");
            Assert.DoesNotContain("expires", routes, StringComparison.Ordinal);
        });

    [NetnsFact]
    public void Five_hundred_addresses_are_one_commit_and_2000_lose_no_answer() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        using var netlink = new AddressNetlink();
        foreach (int count in new[] { 500, 2000 })
        {
            AddressRequest[] requests =
                [.. Enumerable.Range(0, count).Select(i => Request(index, $"198.18.{i / 250}.{i % 250}", 32))];
            foreach (AddressRequest request in requests)
                netlink.Add(request);
            Assert.All(Commit(netlink, count), errno => Assert.Equal(0, errno));
            Assert.Equal(count, netlink.ListAddresses(AddressFamily.InterNetwork).Count);
            foreach (AddressRequest request in requests)
                netlink.Delete(request);
            Assert.All(Commit(netlink, count), errno => Assert.Equal(0, errno));
            Assert.Empty(netlink.ListAddresses(AddressFamily.InterNetwork));
        }
    });

    [NetnsFact]
    public void Links_are_listed_with_name_address_state_and_MTU() => TestNetwork.Run(network =>
    {
        network.AddCable();
        TestNetwork.Shell("ip link set v0 address 02:00:00:00:00:01 mtu 1400");
        using var netlink = new AddressNetlink();
        InterfaceLink link = netlink.ListLinks().Single(one => one.Name == "v0");
        Assert.Equal([2, 0, 0, 0, 0, 1], link.LinkLayerAddress);
        Assert.Equal((true, true, 1400), (link.IsUp, link.HasCarrier, link.MaximumTransmissionUnit));
        InterfaceLink loopback = netlink.ListLinks().Single(one => one.Name == "lo");
        Assert.Equal((false, false, 65536), (loopback.IsUp, loopback.HasCarrier, loopback.MaximumTransmissionUnit));
    });

    [NetnsFact]
    public void Renewing_allocates_nothing() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        using var netlink = new AddressNetlink();
        int[] errnos = new int[2];
        AddressRequest request = Request(index, "192.0.2.100", 32) with { ValidSeconds = 60, PreferredSeconds = 60 };
        int failed = 0;
        Allocation.None(() =>
        {
            netlink.Add(request with { Mode = AddressMode.Replace });
            netlink.Delete(request);
            failed += netlink.Commit(errnos);
        });
        Assert.Equal(0, failed);
    });

    [Fact]
    public void Too_little_room_for_the_answers_and_a_request_without_an_address_are_bugs_of_the_caller()
    {
        using var netlink = new AddressNetlink(capacity: 1);
        Assert.Throws<ArgumentException>(() => netlink.Add(default));
        netlink.Add(Request(new InterfaceIndex(1), "192.0.2.1", 32));
        netlink.Add(Request(new InterfaceIndex(1), "192.0.2.2", 32));
        Assert.Throws<ArgumentException>(() => netlink.Commit(new int[1]));
    }

    internal static AddressRequest Request(InterfaceIndex index, string address, byte prefixLength) => new()
    {
        Interface = index,
        Address = IpOctets.From(IPAddress.Parse(address)),
        PrefixLength = prefixLength,
    };

    private static int[] Commit(AddressNetlink netlink, int count)
    {
        int[] errnos = new int[count];
        int failed = netlink.Commit(errnos);
        Assert.Equal(errnos.Count(errno => errno != 0), failed);
        return errnos;
    }
}
