using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Configuration;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests.Configuration;

/// <summary>Version, interval, unicast and authentication: what they mean together, and what they cannot.</summary>
public class ProtocolReaderTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "    version: ▶4", "version: '4' is not a whole number from 2 to 3" },
        {
            "    version: 2\n    advertisementInterval: ▶1.5s",
            "advertisementInterval: 1.5s is not whole seconds, and VRRPv2 carries nothing else"
        },
        { "    unicast:▶", "unicast: expected a mapping (key: value), not nothing" },
        { "    unicast: ▶{minimumTtl: 255}", "peers: missing, and it has no default; add it" },
        { "    unicast: {peers: ▶[]}", "peers: the list is empty; it needs at least one entry" },
        { "    unicast: {peers: [192.0.2.11, ▶192.0.2.11]}", "peers: 192.0.2.11 is listed twice; remove one" },
        { "    unicast: {peers: [▶192.0.2.11/24]}", "peers: '192.0.2.11/24' is not an address such as 192.0.2.11" },
        { "    unicast: {peers: [▶224.0.0.18]}", "peers: '224.0.0.18' is a multicast address" },
        {
            "    unicast: {peers: [▶fe80::11]}",
            "peers: fe80::11 is not of the family of 192.0.2.100/32; name one that is"
        },
        {
            "    unicast: {peers: [▶192.0.2.100]}",
            "peers: 192.0.2.100 is a virtual address, which moves; name the nodes' own addresses"
        },
        {
            "    unicast: {peers: [192.0.2.11], source: ▶192.0.2.100}",
            "source: 192.0.2.100 is a virtual address, which moves; name the nodes' own addresses"
        },
        {
            "    unicast: {peers: [192.0.2.11], minimumTtl: ▶0}",
            "minimumTtl: '0' is not a whole number from 1 to 255"
        },
        { "    unicast: {peers: [192.0.2.11], ▶peer: 1}", "unknown key 'peer'; did you mean 'peers'?" },
        {
            "    authentication: {type: ▶password, password: secret}",
            "type: a password is for version: 2; VRRPv3 has none (RFC 9568 §9)"
        },
        { "    version: 2\n    authentication: ▶{type: password}", "password: missing, and it has no default; add it" },
        { "    version: 2\n    authentication: ▶{password: x}", "type: missing, and it has no default; add it" },
        {
            "    version: 2\n    authentication: {type: ▶pasword, password: x}",
            "type: 'pasword' is not one of hmac-sha256, password; did you mean 'password'?"
        },
        {
            "    version: 2\n    authentication: {type: password, password: ▶\"\"}",
            "password: it has 0 octets; VRRPv2 sends 1 to 8, and keepalived the first 8 of a longer one"
        },
        {
            "  - {name: b, vrid: 1, version: ▶2, addresses: ['2001:db8::1']}",
            "version: VRRPv2 knows IPv4 only; IPv6 needs version 3"
        },
        {
            "  - {name: b, vrid: 1, addresses: ▶[{address: 192.0.2.1, advertise: false}]}",
            "addresses: each is kept out of the Advertisement, which has to name at least one; "
            + "remove advertise: false from one"
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_does_not_fit_together_is_refused_where_it_stands(string marked, string message) =>
        ErrorPositionTests.AssertOnly(Sample.Router + marked, message);

    [Fact]
    public void No_error_shows_a_password()
    {
        const string secret = "s3cr3t-and-far-too-long";
        string text = Sample.Router + $"    authentication: {{type: password, password: {secret}}}\n    priority: x";
        Assert.Equal(3, Sample.Errors(text).Length);
        Assert.DoesNotContain(Sample.Errors(text), error => error.Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Fact]
    public void VRRPv2_defaults_to_a_second_and_to_no_password()
    {
        VirtualRouterConfiguration router = Only("    version: 2");
        Assert.Equal((2, new Centiseconds(100)), (router.Version, router.AdvertisementInterval));
        Assert.Equal(VrrpV2Authentication.None, router.Authentication);
        Assert.Null(router.Unicast);
    }

    [Fact]
    public void A_password_arrives_and_no_description_shows_it()
    {
        VirtualRouterConfiguration router = Only("    version: 2\n    authentication: {type: password, password: 42}");
        Assert.Equal(VrrpV2Authentication.Password("42"), router.Authentication);
        Assert.DoesNotContain("42", router.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Unicast_arrives_with_its_defaults_and_without()
    {
        UnicastOptions plain = Assert.IsType<UnicastOptions>(Only("    unicast: {peers: [192.0.2.11]}").Unicast);
        Assert.Equal([IPAddress.Parse("192.0.2.11")], plain.Peers);
        Assert.Equal((255, null), (plain.MinimumTtl, plain.Source));
        UnicastOptions all = Assert.IsType<UnicastOptions>(Only(
            "    unicast: {peers: [192.0.2.11, 198.51.100.12], minimumTtl: 64, source: 192.0.2.13}").Unicast);
        Assert.Equal((2, 64, IPAddress.Parse("192.0.2.13")), (all.Peers.Count, all.MinimumTtl, all.Source));
    }

    [Fact]
    public void IPv6_and_addresses_that_are_not_advertised_arrive()
    {
        VirtualRouterConfiguration router = Sample.Valid("""
            virtualRouters:
              - name: six
                vrid: 1
                addresses: ['fe80::100', '2001:db8::100/64', {address: '2001:db8::101', advertise: false}]
                unicast: {peers: ['fe80::11', '2001:db8::12']}
            """).VirtualRouters[0];
        Assert.Equal(AddressFamily.InterNetworkV6, router.Family);
        Assert.Equal(
            ["fe80::100/128", "2001:db8::100/64", "2001:db8::101/128"], router.Addresses.Select(a => a.ToString()));
        Assert.Equal([true, true, false], router.Addresses.Select(address => address.Advertise));
    }

    [Fact]
    public void The_same_VRID_may_serve_in_both_families_of_an_interface() => Sample.Valid("""
        virtualRouters:
          - {name: four, vrid: 1, addresses: [192.0.2.1]}
          - {name: six, vrid: 1, addresses: ['2001:db8::1']}
        """);

    private static VirtualRouterConfiguration Only(string lines) =>
        Sample.Valid(Sample.Router + lines).VirtualRouters[0];
}
