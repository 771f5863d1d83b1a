using Vipd.Vrrp.Tests.Wire;
using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Rfc9568;

/// <summary>RFC 9568, sections 5 and 7: sentences that no other test of Wire says on its own.</summary>
public sealed class Rfc9568WireTests
{
    private static readonly InternetAddress Source = InternetAddress.Parse("192.0.2.11");
    private static readonly InternetAddress Group = InternetAddress.Parse("224.0.0.18");
    private static readonly InternetAddress Vip = InternetAddress.Parse("192.0.2.100");
    private static readonly ReceivedHeader Header = new(255, Source, Group);

    private static readonly ReceiveExpectation Expected = new()
    {
        Vrid = new Vrid(51),
        PrimaryAddress = InternetAddress.Parse("192.0.2.12"),
    };

    [Fact]
    [Trait("Section", "5.1.1.4")]
    public void The_protocol_number_is_112()
    {
        Assert.Equal(112, (int)IpProtocol.Vrrp);
        // It is part of the pseudo header: another number gives another checksum.
        byte[] message = Message(Vip);
        Assert.Equal(0, InternetChecksum.Of(message, Source, Group, IpProtocol.Vrrp));
        Assert.NotEqual(0, InternetChecksum.Of(message, Source, Group, (IpProtocol)111));
    }

    [Theory]
    [Trait("Section", "5.1.2.3")]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(254)]
    public void A_hop_limit_other_than_255_is_refused(byte hopLimit)
    {
        SampleMessage sample = SampleMessage.Random(3, isIPv6: true, ChecksumForm.PseudoHeader) with
        {
            Header = new ReceivedHeader(hopLimit, InternetAddress.Parse("fe80::11"), InternetAddress.Parse("ff02::12")),
        };

        Assert.Equal(DiscardReason.TtlNotMaximum, ReceiveChecks.CheckMessage(sample.ToArray(), sample.Header, out _));
        Assert.Equal(DiscardReason.None, ReceiveChecks.CheckMessage(
            sample.ToArray(), sample.Header with { TimeToLive = 255 }, out _));
    }

    [Fact]
    [Trait("Section", "5.2.1")]
    public void Version_and_type_are_3_and_1()
    {
        byte[] message = Message(Vip);

        Assert.Equal(3, message[0] >> 4);
        Assert.Equal(1, message[0] & 15);
    }

    [Fact]
    [Trait("Section", "5.2.4")]
    public void The_owner_has_255_and_a_Backup_Router_never_becomes_255_or_0()
    {
        Assert.Equal(255, Priority.AddressOwner.Value);
        for (int priority = 1; priority <= 254; priority++)
        {
            var configured = new Priority((byte)priority);
            Assert.False(configured.IsAddressOwner || configured.IsResign);
            for (int weight = 0; weight <= 255; weight++)
                Assert.InRange(configured.LoweredBy(weight).Value, 1, priority);
        }
    }

    [Fact]
    [Trait("Section", "5.2.6")]
    public void Reserve_is_sent_as_zero_whatever_the_interval()
    {
        for (int interval = 1; interval <= 4095; interval++)
        {
            byte[] message = Message(Vip, interval);
            Assert.Equal(0, message[4] >> 4);
            Assert.Equal(interval, ((message[4] & 15) << 8) | message[5]);
        }
    }

    [Fact]
    [Trait("Section", "5.2.9")]
    public void The_first_IPv6_address_stays_the_first()
    {
        InternetAddress[] addresses = [InternetAddress.Parse("fe80::100"), InternetAddress.Parse("2001:db8::100")];
        SampleMessage sample = SampleMessage.Random(5, isIPv6: true, ChecksumForm.PseudoHeader) with
        {
            Addresses = addresses,
        };

        Assert.Equal(DiscardReason.None, Advertisement.Read(sample.ToArray(), sample.Header, out Advertisement read));
        Assert.True(read.AddressAt(0).IsLinkLocal);
        Assert.Equal(addresses[1], read.AddressAt(1));
    }

    [Theory]
    [Trait("Section", "7.1")]
    [InlineData("192.0.2.100")]
    [InlineData("192.0.2.101")]
    public void Another_address_list_passes(string address) => Assert.Equal(
        DiscardReason.None,
        new VrrpV3Reader(
            Expected, new ExpectedAddresses([Vip], [Vip, InternetAddress.Parse("192.0.2.101")]),
            ChecksumForm.PseudoHeader).Read(Message(InternetAddress.Parse(address)), Header, out _));

    [Theory]
    [Trait("Section", "7.1")]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4095)]
    public void Another_interval_passes(int interval)
    {
        Assert.Equal(
            DiscardReason.None,
            ReceiveChecks.Check(Message(Vip, interval), Header, Expected, out Advertisement read));
        Assert.Equal(interval, read.MaxAdvertiseInterval.Value);
    }

    private static byte[] Message(InternetAddress address, int interval = 20)
    {
        byte[] message = new byte[12];
        Advertisement.Write(
            message, new Vrid(51), Priority.Default, new Centiseconds(interval), [address], Source, Group,
            ChecksumForm.PseudoHeader);
        return message;
    }
}
