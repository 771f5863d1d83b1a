using System.Globalization;
using Vipd.Vrrp.Tests.Wire.Captures;
using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

/// <summary>Every packet of the captures, against tcpdump's decoding of it and against its own octets.</summary>
public sealed class CaptureTests
{
    public static TheoryData<string> All => [.. Capture.Names];

    public static TheoryData<string> Version3 => [.. Capture.NamesOfVersion3];

    [Fact]
    public void The_captures_are_there()
    {
        Assert.Equal(13, Capture.Names.Count());
        Assert.Equal(8, Capture.NamesOfVersion3.Count());
        Assert.Equal(4, Capture.NamesOfVersion2.Count());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_packet_is_one_that_these_tests_look_at_and_its_text_belongs_to_it(string name)
    {
        IReadOnlyList<Capture> captures = Capture.ReadAll(name);

        Assert.NotEmpty(captures);
        foreach (Capture capture in captures)
        {
            DecodedPacket decoded = capture.Decoded;
            Assert.Equal(decoded.Octets, capture.Packet.ToArray());
            int kinds = (decoded.Advertisement is null ? 0 : 1) + (decoded.ArpRequest is null ? 0 : 1)
                + (decoded.NeighborAdvertisement is null ? 0 : 1) + (decoded.IsVersion2 ? 1 : 0);
            Assert.True(kinds == 1, decoded.Text);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_frame_has_the_header_that_tcpdump_shows_and_writes_it_back(string name)
    {
        foreach (Capture capture in Capture.ReadAll(name))
        {
            Assert.True(EthernetFrame.TryRead(capture.Frame, out EthernetFrame frame));
            Assert.Equal(capture.Decoded.DestinationMac, frame.Destination.ToString());
            Assert.Equal(capture.Decoded.SourceMac, frame.Source.ToString());
            string type = string.Create(CultureInfo.InvariantCulture, $"0x{(ushort)frame.Type:x4}");
            Assert.Equal(capture.Decoded.EtherType, type);
            Assert.True(frame.Payload.SequenceEqual(capture.Packet));

            var buffer = new PoisonedBuffer();
            Assert.Equal(14, EthernetFrame.WriteHeader(buffer.Span, frame.Destination, frame.Source, frame.Type));
            buffer.AssertHoldsOnly(capture.Frame.AsSpan(0, 14));
        }
    }

    [Theory]
    [MemberData(nameof(Version3))]
    public void Every_Advertisement_reads_as_tcpdump_reads_it_and_writes_back(string name)
    {
        Capture[] captures = [.. Capture.ReadAll(name).Where(capture => capture.Decoded.Advertisement is not null)];

        Assert.NotEmpty(captures);
        foreach (Capture capture in captures)
        {
            DecodedAdvertisement decoded = capture.Decoded.Advertisement!;
            DiscardReason reason = ReceiveChecks.CheckMessage(capture.Message, capture.Header, out Advertisement read);
            Assert.Equal(DiscardReason.None, reason);
            AssertEqual(decoded, capture.Header, read);

            InternetAddress[] addresses = AddressesOf(read);
            var buffer = new PoisonedBuffer();
            int length = Advertisement.Write(
                buffer.Span, read.Vrid, read.Priority, read.MaxAdvertiseInterval, addresses,
                capture.Header.Source, capture.Header.Destination, read.ChecksumForm);
            Assert.Equal(decoded.Length, length);
            buffer.AssertHoldsOnly(capture.Message);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_ARP_packet_reads_as_tcpdump_reads_it_and_writes_back(string name)
    {
        foreach (Capture capture in Capture.ReadAll(name))
        {
            if (capture.Decoded.ArpRequest is not { } decoded)
                continue;
            Assert.True(ArpPacket.TryRead(capture.Packet, out ArpPacket packet));
            Assert.Equal(ArpOperation.Request, packet.Operation);
            Assert.Equal(decoded.WhoHas, packet.TargetProtocolAddress.ToString());
            Assert.Equal(decoded.Tell, packet.SenderProtocolAddress.ToString());
            Assert.Equal(decoded.TargetMac, packet.TargetHardwareAddress.ToString());
            Assert.Equal(capture.Decoded.SourceMac, packet.SenderHardwareAddress.ToString());
            Assert.True(packet.IsGratuitous);

            var buffer = new PoisonedBuffer();
            Assert.Equal(28, packet.WriteTo(buffer.Span));
            buffer.AssertHoldsOnly(capture.Packet);
        }
    }

    [Theory]
    [InlineData("keepalived-v3-ipv4-3addr")]
    [InlineData("frr-v3-ipv4-3addr")]
    public void A_gratuitous_request_for_the_same_address_has_the_octets_that_the_peer_sends(string name)
    {
        Capture capture = Capture.ReadAll(name).First(capture => capture.Decoded.ArpRequest is not null);
        Assert.True(ArpPacket.TryRead(capture.Packet, out ArpPacket theirs));

        var buffer = new PoisonedBuffer();
        ArpPacket.GratuitousRequest(theirs.SenderProtocolAddress, theirs.SenderHardwareAddress).WriteTo(buffer.Span);

        buffer.AssertHoldsOnly(capture.Packet);
    }

    [Theory]
    [InlineData("keepalived-v3-ipv6-1addr", false)]
    [InlineData("keepalived-v3-ipv6-3addr", false)]
    [InlineData("frr-v3-ipv6-1addr", true)]
    public void Every_Neighbor_Advertisement_reads_as_tcpdump_reads_it_and_writes_back(string name, bool isRouter)
    {
        IEnumerable<Capture> captures =
            Capture.ReadAll(name).Where(capture => capture.Decoded.NeighborAdvertisement is not null);

        Assert.NotEmpty(captures);
        foreach (Capture capture in captures)
        {
            DecodedNeighborAdvertisement decoded = capture.Decoded.NeighborAdvertisement!;
            Assert.True(NeighborAdvertisement.TryRead(capture.Packet, out NeighborAdvertisement read));
            Assert.Equal(decoded.Source, read.Source.ToString());
            Assert.Equal(decoded.Destination, read.Destination.ToString());
            Assert.Equal(decoded.Target, read.Target.ToString());
            Assert.Equal(decoded.LinkLayerAddress, read.TargetLinkLayerAddress.ToString());
            Assert.Equal(decoded.Flags.Contains("router"), read.IsRouter);
            Assert.Equal(decoded.Flags.Contains("override"), read.IsOverride);
            Assert.Equal(decoded.Flags.Contains("solicited"), read.IsSolicited);

            var ours = NeighborAdvertisement.Unsolicited(read.Target, read.TargetLinkLayerAddress!.Value, isRouter);
            Assert.Equal(read, ours);
            var buffer = new PoisonedBuffer();
            Assert.Equal(72, ours.WriteTo(buffer.Span));
            buffer.AssertHoldsOnly(capture.Packet);
        }
    }

    [Theory]
    [InlineData("ucarp")]
    [InlineData("frr-v2-ipv4-1addr")]
    [InlineData("keepalived-v2-ipv4-noauth-1addr")]
    [InlineData("keepalived-v2-ipv4-pass-1addr")]
    public void VRRPv2_and_CARP_are_refused_for_their_version_and_their_VRID_is_still_known(string name)
    {
        Capture[] captures = [.. Capture.ReadAll(name).Where(capture => capture.Decoded.IsVersion2)];

        Assert.NotEmpty(captures);
        foreach (Capture capture in captures)
        {
            DiscardReason reason = ReceiveChecks.CheckMessage(capture.Message, capture.Header, out _);
            Assert.Equal(DiscardReason.VersionMismatch, reason);
            Assert.True(ReceiveChecks.TryPeekVersion(capture.Message, out int version));
            Assert.Equal(2, version);
            Assert.True(ReceiveChecks.TryPeekVrid(capture.Message, out Vrid vrid));
            Assert.Equal(51, vrid.Value);
        }
    }

    private static void AssertEqual(DecodedAdvertisement decoded, ReceivedHeader header, Advertisement read)
    {
        Assert.Equal(decoded.TimeToLive, header.TimeToLive);
        Assert.Equal(decoded.Source, header.Source.ToString());
        Assert.Equal(decoded.Destination, header.Destination.ToString());
        Assert.True(header.IsMulticast);
        Assert.Equal(decoded.Vrid, read.Vrid.Value);
        Assert.Equal(decoded.Priority, read.Priority.Value);
        Assert.Equal(decoded.Interval, read.MaxAdvertiseInterval.Value);
        Assert.Equal(decoded.Length, read.Length);
        Assert.Equal(decoded.Addresses, AddressesOf(read).Select(address => address.ToString()));
        Assert.Equal(0, read.Reserved);
        // keepalived and FRR both send IPv4 checksums with the pseudo header.
        Assert.Equal(ChecksumForm.PseudoHeader, read.ChecksumForm);
    }

    private static InternetAddress[] AddressesOf(Advertisement advertisement)
    {
        var addresses = new InternetAddress[advertisement.AddressCount];
        for (int i = 0; i < addresses.Length; i++)
            addresses[i] = advertisement.AddressAt(i);
        return addresses;
    }
}
