using System.Collections.Immutable;
using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

/// <summary>What one router takes, and for which of the ways to be configured differently it refuses.</summary>
public sealed class AdvertisementReaderTests
{
    private static readonly InternetAddress Peer = InternetAddress.Parse("192.0.2.11");
    private static readonly InternetAddress Own = InternetAddress.Parse("192.0.2.12");
    private static readonly InternetAddress Vip = InternetAddress.Parse("192.0.2.100");
    private static readonly InternetAddress Second = InternetAddress.Parse("192.0.2.101");
    private static readonly InternetAddress Hidden = InternetAddress.Parse("192.0.2.102");
    private static readonly InternetAddress Stranger = InternetAddress.Parse("198.51.100.7");
    private static readonly ReceivedHeader Multicast = new(255, Peer, InternetAddress.Parse("224.0.0.18"));
    private static readonly ReceivedHeader Unicast = new(255, Peer, Own);
    private static readonly VrrpV2Authentication Password = VrrpV2Authentication.Password("s3cr3tpw");
    private static readonly ExpectedAddresses Addresses = new([Vip, Second], [Vip, Second, Hidden]);

    private static readonly ReceiveExpectation Expected = new() { Vrid = new Vrid(51), PrimaryAddress = Own };

    private static readonly ReceiveExpectation ExpectedUnicast = Expected with
    {
        UnicastPeers = ImmutableArray.Create(Peer),
        MinimumUnicastTtl = 255,
    };

    [Fact]
    public void Each_version_takes_its_own_and_refuses_the_other()
    {
        Assert.Equal(DiscardReason.None, ReadV3(V3()));
        Assert.Equal(DiscardReason.None, ReadV2(V2()));
        Assert.Equal(DiscardReason.VersionMismatch, ReadV3(V2()));
        Assert.Equal(DiscardReason.VersionMismatch, ReadV2(V3()));
    }

    [Fact]
    public void What_is_taken_says_what_the_election_needs()
    {
        V3Reader(Expected).Read(V3(), Multicast, out ReceivedAdvertisement three);
        new VrrpV2Reader(Expected, Addresses, 2, Password)
            .Read(V2(seconds: 2), Multicast, out ReceivedAdvertisement two);

        Assert.Equal(
            new ReceivedAdvertisement(new Priority(101), new Centiseconds(20), false, false), three);
        Assert.Equal(
            new ReceivedAdvertisement(new Priority(101), new Centiseconds(200), false, false), two);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(254)]
    public void A_multicast_TTL_other_than_255_is_refused_by_both(byte ttl)
    {
        Assert.Equal(DiscardReason.TtlNotMaximum, ReadV3(V3(), Multicast with { TimeToLive = ttl }));
        Assert.Equal(DiscardReason.TtlNotMaximum, ReadV2(V2(), Multicast with { TimeToLive = ttl }));
    }

    [Fact]
    [Trait("RFC 3768", "7.1")]
    public void VRRPv2_with_another_interval_is_refused() =>
        Assert.Equal(DiscardReason.IntervalMismatch, ReadV2(V2(seconds: 2)));

    [Fact]
    [Trait("RFC 3768", "7.1")]
    public void VRRPv2_with_another_authentication_is_refused()
    {
        Assert.Equal(DiscardReason.PasswordMismatch, ReadV2(V2(VrrpV2Authentication.Password("s3cr3tpx"))));
        Assert.Equal(DiscardReason.PasswordMismatch, ReadV2(V2(VrrpV2Authentication.Password("s3cr3t"))));
        Assert.Equal(DiscardReason.AuthenticationTypeMismatch, ReadV2(V2(VrrpV2Authentication.None)));
        var open = new VrrpV2Reader(Expected, Addresses, 1, VrrpV2Authentication.None);
        Assert.Equal(DiscardReason.AuthenticationTypeMismatch, open.Read(V2(), Multicast, out _));
    }

    [Fact]
    public void Without_authentication_the_eight_octets_are_ignored()
    {
        byte[] message = V2(VrrpV2Authentication.None);
        message[^1] = 7;
        message.AsSpan(6, 2).Clear();
        ushort checksum = InternetChecksum.Of(message);
        (message[6], message[7]) = ((byte)(checksum >> 8), (byte)checksum);
        var open = new VrrpV2Reader(Expected, Addresses, 1, VrrpV2Authentication.None);

        Assert.Equal(DiscardReason.None, open.Read(message, Multicast, out _));
    }

    [Fact]
    public void A_router_that_goes_by_the_group_refuses_unicast_and_the_other_way_round()
    {
        Assert.Equal(DiscardReason.UnicastUnexpected, ReadV3(V3(header: Unicast), Unicast));
        Assert.Equal(DiscardReason.UnicastUnexpected, ReadV2(V2(), Unicast));
        var three = V3Reader(ExpectedUnicast);
        Assert.Equal(DiscardReason.None, three.Read(V3(header: Unicast), Unicast, out _));
        Assert.Equal(DiscardReason.MulticastUnexpected, three.Read(V3(), Multicast, out _));
    }

