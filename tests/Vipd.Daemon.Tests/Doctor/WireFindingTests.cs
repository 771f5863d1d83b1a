using System.Net;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Doctor;
using Vipd.Daemon.Machine;
using Vipd.Daemon.Tests.Configuration;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;

namespace Vipd.Daemon.Tests.Doctor;

public class WireFindingTests
{
    private static readonly VirtualRouterConfiguration Router = Sample.Valid(Sample.Router).VirtualRouters[0];

    private static readonly WireFacts Quiet =
        new("eth0", null, [], [], IsHeldHere: false, TimeSpan.FromSeconds(3.5));

    private static readonly HeardAdvertisement Active =
        new(IPAddress.Parse("192.0.2.12"), 3, 51, 100, [IPAddress.Parse("192.0.2.100")]);

    [Fact]
    public void An_Active_Router_that_is_heard_and_answers_is_well()
    {
        WireFacts wire = Quiet with { Heard = [Active], Answers = ["02:00:00:00:00:02"] };
        Assert.Equal(FindingStatus.Ok, WireFindings.VridOf(Router, wire).Status);
        Assert.Equal(
            "apiserver: 192.0.2.12 is Active with priority 100", AssertOk(WireFindings.PeersOf(Router, wire)).Found);
        AssertOk(WireFindings.StrangerOf(Router, wire));
        AssertOk(WireFindings.MulticastOf(Router, wire));
    }

    [Fact]
    public void An_Active_Router_here_is_alone()
    {
        WireFacts wire = Quiet with { IsHeldHere = true };
        AssertOk(WireFindings.PeersOf(Router, wire));
        AssertOk(WireFindings.StrangerOf(Router, wire));
        AssertFailed("two Active Routers, 192.0.2.12 and this node", WireFindings.PeersOf(Router,
            wire with { Heard = [Active] }));
        AssertFailed("192.0.2.100 is answered by 02:00:00:00:00:09", WireFindings.StrangerOf(
            Router, wire with { Answers = ["02:00:00:00:00:09"] }));
    }

    [Fact]
    public void A_VRID_of_others_is_told_with_those_that_are_taken()
    {
        HeardAdvertisement other = Active with { Addresses = [IPAddress.Parse("192.0.2.200")] };
        Finding finding = WireFindings.VridOf(Router, Quiet with { Heard = [other, other with { Vrid = 7 }] });
        AssertFailed("192.0.2.12 uses 51 on eth0 too, for 192.0.2.200", finding);
        Assert.EndsWith("heard on eth0: 7, 51", finding.Fix, StringComparison.Ordinal);
        AssertOk(WireFindings.VridOf(Router, Quiet with { Heard = [other with { Vrid = 7 }] }));
    }

    [Fact]
    public void Two_Active_Routers_and_another_version_are_failures()
    {
        HeardAdvertisement second = Active with { Source = IPAddress.Parse("192.0.2.13") };
        AssertFailed(
            "two Active Routers, 192.0.2.12 and 192.0.2.13",
            WireFindings.PeersOf(Router, Quiet with { Heard = [Active, second] }));
        AssertFailed(
            "192.0.2.12 sends version 2, this router version 3",
            WireFindings.PeersOf(Router, Quiet with { Heard = [Active with { Version = 2 }] }));
    }

    [Fact]
    public void The_router_says_which_version_it_expects()
    {
        VirtualRouterConfiguration second = Router with { Version = 2 };
        AssertOk(WireFindings.PeersOf(second, Quiet with { Heard = [Active with { Version = 2 }] }));
        AssertFailed(
            "192.0.2.12 sends version 3, this router version 2",
            WireFindings.PeersOf(second, Quiet with { Heard = [Active] }));
    }

