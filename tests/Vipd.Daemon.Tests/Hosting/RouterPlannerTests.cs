using System.Globalization;
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

public class RouterPlannerTests
{
    private static readonly byte[] Mac = [2, 0, 0, 0, 0, 1];

    private static readonly InterfaceLink[] Links =
    [
        new(new InterfaceIndex(1), "lo", new byte[6], IsUp: true, HasCarrier: true, 65536),
        new(new InterfaceIndex(2), "eth0", Mac, IsUp: true, HasCarrier: true, 1500),
        new(new InterfaceIndex(3), "eth1", [2, 0, 0, 0, 0, 2], IsUp: true, HasCarrier: false, 1500),
        new(new InterfaceIndex(4), "tun0", [], IsUp: true, HasCarrier: true, 1400),
        new(new InterfaceIndex(5), "eth2", [2, 0, 0, 0, 0, 3], IsUp: true, HasCarrier: true, 1500),
    ];

    private static readonly InterfaceAddress[] Addresses =
    [
        At(1, "127.0.0.1", 8, scope: 254),
        At(2, "198.51.100.11", 24),
        At(2, "192.0.2.11", 24),
        At(3, "203.0.113.11", 24),
        At(4, "198.18.0.1", 15),
    ];

    [Fact]
    public void Without_a_name_the_interface_is_the_one_whose_subnet_holds_the_first_address()
    {
        RouterPlan plan = Planned(Router("192.0.2.100/32"));
        Assert.Equal(
            new InterfacePlan(new InterfaceIndex(2), "eth0", new MacAddress(Mac)), plan.Interface);
        Assert.Equal("eth0", plan.Identity.InterfaceName);
        Assert.Equal(InternetAddress.Parse("192.0.2.11"), plan.Identity.PrimaryAddress);
        Assert.Equal(plan.Identity.PrimaryAddress, plan.Parameters.PrimaryAddress);
    }

    [Fact]
    public void Of_several_subnets_the_narrowest_decides()
    {
        InterfaceAddress narrower = At(3, "192.0.2.97", 28);
        Assert.Equal("eth1", Planned(Router("192.0.2.100/32"), [.. Addresses, narrower]).Identity.InterfaceName);
    }

    [Fact]
    public void An_interface_that_is_named_is_taken_though_no_subnet_of_it_holds_the_address()
    {
        RouterPlan plan = Planned(Router("192.0.2.100/32") with { Interface = "eth1" });
        Assert.Equal(("eth1", InternetAddress.Parse("203.0.113.11")),
            (plan.Identity.InterfaceName, plan.Identity.PrimaryAddress));
    }

    [Fact]
    public void A_named_interface_that_is_not_there_is_waited_for()
    {
        RouterPlan plan = Planned(Router("192.0.2.100/32") with { Interface = "eth9" });
        Assert.Equal("interface eth9 is not there", plan.WaitsFor);
        Assert.Equal("eth9", plan.Identity.InterfaceName);
    }