    [Fact]
    public void Unicast_is_taken_from_a_peer_that_is_near_enough_alone()
    {
        var two = new VrrpV2Reader(ExpectedUnicast, Addresses, 1, Password);

        Assert.Equal(DiscardReason.None, two.Read(V2(), Unicast, out _));
        Assert.Equal(DiscardReason.TtlBelowMinimum, two.Read(V2(), Unicast with { TimeToLive = 254 }, out _));
        Assert.Equal(DiscardReason.SourceUnknown, two.Read(V2(), Unicast with { Source = Stranger }, out _));
    }

    [Fact]
    [Trait("RFC 9568", "7.1")]
    public void Addresses_in_another_order_are_the_same_and_a_part_of_them_is_accepted_and_told()
    {
        Assert.False(Differ(Second, Vip));
        Assert.True(Differ(Vip));
        Assert.True(Differ(Vip, Stranger));
        Assert.True(Differ(Vip, Second, Stranger));
        Assert.True(Differ(Hidden));
    }

    [Fact]
    public void The_other_form_of_checksum_is_accepted_and_told()
    {
        byte[] message = V3();
        message.AsSpan(6, 2).Clear();
        ushort checksum = InternetChecksum.Of(message);
        (message[6], message[7]) = ((byte)(checksum >> 8), (byte)checksum);

        Assert.Equal(
            DiscardReason.None, V3Reader(Expected).Read(message, Multicast, out ReceivedAdvertisement received));
        Assert.True(received.ChecksumFormDiffers);
    }

    [Fact]
    public void Addresses_that_are_all_strange_are_those_of_another_cluster()
    {
        Assert.Equal(DiscardReason.AddressesUnrelated, ReadV3(V3(addresses: [Stranger])));
        Assert.Equal(DiscardReason.AddressesUnrelated, ReadV2(V2(addresses: [Stranger])));
    }

    [Fact]
    public void A_message_that_no_router_claims_is_checked_by_its_own_version()
    {
        Assert.Equal(DiscardReason.VridUnknown, ReceiveChecks.CheckUnclaimed(V2(), Multicast));
        Assert.Equal(DiscardReason.VridUnknown, ReceiveChecks.CheckUnclaimed(V3(), Multicast));
        Assert.Equal(DiscardReason.PacketTruncated, ReceiveChecks.CheckUnclaimed(V2().AsSpan(1..)[..0], Multicast));
        Assert.Equal(DiscardReason.PacketTruncated, ReceiveChecks.CheckUnclaimed(V2().AsSpan(..^1), Multicast));
        Assert.Equal(DiscardReason.VersionMismatch, ReceiveChecks.CheckUnclaimed([0x41, 51], Multicast));
        Assert.Equal(
            DiscardReason.TtlNotMaximum, ReceiveChecks.CheckUnclaimed(V3(), Multicast with { TimeToLive = 1 }));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        IAdvertisementReader two = new VrrpV2Reader(Expected, Addresses, 1, Password);
        IAdvertisementReader three = V3Reader(Expected);
        byte[] messageV2 = V2(addresses: [Second, Vip]);
        byte[] messageV3 = V3(addresses: [Second, Vip]);
        for (int i = 0; i < 100; i++)
            ReadBoth();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            ReadBoth();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void ReadBoth()
        {
            two.Read(messageV2, Multicast, out _);
            three.Read(messageV3, Multicast, out _);
        }
    }

    private static VrrpV3Reader V3Reader(ReceiveExpectation expected) =>
        new(expected, Addresses, ChecksumForm.PseudoHeader);

    private static bool Differ(params InternetAddress[] addresses)
    {
        Assert.Equal(
            DiscardReason.None,
            V3Reader(Expected).Read(
                V3(addresses: addresses), Multicast, out ReceivedAdvertisement received));
        return received.AddressesDiffer;
    }

    private static DiscardReason ReadV3(byte[] message, ReceivedHeader? header = null) =>
        V3Reader(Expected).Read(message, header ?? Multicast, out _);

    private static DiscardReason ReadV2(byte[] message, ReceivedHeader? header = null) =>
        new VrrpV2Reader(Expected, Addresses, 1, Password).Read(message, header ?? Multicast, out _);

    private static byte[] V3(ReceivedHeader? header = null, InternetAddress[]? addresses = null)
    {
        addresses ??= [Vip, Second];
        ReceivedHeader from = header ?? Multicast;
        byte[] message = new byte[Advertisement.LengthOf(addresses.Length, isIPv6: false)];
        Advertisement.Write(
            message, new Vrid(51), new Priority(101), new Centiseconds(20), addresses, from.Source, from.Destination,
            ChecksumForm.PseudoHeader);
        return message;
    }

    private static byte[] V2(
        VrrpV2Authentication? authentication = null, int seconds = 1, InternetAddress[]? addresses = null)
    {
        addresses ??= [Vip, Second];
        byte[] message = new byte[VrrpV2Advertisement.LengthOf(addresses.Length)];
        VrrpV2Advertisement.Write(
            message, new Vrid(51), new Priority(101), seconds, addresses, authentication ?? Password);
        return message;
    }
}
