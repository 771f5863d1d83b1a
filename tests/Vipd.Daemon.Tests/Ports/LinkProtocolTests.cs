using System.Net.Sockets;
using Vipd.Daemon.Ports;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests.Ports;

/// <summary>What the two families say and hear on a link.</summary>
public sealed class LinkProtocolTests
{
    private static readonly MacAddress Own = new([2, 0, 0, 0, 0, 1]);
    private static readonly MacAddress Other = new([2, 0, 0, 0, 0, 2]);
    private static readonly InternetAddress Four = InternetAddress.Parse("192.0.2.100");
    private static readonly InternetAddress Six = InternetAddress.Parse("2001:db8::100");

    [Fact]
    public void Each_family_has_its_group_of_RFC_9568()
    {
        Assert.Equal((AddressFamily.InterNetwork, "224.0.0.18"), GroupOf(new IPv4Link()));
        Assert.Equal((AddressFamily.InterNetworkV6, "ff02::12"), GroupOf(new IPv6Link(isRouter: false)));
    }

    [Fact]
    public void What_is_written_is_somebody_elses_claim_to_another_node_and_none_to_the_own()
    {
        AssertHeard(new IPv4Link(), Four);
        AssertHeard(new IPv6Link(isRouter: false), Six);
        AssertHeard(new IPv6Link(isRouter: true), Six);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_Neighbor_Advertisement_goes_to_all_nodes_and_says_whether_the_node_forwards(bool isRouter)
    {
        var link = new IPv6Link(isRouter);
        byte[] frame = Frame(link, Six);
        Assert.True(EthernetFrame.TryRead(frame, out EthernetFrame read));
        Assert.Equal("33:33:00:00:00:01", read.Destination.ToString());
        Assert.True(NeighborAdvertisement.TryRead(read.Payload, out NeighborAdvertisement claim));
        Assert.Equal(NeighborAdvertisement.Unsolicited(Six, Own, isRouter), claim);
    }

    [Fact]
    public void A_claim_without_a_link_layer_address_is_its_senders()
    {
        byte[] frame = new byte[EthernetFrame.HeaderLength + NeighborAdvertisement.MaximumLength];
        int header = EthernetFrame.WriteHeader(frame, Own, Other, EtherType.IPv6);
        NeighborAdvertisement answer = new()
        {
            Source = Six,
            Destination = InternetAddress.Parse("fe80::1"),
            Target = Six,
            IsSolicited = true,
        };
        answer.WriteTo(frame.AsSpan(header));
        var link = new IPv6Link(isRouter: false);
        Assert.True(link.TryReadClaim(frame, Own, out InternetAddress claimed, out MacAddress at));
        Assert.Equal((Six, Other), (claimed, at));
        Assert.False(link.TryReadClaim(frame, Other, out _, out _));
    }

    [Fact]
    public void Who_is_said_to_be_at_another_nodes_address_is_a_router_whatever_the_sender_is()
    {
        var link = new IPv6Link(isRouter: false);
        byte[] frame = new byte[link.FrameLength];
        link.WriteFrames(frame, Six, Other, Own);
        Assert.True(EthernetFrame.TryRead(frame, out EthernetFrame read));
        Assert.Equal(Own, read.Source);
        Assert.True(NeighborAdvertisement.TryRead(read.Payload, out NeighborAdvertisement claim));
        Assert.Equal(NeighborAdvertisement.Unsolicited(Six, Other, isRouter: true), claim);
    }

    [Fact]
    public void Whatever_arrives_never_throws()
    {
        var random = new Random(4861);
        ILinkProtocol[] links = [new IPv4Link(), new IPv6Link(isRouter: false)];
        foreach (ILinkProtocol link in links)
        {
            byte[] good = Frame(link, link.Family == AddressFamily.InterNetwork ? Four : Six);
            for (int i = 0; i < 20_000; i++)
            {
                byte[] frame = [.. good];
                frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
                link.TryReadClaim(frame.AsSpan(0, random.Next(frame.Length + 1)), Other, out _, out _);
                random.NextBytes(frame);
                link.TryReadClaim(frame, Other, out _, out _);
            }
        }
    }

    private static (AddressFamily Family, string Group) GroupOf(ILinkProtocol link) =>
        (link.Family, link.Group.ToString());

    private static void AssertHeard(ILinkProtocol link, InternetAddress address)
    {
        byte[] frames = Frame(link, address);
        for (int i = 0; i < link.FramesAnAddress; i++)
        {
            Span<byte> frame = frames.AsSpan(i * link.FrameLength, link.FrameLength);
            Assert.False(link.TryReadClaim(frame, Own, out _, out _));
            Assert.True(link.TryReadClaim(frame, Other, out InternetAddress claimed, out MacAddress at));
            Assert.Equal((address, Own), (claimed, at));
        }
    }

    private static byte[] Frame(ILinkProtocol link, InternetAddress address)
    {
        byte[] frames = new byte[link.FramesAnAddress * link.FrameLength];
        link.WriteFrames(frames, address, Own, Own);
        return frames;
    }
}
