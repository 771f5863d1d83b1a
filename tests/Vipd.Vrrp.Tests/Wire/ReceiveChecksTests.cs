using System.Collections.Immutable;
using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

/// <summary>RFC 9568 §7.1, one test a check, and that the earlier check answers when several fail.</summary>
[Trait("RFC 9568", "7.1")]
public sealed class ReceiveChecksTests
{
    private static readonly InternetAddress Peer = InternetAddress.Parse("192.0.2.11");
    private static readonly InternetAddress Own = InternetAddress.Parse("192.0.2.12");
    private static readonly InternetAddress Vip = InternetAddress.Parse("192.0.2.100");
    private static readonly ReceivedHeader Multicast = new(255, Peer, InternetAddress.Parse("224.0.0.18"));
    private static readonly ReceivedHeader Unicast = new(255, Peer, Own);

    private static readonly ReceiveExpectation Expected = new()
    {
        Vrid = new Vrid(51),
        PrimaryAddress = Own,
        MinimumUnicastTtl = 255,
    };

    [Fact]
    public void A_sound_message_of_a_peer_passes()
    {
        DiscardReason reason = ReceiveChecks.Check(Message(), Multicast, Expected, out Advertisement advertisement);

        Assert.Equal(DiscardReason.None, reason);
        Assert.Equal(51, advertisement.Vrid.Value);
        Assert.Equal(Vip, advertisement.AddressAt(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(254)]
    public void A_multicast_TTL_other_than_255_is_refused(byte ttl) =>
        Assert.Equal(DiscardReason.TtlNotMaximum, Check(Message(), Multicast with { TimeToLive = ttl }));

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x21)]
    [InlineData(0x41)]
    [InlineData(0xF1)]
    public void A_version_other_than_3_is_refused(byte first) =>
        Assert.Equal(DiscardReason.VersionMismatch, Check(Message(message => message[0] = first), Multicast));

