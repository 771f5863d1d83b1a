using System.Net;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Hosting;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Runtime;
using Vipd.Daemon.Tests.Health;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests.Hosting;

/// <summary>IPv6, VRRPv2, unicast and what is advertised, fitted to a machine.</summary>
public class RouterPlannerProtocolTests
{
    private static readonly InterfaceLink[] Links =
    [
        new(new InterfaceIndex(2), "eth0", [2, 0, 0, 0, 0, 1], IsUp: true, HasCarrier: true, 1500),
        new(new InterfaceIndex(3), "eth1", [2, 0, 0, 0, 0, 2], IsUp: true, HasCarrier: true, 1500),
    ];

    private static readonly InterfaceAddress[] Addresses =
    [
        At(2, "192.0.2.11", 24),
        At(2, "192.0.2.21", 24),
        At(2, "fe80::100", 64, scope: 253),
        At(2, "fe80::99", 64, scope: 253) with { ProtocolTag = AddressHolder.ProtocolTag },
        At(2, "fe80::11", 64, scope: 253),
        At(2, "2001:db8::11", 64),
        At(3, "fe80::12", 64, scope: 253),
        At(3, "2001:db8:1::12", 64),
        At(3, "198.51.100.12", 24),
    ];

    [Fact]
    public void IPv6_is_sent_from_the_link_local_address_that_is_the_nodes_own()
    {
        RouterPlan plan = Planned(Router("fe80::100/128", "2001:db8::100/64"));
        Assert.Equal(InternetAddress.Parse("fe80::11"), plan.Identity.PrimaryAddress);
        Assert.Equal("eth0", plan.Interface.Name);
        Assert.True(plan.IsIPv6);
        Assert.Equal("eth1", Planned(Router("2001:db8:1::100/128")).Interface.Name);
    }

    [Fact]
    public void A_link_local_address_alone_does_not_tell_the_interface()
    {
        Assert.Equal(
            "virtual router apiserver: no interface has a subnet that holds fe80::100; name one with `interface:`",
            Error(Router("fe80::100/128")));
        Assert.Equal("eth1", Planned(Router("fe80::100/128") with { Interface = "eth1" }).Interface.Name);
    }

    [Fact]
    public void Without_a_link_local_address_there_is_no_IPv6() => Assert.Equal(
        "virtual router apiserver: eth0 has no link-local IPv6 address of its own to send Advertisements from",
        Assert.Single(Plan([At(2, "2001:db8::11", 64)], Router("2001:db8::100/128")).Errors));

    [Fact]
    public void IPv6_always_has_the_pseudo_header() => Assert.Equal(
        ChecksumForm.PseudoHeader,
        Planned(Router("2001:db8::100/128") with { ChecksumIpv4PseudoHeader = false }).ChecksumForm);

    [Fact]
    public void VRRPv2_counts_Skew_Time_in_parts_of_a_second_and_leases_accordingly()
    {
        RouterPlan plan = Planned(Router("192.0.2.100/32") with
        {
            Version = 2,
            AdvertisementInterval = new Centiseconds(400),
            Authentication = VrrpV2Authentication.Password("42"),
        });
        Assert.Equal((2, new Centiseconds(100)), (plan.Identity.Version, plan.Parameters.SkewUnit));
        Assert.Equal(TimeSpan.FromSeconds(13), plan.Identity.Lease);
        Assert.Equal(VrrpV2Authentication.Password("42"), plan.Authentication);
        Assert.Null(Planned(Router("192.0.2.100/32")).Parameters.SkewUnit);
    }

    [Fact]
    public void The_nodes_own_address_in_the_list_is_the_source_and_no_peer()
    {
        RouterPlan plan = Planned(Unicast("192.0.2.12", "192.0.2.21", "198.51.100.12", "192.0.2.13"));
        Assert.Equal(InternetAddress.Parse("192.0.2.21"), plan.Identity.PrimaryAddress);
        UnicastPlan unicast = Assert.IsType<UnicastPlan>(plan.Unicast);
        Assert.Equal(["192.0.2.12", "192.0.2.13"], unicast.Peers.Select(peer => peer.ToString()));
        Assert.Equal(255, unicast.MinimumTtl);
    }

    [Fact]
    public void Without_it_the_source_is_named_or_the_nearest_of_the_interface()
    {
        Assert.Equal(
            InternetAddress.Parse("192.0.2.11"), Planned(Unicast("198.51.100.99")).Identity.PrimaryAddress);
        VirtualRouterConfiguration named = Unicast("192.0.2.12");
        named = named with { Unicast = named.Unicast! with { Source = IPAddress.Parse("192.0.2.21") } };
        Assert.Equal(InternetAddress.Parse("192.0.2.21"), Planned(named).Identity.PrimaryAddress);
        named = named with { Unicast = named.Unicast! with { Source = IPAddress.Parse("198.51.100.12") } };
        Assert.Equal(
            "virtual router apiserver: eth0 has no address 198.51.100.12, the `source` of unicast",
            Error(named));
        RouterPlan six = Planned(Router("2001:db8::100/64", "fe80::100/64") with
        {
            Unicast = new UnicastOptions([IPAddress.Parse("fe80::12:1")], 255, Source: null),
        });
        Assert.Equal(InternetAddress.Parse("fe80::11"), six.Identity.PrimaryAddress);
    }