    [Fact]
    public void A_router_that_has_run_waits_for_an_interface_without_a_name_too()
    {
        var planner = new RouterPlanner(
            Configurations.Daemon([Router("192.88.99.1/32")], []), Links, Addresses,
            mayWait: new HashSet<string> { "apiserver" });
        PlanResult result = planner.Plan();
        Assert.Empty(result.Errors);
        Assert.Contains("no interface has a subnet", Assert.Single(result.Plans).WaitsFor, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_in_no_subnet_is_an_error_that_says_what_to_do() => Assert.Equal(
        "virtual router apiserver: no interface has a subnet that holds 192.88.99.1; name one with `interface:`",
        Error(Router("192.88.99.1/32")));

    [Fact]
    public void The_loopback_has_no_address_of_global_scope() => Assert.Equal(
        "lo has no IPv4 address of its own to send Advertisements from",
        Planned(Router("192.0.2.100/32") with { Interface = "lo" }).WaitsFor);

    [Fact]
    public void An_interface_without_a_link_layer_address_of_6_octets_is_not_Ethernet() => Assert.Equal(
        "virtual router apiserver: tun0 is not an Ethernet interface",
        Error(Router("198.18.0.100/32")));

    [Fact]
    public void An_IPv4_address_that_an_interface_does_not_have_yet_is_waited_for() => Assert.Equal(
        "eth2 has no IPv4 address of its own to send Advertisements from",
        Planned(Router("192.0.2.100/32") with { Interface = "eth2" }).WaitsFor);

    [Fact]
    public void Every_router_that_does_not_fit_is_an_error_of_its_own()
    {
        PlanResult result = Plan(
            Addresses,
            Router("198.18.0.100/32") with { Name = "a" },
            Router("192.0.2.101/32") with { Name = "b" },
            Router("192.88.99.1/32") with { Name = "c" });
        Assert.Equal(2, result.Errors.Count);
        Assert.Equal("b", Assert.Single(result.Plans).Identity.Name);
    }

    [Fact]
    public void A_VIP_in_a_subnet_that_the_interface_has_stands_alone_and_one_that_brings_its_subnet_keeps_it()
    {
        RouterPlan plan = Planned(Router("192.0.2.100/24", "192.0.2.101/32", "203.0.113.100/25", "192.0.2.102/25"));
        Assert.Equal(InternetAddress.Parse("192.0.2.11"), plan.Identity.PrimaryAddress);
        Assert.Equal([32, 32, 25, 25], plan.PrefixLengths.Select(length => (int)length));
    }

    [Fact]
    public void A_VIP_that_is_on_the_interface_already_is_never_the_primary()
    {
        // Of another router on the same interface, too.
        InterfaceAddress[] addresses = [At(2, "192.0.2.100", 24), At(2, "192.0.2.50", 24), .. Addresses];
        PlanResult result = Plan(
            addresses, Router("192.0.2.100/24"), Router("192.0.2.50/24") with { Name = "b", Vrid = new Vrid(52) });
        Assert.Empty(result.Errors);
        Assert.All(result.Plans, plan =>
            Assert.Equal(InternetAddress.Parse("192.0.2.11"), plan.Identity.PrimaryAddress));
    }

    [Fact]
    public void An_address_with_the_tag_of_vipd_is_never_the_primary_and_names_no_interface()
    {
        InterfaceAddress left = At(2, "192.0.2.99", 24) with { ProtocolTag = AddressHolder.ProtocolTag };
        Assert.Equal(
            InternetAddress.Parse("192.0.2.11"),
            Planned(Router("192.0.2.100/32"), [left, .. Addresses]).Identity.PrimaryAddress);
        Assert.Contains("no interface has a subnet", Assert.Single(Plan([left], Router("192.0.2.100/32")).Errors),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 20, 1)]
    [InlineData(500, 20, 9)]
    [InlineData(4096, 20, 69)]
    [InlineData(1, 100, 4)]
    [InlineData(500, 400, 15)]
    public void An_automatic_lease_outlives_Active_Down_Interval_and_grows_with_the_addresses(
        int addressCount, int intervalCentiseconds, int expectedSeconds)
    {
        RouterPlan plan = Planned(Router([.. ManyAddresses(addressCount)]) with
        {
            AdvertisementInterval = new Centiseconds(intervalCentiseconds),
        });
        TimeSpan lease = Assert.NotNull(plan.Identity.Lease);
        Assert.Equal(expectedSeconds, lease.TotalSeconds);
        Assert.True(lease >= ElectionTimers.ActiveDownInterval(
            plan.Parameters.Priority, plan.Identity.AdvertisementInterval));
        Assert.InRange(addressCount / (lease.TotalSeconds / 3), 0, 200);
    }

    [Fact]
    public void An_automatic_lease_grows_with_the_addresses_of_all_routers_that_renew_like_it()
    {
        PlanResult result = Plan(
            Addresses,
            [.. Enumerable.Range(1, 255).Select(i =>
                Router($"192.0.2.{i}/32") with { Name = $"r{i}", Vrid = new Vrid((byte)i), Interface = "eth0" })]);
        Assert.All(result.Plans, plan => Assert.Equal(5, Assert.NotNull(plan.Identity.Lease).TotalSeconds));
    }

    [Fact]
    public void A_lease_that_is_fixed_or_off_stays_so()
    {
        TimeSpan five = TimeSpan.FromSeconds(5);
        Assert.Equal(five, Planned(Router("192.0.2.100/32") with { Lease = LeaseOptions.Fixed(five) }).Identity.Lease);
        Assert.Null(Planned(Router("192.0.2.100/32") with { Lease = LeaseOptions.Off }).Identity.Lease);
    }

    [Fact]
    public void Every_value_of_the_configuration_reaches_the_plan()
    {
        RouterPlan plan = Planned(Router("192.0.2.100/32") with
        {
            Priority = new Priority(150),
            Preempt = false,
            PreemptMargin = 7,
            PreemptDelay = TimeSpan.FromSeconds(1),
            HoldDown = TimeSpan.FromSeconds(5),
            StartupDelay = TimeSpan.FromSeconds(2),
            ChecksumIpv4PseudoHeader = false,
            Announce = new AnnounceOptions([TimeSpan.FromSeconds(3)], TimeSpan.FromSeconds(4)),
        });
        RouterParameters expected = new()
        {
            PrimaryAddress = InternetAddress.Parse("192.0.2.11"),
            AddressCount = 1,
            Priority = new Priority(150),
            AdvertisementInterval = new Centiseconds(20),
            Preempt = false,
            PreemptMargin = 7,
            PreemptDelay = TimeSpan.FromSeconds(1),
            HoldDown = TimeSpan.FromSeconds(5),
            StartupDelay = TimeSpan.FromSeconds(2),
            AnnounceAfter = plan.Parameters.AnnounceAfter,
            AnnounceRefresh = TimeSpan.FromSeconds(4),
        };
        Assert.Equal(expected, plan.Parameters);
        Assert.Equal(TimeSpan.FromSeconds(3), Assert.Single(plan.Parameters.AnnounceAfter));
        Assert.Equal(ChecksumForm.MessageOnly, plan.ChecksumForm);
        Assert.Equal(ChecksumForm.PseudoHeader, Planned(Router("192.0.2.100/32")).ChecksumForm);
        Assert.Equal((new Vrid(51), 3, new Priority(150)),
            (plan.Identity.Vrid, plan.Identity.Version, plan.Identity.ConfiguredPriority));
    }

    [Fact]
    public void A_virtual_MAC_address_has_a_macvlan_that_is_named_after_family_interface_and_VRID()
    {
        Assert.Null(Planned(Router("192.0.2.100/32")).Identity.VirtualMacLink);
        RouterPlan plan = Planned(Router("192.0.2.100/24") with { VirtualMac = true });
        Assert.Equal("vipd4-2-51", plan.Identity.VirtualMacLink);
        Assert.Equal("vipd4-2-51", plan.Identity.AddressInterface);
        Assert.Equal("00:00:5e:00:01:33", plan.Identity.VirtualMac.ToString());
        Assert.Equal("eth0", plan.Identity.InterfaceName);

        // The subnet is the interface's, and its route stays there.
        Assert.Equal([(byte)32], plan.PrefixLengths);
    }

    [Fact]
    public void A_link_local_virtual_address_brings_its_macvlan_the_route_to_the_others()
    {
        VirtualRouterConfiguration router = Router("fe80::100/128", "2001:db8::100/128") with
        {
            VirtualMac = true,
            Interface = "eth0",
        };
        RouterPlan plan = Planned(router, [.. Addresses, At(2, "fe80::1", 64, scope: 253)]);
        Assert.Equal("vipd6-2-51", plan.Identity.VirtualMacLink);
        Assert.Equal([(byte)64, (byte)128], plan.PrefixLengths);
    }

    private static IEnumerable<string> ManyAddresses(int count) =>
        Enumerable.Range(0, count).Select(i => i == 0 ? "192.0.2.100/32" : $"10.64.{i / 250}.{i % 250}/32");

    private static VirtualRouterConfiguration Router(params string[] addresses) =>
        Configurations.Router("apiserver") with
        {
            Addresses = [.. addresses.Select(text => text.Split('/')).Select(part =>
                new VirtualAddress(IPAddress.Parse(part[0]), byte.Parse(part[1], CultureInfo.InvariantCulture), true))],
        };

    private static InterfaceAddress At(int index, string address, byte prefixLength, byte scope = 0) => new(
        new InterfaceIndex(index),
        IPAddress.Parse(address),
        prefixLength,
        ProtocolTag: null,
        ValidSeconds: uint.MaxValue,
        PreferredSeconds: uint.MaxValue,
        Flags: 0,
        scope);

    private static RouterPlan Planned(VirtualRouterConfiguration router, InterfaceAddress[]? addresses = null)
    {
        PlanResult result = Plan(addresses ?? Addresses, router);
        Assert.Empty(result.Errors);
        return Assert.Single(result.Plans);
    }

    private static string Error(VirtualRouterConfiguration router)
    {
        PlanResult result = Plan(Addresses, router);
        Assert.Empty(result.Plans);
        return Assert.Single(result.Errors);
    }

    private static PlanResult Plan(InterfaceAddress[] addresses, params VirtualRouterConfiguration[] routers) =>
        new RouterPlanner(Configurations.Daemon(routers, []), Links, addresses).Plan();
}
