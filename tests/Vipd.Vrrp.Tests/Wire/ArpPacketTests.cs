using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

public sealed class ArpPacketTests
{
    private static readonly InternetAddress Vip = InternetAddress.Parse("192.0.2.100");
    private static readonly InternetAddress Other = InternetAddress.Parse("192.0.2.7");
    private static readonly MacAddress Ours = new([0x02, 0, 0, 0, 0, 0x0B]);
    private static readonly MacAddress Theirs = new([0x02, 0, 0, 0, 0, 0x0C]);

    [Fact]
    public void A_gratuitous_request_is_written_octet_by_octet() => AssertWrites(
        ArpPacket.GratuitousRequest(Vip, Ours), "00010800060400010200" + "0000000bc0000264ffffffffffffc0000264");

    [Fact]
    public void A_gratuitous_reply_names_the_sender_as_its_target_or_Linux_would_not_take_it() => AssertWrites(
        ArpPacket.GratuitousReply(Vip, Ours), "00010800060400020200" + "0000000bc000026402000000000bc0000264");

    [Fact]
    public void What_is_written_is_read_back()
    {
        var random = new Random(826);
        for (int i = 0; i < 1000; i++)
        {
            var packet = new ArpPacket
            {
                Operation = (ArpOperation)random.Next(1, 3),
                SenderHardwareAddress = new MacAddress(Octets(6)),
                SenderProtocolAddress = InternetAddress.From(Octets(4)),
                TargetHardwareAddress = new MacAddress(Octets(6)),
                TargetProtocolAddress = InternetAddress.From(Octets(4)),
            };
            byte[] written = new byte[46];
            Assert.Equal(28, packet.WriteTo(written));
            Assert.True(ArpPacket.TryRead(written, out ArpPacket read));
            Assert.Equal(packet, read);
        }

        byte[] Octets(int length)
        {
            byte[] octets = new byte[length];
            random.NextBytes(octets);
            return octets;
        }
    }

    [Fact]
    public void Gratuitous_is_what_Linux_takes_for_it()
    {
        Assert.True(ArpPacket.GratuitousRequest(Vip, Ours).IsGratuitous);
        Assert.True(ArpPacket.GratuitousReply(Vip, Ours).IsGratuitous);
        Assert.False((ArpPacket.GratuitousReply(Vip, Ours) with { TargetHardwareAddress = Theirs }).IsGratuitous);
        Assert.False((ArpPacket.GratuitousRequest(Vip, Ours) with { TargetProtocolAddress = Other }).IsGratuitous);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] packet = new byte[28];
        ArpPacket.GratuitousRequest(Vip, Ours).WriteTo(packet);
        for (int length = 0; length < packet.Length; length++)
            Assert.False(ArpPacket.TryRead(packet.AsSpan(0, length), out _));
    }

    /// <summary>ARP has no checksum: only what is fixed can be verified, and all of that is.</summary>
    [Fact]
    public void A_flipped_bit_of_the_fixed_part_is_refused_and_any_other_changes_the_packet()
    {
        ArpPacket original = ArpPacket.GratuitousRequest(Vip, Ours);
        byte[] packet = new byte[28];
        original.WriteTo(packet);
        for (int bit = 0; bit < packet.Length * 8; bit++)
        {
            packet[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            bool isRead = ArpPacket.TryRead(packet, out ArpPacket read);
            packet[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            Assert.Equal(bit >= 64, isRead);
            Assert.NotEqual(original, read);
        }
    }

    [Fact]
    public void An_IPv6_address_is_a_bug_of_the_caller() => Assert.Throws<InvalidOperationException>(
        () => ArpPacket.GratuitousRequest(InternetAddress.Parse("fe80::1"), Ours).WriteTo(new byte[28]));

    private static void AssertWrites(ArpPacket packet, string hex)
    {
        var buffer = new PoisonedBuffer();
        Assert.Equal(28, packet.WriteTo(buffer.Span));
        buffer.AssertHoldsOnly(Convert.FromHexString(hex));
    }
}