    [Theory]
    [InlineData(0x30)]
    [InlineData(0x32)]
    [InlineData(0x3F)]
    public void A_type_other_than_ADVERTISEMENT_is_refused(byte first) =>
        Assert.Equal(DiscardReason.TypeUnknown, Check(Message(message => message[0] = first), Multicast));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(11)]
    public void An_incomplete_message_is_refused(int length) =>
        Assert.Equal(DiscardReason.PacketTruncated, Check(Message().AsSpan(0, length), Multicast));

    [Fact]
    public void A_message_without_addresses_is_refused() =>
        Assert.Equal(DiscardReason.AddressCountZero, Check(Message(message => message[3] = 0).AsSpan(0, 8), Multicast));

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(14)]
    [InlineData(32)]
    public void Octets_behind_the_addresses_are_refused(int surplus) =>
        Assert.Equal(DiscardReason.LengthMismatch, Check([.. Message(), .. new byte[surplus]], Multicast));

    [Theory]
    [InlineData(0, DiscardReason.None)]
    [InlineData(1, DiscardReason.None)]
    [InlineData(14, DiscardReason.None)] // 20 octets of IPv4 header + 12 + 14 = 46, Ethernet's minimum
    [InlineData(15, DiscardReason.LengthMismatch)]
    public void Padding_up_to_the_minimum_of_Ethernet_passes_where_the_length_is_the_links(
        int padding, DiscardReason expected)
    {
        byte[] padded = [.. Message(), .. Enumerable.Repeat((byte)0xEE, padding)];

        DiscardReason reason = ReceiveChecks.CheckMessage(
            padded, Multicast with { MayBePadded = true }, out Advertisement advertisement);

        Assert.Equal(expected, reason);
        Assert.True(reason != DiscardReason.None || advertisement.Length == 12);
    }

    [Fact]
    public void An_IPv6_message_is_never_padded()
    {
        SampleMessage sample = SampleMessage.Random(1, isIPv6: true, ChecksumForm.PseudoHeader, addressCount: 1);
        byte[] padded = [.. sample.ToArray(), 0];

        DiscardReason reason = Advertisement.Read(padded, sample.Header with { MayBePadded = true }, out _);

        Assert.Equal(DiscardReason.LengthMismatch, reason);
    }

    [Fact]
    public void A_wrong_checksum_is_refused()
    {
        byte[] message = Message();
        message[6] ^= 0xFF;

        Assert.Equal(DiscardReason.ChecksumMismatch, Check(message, Multicast));
    }

    [Fact]
    public void A_message_of_another_VRID_is_refused() =>
        Assert.Equal(DiscardReason.VridUnknown, Check(Message(message => message[1] = 52), Multicast));

    [Fact]
    public void VRID_0_is_refused() =>
        Assert.Equal(DiscardReason.VridUnknown, Check(Message(message => message[1] = 0), Multicast));

    [Fact]
    public void A_message_of_the_other_family_is_refused()
    {
        ReceiveExpectation ipv6 = Expected with { PrimaryAddress = InternetAddress.Parse("fe80::12") };

        Assert.Equal(DiscardReason.VridUnknown, ReceiveChecks.Check(Message(), Multicast, ipv6, out _));
    }

    [Fact]
    public void An_interval_of_0_is_refused_whatever_the_reserved_bits_are()
    {
        byte[] plain = Message(message => message[5] = 0);
        byte[] withReservedBits = Message(message => (message[4], message[5]) = (0xF0, 0));

        Assert.Equal(DiscardReason.IntervalInvalid, Check(plain, Multicast));
        Assert.Equal(DiscardReason.IntervalInvalid, Check(withReservedBits, Multicast));
    }

    [Fact]
    public void The_address_owner_listens_to_nobody()
    {
        ReceiveExpectation owner = Expected with { IsAddressOwner = true };

        Assert.Equal(DiscardReason.AddressOwnerLocal, ReceiveChecks.Check(Message(), Multicast, owner, out _));
    }

    [Fact]
    public void Our_own_message_that_came_back_is_refused()
    {
        ReceiveExpectation own = Expected with { PrimaryAddress = Peer };

        Assert.Equal(DiscardReason.OwnAdvertisement, ReceiveChecks.Check(Message(), Multicast, own, out _));
    }

    [Theory]
    [InlineData(254, 255, DiscardReason.TtlBelowMinimum)]
    [InlineData(254, 254, DiscardReason.None)]
    [InlineData(1, 0, DiscardReason.None)]
    public void A_unicast_TTL_below_the_configured_minimum_is_refused(byte ttl, byte minimum, DiscardReason expected)
    {
        ReceiveExpectation expectation = Expected with { MinimumUnicastTtl = minimum, UnicastPeers = [Peer] };
        ReceivedHeader header = Unicast with { TimeToLive = ttl };

        Assert.Equal(expected, ReceiveChecks.Check(Message(header: header), header, expectation, out _));
    }

    [Theory]
    [InlineData("192.0.2.11", DiscardReason.None)]
    [InlineData("192.0.2.13", DiscardReason.SourceUnknown)]
    public void A_unicast_source_that_is_no_peer_is_refused(string peer, DiscardReason expected)
    {
        ImmutableArray<InternetAddress> peers = [Own, InternetAddress.Parse(peer)];
        ReceiveExpectation expectation = Expected with { UnicastPeers = peers };

        Assert.Equal(expected, ReceiveChecks.Check(Message(header: Unicast), Unicast, expectation, out _));
    }

    /// <summary>One message with every fault: mended from the front, each check answers in its turn.</summary>
    [Fact]
    public void The_checks_are_made_in_the_order_of_section_7_1()
    {
        ReceiveExpectation expected = Expected with
        {
            Vrid = new Vrid(52),
            IsAddressOwner = true,
            PrimaryAddress = Peer,
        };
        ReceivedHeader header = Multicast with { TimeToLive = 254 };
        byte[] message = Message(message => (message[0], message[1], message[3], message[5]) = (0x22, 0, 0, 0));
        message[6] ^= 0xFF;
        byte[] received = [];
        var reasons = new List<DiscardReason>();
        void Note() => reasons.Add(ReceiveChecks.Check(received, header, expected, out _));

        Note();
        header = Multicast;
        received = message[..1];
        Note();
        received[0] = message[0] = 0x32;
        Note();
        received[0] = message[0] = 0x31;
        Note();
        received = [.. message, 0];
        Note();
        message[3] = received[3] = 1;
        Note();
        received = message;
        Note();
        Seal(message, header);
        Note();
        message[1] = 51;
        Seal(message, header);
        Note();
        message[5] = 20;
        Seal(message, header);
        Note();
        expected = expected with { Vrid = new Vrid(51) };
        Note();
        expected = expected with { IsAddressOwner = false };
        Note();
        expected = expected with { PrimaryAddress = Own };
        Note();

        Assert.Equal(
            [
                DiscardReason.TtlNotMaximum, DiscardReason.VersionMismatch, DiscardReason.TypeUnknown,
                DiscardReason.PacketTruncated, DiscardReason.AddressCountZero, DiscardReason.LengthMismatch,
                DiscardReason.ChecksumMismatch, DiscardReason.VridUnknown, DiscardReason.IntervalInvalid,
                DiscardReason.VridUnknown, DiscardReason.AddressOwnerLocal, DiscardReason.OwnAdvertisement,
                DiscardReason.None,
            ],
            reasons);
    }

    [Theory]
    [InlineData("223.255.255.255", false)]
    [InlineData("224.0.0.0", true)]
    [InlineData("239.255.255.255", true)]
    [InlineData("240.0.0.0", false)]
    [InlineData("ff02::12", true)]
    [InlineData("ff05::2", true)]
    [InlineData("feff::1", false)]
    public void A_group_is_told_from_a_node(string destination, bool isMulticast) =>
        Assert.Equal(isMulticast, (Multicast with { Destination = InternetAddress.Parse(destination) }).IsMulticast);

    [Fact]
    public void VRID_and_version_of_a_refused_message_can_be_named()
    {
        Assert.False(ReceiveChecks.TryPeekVrid([], out _));
        Assert.False(ReceiveChecks.TryPeekVrid([0x21], out _));
        Assert.False(ReceiveChecks.TryPeekVrid([0x21, 0], out _));
        Assert.True(ReceiveChecks.TryPeekVrid([0x21, 7], out Vrid vrid));
        Assert.Equal(7, vrid.Value);
        Assert.False(ReceiveChecks.TryPeekVersion([], out _));
        Assert.True(ReceiveChecks.TryPeekVersion([0x21], out int version));
        Assert.Equal(2, version);
    }

    private static DiscardReason Check(ReadOnlySpan<byte> message, ReceivedHeader header) =>
        ReceiveChecks.Check(message, header, Expected, out _);

    /// <summary>A sound message, changed, with a checksum that fits the change.</summary>
    private static byte[] Message(Action<byte[]>? change = null, ReceivedHeader? header = null)
    {
        byte[] message = new byte[12];
        ReceivedHeader from = header ?? Multicast;
        Advertisement.Write(
            message, new Vrid(51), Priority.Default, new Centiseconds(20), [Vip],
            from.Source, from.Destination, ChecksumForm.PseudoHeader);
        change?.Invoke(message);
        Seal(message, from);
        return message;
    }

    private static void Seal(byte[] message, ReceivedHeader header)
    {
        message.AsSpan(6, 2).Clear();
        ushort checksum = InternetChecksum.Of(message, header.Source, header.Destination, IpProtocol.Vrrp);
        (message[6], message[7]) = ((byte)(checksum >> 8), (byte)checksum);
    }
}
