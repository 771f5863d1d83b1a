using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

public sealed class NeighborAdvertisementTests
{
    private static readonly InternetAddress Vip = InternetAddress.Parse("2001:db8::100");
    private static readonly MacAddress Ours = new([0x02, 0, 0, 0, 0, 0x0B]);

    private static readonly NeighborAdvertisement Announcement =
        NeighborAdvertisement.Unsolicited(Vip, Ours, isRouter: false);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_announcement_goes_from_the_address_to_all_nodes_and_overrides(bool isRouter)
    {
        var announcement = NeighborAdvertisement.Unsolicited(Vip, Ours, isRouter);

        Assert.Equal(Vip, announcement.Source);
        Assert.Equal(Vip, announcement.Target);
        Assert.Equal("ff02::1", announcement.Destination.ToString());
        Assert.Equal(isRouter, announcement.IsRouter);
        Assert.True(announcement.IsOverride);
        Assert.False(announcement.IsSolicited);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var random = new Random(4861);
        for (int i = 0; i < 1000; i++)
        {
            bool isSolicited = random.Next(2) == 0;
            var original = new NeighborAdvertisement
            {
                Source = Unicast(),
                Destination = isSolicited ? Unicast() : NeighborAdvertisement.AllNodes,
                Target = Unicast(),
                TargetLinkLayerAddress = random.Next(2) == 0 ? null : new MacAddress(Octets(6)),
                IsRouter = random.Next(2) == 0,
                IsSolicited = isSolicited,
                IsOverride = random.Next(2) == 0,
            };
            var buffer = new PoisonedBuffer();
            int length = original.WriteTo(buffer.Span);
            Assert.Equal(original.TargetLinkLayerAddress is null ? 64 : 72, length);
            buffer.AssertHoldsOnly(buffer.Span[..length].ToArray());
            Assert.True(NeighborAdvertisement.TryRead(buffer.Span[..length], out NeighborAdvertisement read));
            Assert.Equal(original, read);
        }

        InternetAddress Unicast()
        {
            byte[] octets = Octets(16);
            octets[0] = 0x20;
            return InternetAddress.From(octets);
        }

        byte[] Octets(int length)
        {
            byte[] octets = new byte[length];
            random.NextBytes(octets);
            return octets;
        }
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] packet = Packet();
        for (int length = 0; length < packet.Length; length++)
            Assert.False(NeighborAdvertisement.TryRead(packet.AsSpan(0, length), out _));
    }

    /// <summary>Traffic class and flow label (bits 4..31) are the only ones that nobody covers or checks.</summary>
    [Fact]
    public void Every_flipped_bit_but_those_of_class_and_flow_label_is_refused()
    {
        byte[] packet = Packet();
        for (int bit = 0; bit < packet.Length * 8; bit++)
        {
            packet[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            bool isRead = NeighborAdvertisement.TryRead(packet, out NeighborAdvertisement read);
            packet[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            Assert.True(isRead == bit is >= 4 and < 32, $"bit {bit}");
            Assert.True(!isRead || read == Announcement);
        }
    }

    [Theory]
    [InlineData(7, 254)] // hop limit: RFC 4861 §7.1.2
    [InlineData(6, 59)] // next header
    [InlineData(40, 135)] // type: a solicitation
    [InlineData(41, 1)] // code
    [InlineData(44, 0x60)] // solicited, to a group
    [InlineData(48, 0xFF)] // target is a group
    [InlineData(65, 0)] // option of no length
    [InlineData(65, 2)] // option longer than the packet
    public void What_RFC_4861_section_7_1_2_forbids_is_refused_with_a_valid_checksum(int offset, byte value)
    {
        byte[] packet = Packet();
        packet[offset] = value;
        Seal(packet);

        Assert.False(NeighborAdvertisement.TryRead(packet, out _));
    }

    [Fact]
    public void A_payload_too_short_for_the_message_is_refused_with_a_valid_checksum()
    {
        byte[] packet = Packet();
        for (byte length = 0; length < 24; length++)
        {
            packet[5] = length;
            Seal(packet.AsSpan(0, Math.Max(44, 40 + length)));
            Assert.False(NeighborAdvertisement.TryRead(packet, out _));
        }
    }

    [Fact]
    public void Unknown_options_are_skipped_and_octets_behind_the_payload_ignored()
    {
        byte[] packet = [.. Packet()[..64], 14, 1, 1, 2, 3, 4, 5, 6, .. Packet()[64..], 0xEE, 0xEE];
        packet[5] = 40;
        Seal(packet.AsSpan(0, 80));

        Assert.True(NeighborAdvertisement.TryRead(packet, out NeighborAdvertisement read));
        Assert.Equal(Announcement, read);
    }

    [Fact]
    public void An_IPv4_address_is_a_bug_of_the_caller() => Assert.Throws<InvalidOperationException>(
        () => NeighborAdvertisement.Unsolicited(InternetAddress.Parse("192.0.2.1"), Ours, false).WriteTo(new byte[72]));

    private static byte[] Packet()
    {
        byte[] packet = new byte[NeighborAdvertisement.MaximumLength];
        Announcement.WriteTo(packet);
        return packet;
    }

    private static void Seal(Span<byte> packet)
    {
        packet.Slice(42, 2).Clear();
        ushort checksum = InternetChecksum.Of(
            packet[40..], InternetAddress.From(packet[8..24]), InternetAddress.From(packet[24..40]), IpProtocol.IcmpV6);
        (packet[42], packet[43]) = ((byte)(checksum >> 8), (byte)checksum);
    }
}