    [Fact]
    public void A_list_of_this_node_alone_is_an_error_and_never_multicast() => Assert.Equal(
        "virtual router apiserver: unicast.peers names no other node than this one",
        Error(Unicast("192.0.2.11", "198.51.100.12")));

    [Fact]
    public void What_is_kept_out_of_the_Advertisement_is_held_all_the_same()
    {
        VirtualRouterConfiguration router = Router("192.0.2.100/32", "192.0.2.101/32");
        RouterPlan plan = Planned(router with
        {
            Addresses = [router.Addresses[0] with { Advertise = false }, router.Addresses[1]],
        });
        Assert.Equal([InternetAddress.Parse("192.0.2.101")], plan.Advertised);
        Assert.Equal(2, plan.Identity.Addresses.Count);
    }

    [Theory]
    [InlineData(false, 300, 255)]
    [InlineData(true, 300, 90)] // 1500 = 40 + 8 + 90 * 16 + 12
    public void No_more_is_advertised_than_fits_into_one_packet(bool isIPv6, int addresses, int expected)
    {
        string first = isIPv6 ? "2001:db8::100/128" : "192.0.2.100/32";
        string[] list =
        [
            first, .. Enumerable.Range(1, addresses - 1).Select(i =>
                isIPv6 ? $"2001:db8::1:{i:x}/128" : $"198.18.{i / 250}.{i % 250}/32"),
        ];
        Assert.Equal(expected, Planned(Router(list)).Advertised.Count);
    }

    [Fact]
    public void Plans_of_the_same_peers_are_equal()
    {
        Assert.Equal(Planned(Unicast("192.0.2.12")).Unicast, Planned(Unicast("192.0.2.12", "192.0.2.11")).Unicast);
        Assert.NotEqual(Planned(Unicast("192.0.2.12")).Unicast, Planned(Unicast("192.0.2.13")).Unicast);
    }

    private static VirtualRouterConfiguration Unicast(params string[] peers) => Router("192.0.2.100/32") with
    {
        Unicast = new UnicastOptions([.. peers.Select(IPAddress.Parse)], 255, Source: null),
    };

    [Fact]
    public void Tracked_interfaces_and_the_place_in_a_sync_group_are_part_of_the_plan()
    {
        VirtualRouterConfiguration[] routers =
        [
            Router("192.0.2.100/32") with { Name = "a", TrackInterfaces = [new TrackedInterfaceOptions("eth9", 20)] },
            Router("fe80::100/128") with { Name = "b", Interface = "eth7" },
            Router("198.51.100.100/32") with { Name = "c" },
        ];
        VipdConfiguration configuration = Configurations.Daemon(routers, []) with
        {
            SyncGroups = [new SyncGroupConfiguration("both", ["b", "a"])],
        };
        IReadOnlyList<RouterPlan> plans = new RouterPlanner(configuration, Links, Addresses).Plan().Plans;
        Assert.Equal([new TrackedInterface("eth9", 20)], plans[0].Tracked);
        Assert.Equal(["both", "both", null], plans.Select(plan => plan.SyncGroup));
        Assert.Equal(
            [SyncPlace.Other, SyncPlace.First, SyncPlace.None], plans.Select(plan => plan.Parameters.Sync));
        Assert.Equal(TimeSpan.Zero, plans[0].Identity.Spread);
        Assert.NotEqual(TimeSpan.Zero, plans[2].Identity.Spread);
        Assert.Equal("interface eth7 is not there", plans[1].WaitsFor);
    }

    private static VirtualRouterConfiguration Router(params string[] addresses) =>
        Configurations.Router("apiserver") with
        {
            Addresses = [.. addresses.Select(text => NetworkFormats.Address(text).Value)],
        };

    private static InterfaceAddress At(int index, string address, byte prefixLength, byte scope = 0) => new(
        new InterfaceIndex(index), IPAddress.Parse(address), prefixLength, ProtocolTag: null,
        ValidSeconds: uint.MaxValue, PreferredSeconds: uint.MaxValue, Flags: 0, scope);

    private static RouterPlan Planned(VirtualRouterConfiguration router)
    {
        PlanResult result = Plan(Addresses, router);
        Assert.Empty(result.Errors);
        return Assert.Single(result.Plans);
    }

    private static string Error(VirtualRouterConfiguration router) =>
        Assert.Single(Plan(Addresses, router).Errors);

    private static PlanResult Plan(InterfaceAddress[] addresses, params VirtualRouterConfiguration[] routers) =>
        new RouterPlanner(Configurations.Daemon(routers, []), Links, addresses).Plan();
}