    [Fact]
    public void Unicast_against_multicast_and_a_stranger_among_the_peers_are_failures()
    {
        VirtualRouterConfiguration unicast = Router with
        {
            Unicast = new UnicastOptions([IPAddress.Parse("192.0.2.11"), IPAddress.Parse("192.0.2.12")], 255, null),
        };
        HeardAdvertisement sentHere = Active with { IsUnicast = true };
        AssertOk(WireFindings.PeersOf(unicast, Quiet with { Heard = [sentHere] }));
        AssertOk(WireFindings.MulticastOf(unicast, Quiet with { SnoopsWithoutQuerier = true }));
        AssertFailed(
            "192.0.2.12 sends to the group, this router does not",
            WireFindings.PeersOf(unicast, Quiet with { Heard = [Active] }));
        AssertFailed(
            "192.0.2.12 sends by unicast, this router does not",
            WireFindings.PeersOf(Router, Quiet with { Heard = [sentHere] }));
        HeardAdvertisement stranger = sentHere with { Source = IPAddress.Parse("192.0.2.13") };
        AssertFailed(
            "192.0.2.13 sends by unicast and is none of this router's peers",
            WireFindings.PeersOf(unicast, Quiet with { Heard = [stranger] }));
        Finding silence = WireFindings.PeersOf(unicast, Quiet);
        Assert.Equal(FindingStatus.Warning, silence.Status);
        Assert.Contains("compare `unicast: {peers: …}`", silence.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_could_be_asked_the_reason_is_told() => Assert.Equal(
        (FindingStatus.Skipped, "apiserver: nobody was asked for 192.0.2.100: ib0 is no Ethernet interface"),
        WireFindings.StrangerOf(Router, Quiet with { NotAsked = "ib0 is no Ethernet interface" }) is var finding
            ? (finding.Status, finding.Found)
            : default);

    [Fact]
    public void Silence_is_a_warning_and_no_interface_is_a_reason_to_skip()
    {
        Assert.Equal(FindingStatus.Warning, WireFindings.PeersOf(Router, Quiet).Status);
        Assert.Equal(FindingStatus.Skipped, WireFindings.PeersOf(Router, Quiet with { Problem = "no carrier" }).Status);
        Assert.Equal(FindingStatus.Warning, WireFindings.MulticastOf(Router,
            Quiet with { SnoopsWithoutQuerier = true }).Status);
    }

    [Fact]
    public void An_answer_without_Advertisements_is_a_strangers() => AssertFailed(
        "which sends no Advertisements for it", WireFindings.StrangerOf(Router,
            Quiet with { Answers = ["02:00:00:00:00:09"] }));

    [Fact]
    public void Bytes_of_any_kind_are_read_as_an_Advertisement_or_as_none()
    {
        var random = new Random(3);
        byte[] octets = new byte[64];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(octets);
            HeardAdvertisement? heard = HeardAdvertisement.Parse(IPAddress.Loopback, octets.AsSpan(0, random.Next(64)));
            Assert.True(heard is null || heard.Addresses.Count <= 14);
        }
    }

    [NetnsFact]
    public void On_a_real_wire_an_IPv6_stranger_is_found_and_learns_nothing_of_others() => TestNetwork.Run(network =>
    {
        network.AddCable();
        TestNetwork.Shell("ip addr add 2001:db8::1/64 dev v0 nodad");
        network.InPeer(() => TestNetwork.Shell("ip addr add 2001:db8::100/128 dev v1 nodad"));
        VirtualRouterConfiguration router = Sample.Valid(
            Sample.Router.Replace("192.0.2.100", "'2001:db8::100'", StringComparison.Ordinal)).VirtualRouters[0];

        WireFacts wire = Listen(router);

        string mac = network.InPeer(() => TestNetwork.Shell("ip -br link show v1")).Split(
            ' ', StringSplitOptions.RemoveEmptyEntries)[2];
        Assert.Null(wire.NotAsked);
        Assert.Equal(mac, Assert.Single(wire.Answers));
        AssertFailed($"2001:db8::100 is answered by {mac}", WireFindings.StrangerOf(router, wire));
        network.InPeer(() => TestNetwork.Shell("ip addr del 2001:db8::100/128 dev v1"));
        AssertOk(WireFindings.StrangerOf(router, Listen(router)));
        TestNetwork.Shell("ip addr flush dev v0 scope link");
        Assert.Equal("v0 has no link-local address to ask from", Listen(router).NotAsked);
    });

    [NetnsFact]
    public void On_a_real_wire_a_peer_and_who_answers_are_found() => TestNetwork.Run(network =>
    {
        network.AddCable();
        network.InPeer(() => TestNetwork.Shell("ip addr add 192.0.2.100/32 dev v1"));
        using RawIpSocket peer = network.InPeer(() => RawIpSocket.OpenMulticast(
            System.Net.Sockets.AddressFamily.InterNetwork, 112, TestNetwork.IndexOf("v1"), "v1",
            IPAddress.Parse("224.0.0.18"), 1 << 16));
        byte[] message = [0x31, 51, 100, 1, 0, 20, 0, 0, 192, 0, 2, 100];
        using var timer = new Timer(
            _ => peer.Send(message, [192, 0, 2, 2], [224, 0, 0, 18]), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(
                50));
        WireFacts wire = Listen(Router);

        Assert.Null(wire.Problem);
        Assert.Equal("v0", wire.Interface);
        HeardAdvertisement heard = Assert.Single(wire.Heard);
        Assert.Equal((3, 51, 100), (heard.Version, heard.Vrid, heard.Priority));
        Assert.False(heard.IsUnicast);
        Assert.Single(wire.Answers);
        AssertOk(WireFindings.PeersOf(Router, wire));
        AssertOk(WireFindings.StrangerOf(Router, wire));
    });

    // The sockets are opened before the first wait, on this thread; only reading goes on elsewhere.
    private static WireFacts Listen(VirtualRouterConfiguration router) => WireListener.ListenAsync(
        [router], MachineDescription.Read(new MachineFiles("/nonexistent")), new MachineFiles("/nonexistent"),
        TimeSpan.FromSeconds(1), CancellationToken.None).GetAwaiter().GetResult()[router.Name];

    private static Finding AssertOk(Finding finding)
    {
        Assert.True(finding.Status == FindingStatus.Ok, finding.Found);
        return finding;
    }

    private static void AssertFailed(string found, Finding finding)
    {
        Assert.Equal(FindingStatus.Failed, finding.Status);
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
    }
}
