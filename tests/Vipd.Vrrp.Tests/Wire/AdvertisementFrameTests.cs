using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

public sealed class AdvertisementFrameTests
{
    private static readonly InternetAddress Source = InternetAddress.Parse("192.0.2.11");
    private static readonly InternetAddress Group = InternetAddress.Parse("224.0.0.18");
    private static readonly InternetAddress SourceV6 = InternetAddress.Parse("fe80::11");
    private static readonly InternetAddress GroupV6 = InternetAddress.Parse("ff02::12");
    private static readonly Vrid Vrid = new(51);

    [Fact]
    public void An_IPv4_frame_is_written_octet_by_octet() => Assert.Equal(
        "01005e000012" + "00005e000133" + "0800"
        + "45c0002000004000ff70d88fc000020be0000012"
        + "deadbeef" + "3133",
        Hex(Source, Group, [0xDE, 0xAD, 0xBE, 0xEF, 0x31, 0x33], pad: 6));

    [Fact]
    public void An_IPv6_frame_is_written_octet_by_octet() => Assert.Equal(
        "333300000012" + "00005e000233" + "86dd"
        + "6c000000000670ff" + "fe800000000000000000000000000011" + "ff020000000000000000000000000012"
        + "deadbeef3133",
        Hex(SourceV6, GroupV6, [0xDE, 0xAD, 0xBE, 0xEF, 0x31, 0x33], pad: 0));

    /// <summary>RFC 9568 §7.2, §7.3.</summary>
    [Fact]
    public void What_is_sent_carries_the_virtual_MAC_address_and_passes_the_receive_checks()
    {
        foreach ((InternetAddress source, InternetAddress group) in new[] { (Source, Group), (SourceV6, GroupV6) })
        {
            byte[] message = new byte[64];
            int length = Advertisement.Write(
                message, Vrid, Priority.Default, new Centiseconds(20), [source], source, group,
                ChecksumForm.PseudoHeader);
            byte[] buffer = new byte[256];
            buffer.AsSpan().Fill(0xA5);
            int written = AdvertisementFrame.Write(
                buffer, MacAddress.OfVirtualRouter(Vrid, source.IsIPv6), source, group, message.AsSpan(0, length));
            int header = AdvertisementFrame.HeaderLength(source.IsIPv6);
            Assert.Equal(header + length, written);
            Assert.Equal(0xA5, buffer[written]);
            Assert.True(EthernetFrame.TryRead(buffer.AsSpan(0, written), out EthernetFrame frame));
            Assert.Equal(MacAddress.OfVirtualRouter(Vrid, source.IsIPv6), frame.Source);
            Assert.Equal(MacAddress.OfGroup(group), frame.Destination);
            if (!source.IsIPv6)
                Assert.Equal(0, InternetChecksum.Of(frame.Payload[..20]));

            // What goes out later has another priority in the same frame.
            Advertisement.ChangePriority(buffer.AsSpan(header, length), Priority.Resign);
            Assert.Equal(DiscardReason.None, Advertisement.Read(
                buffer.AsSpan(header, length), new ReceivedHeader(255, source, group), out Advertisement read));
            Assert.True(read.Priority.IsResign);
        }
    }

    [Fact]
    public void Two_families_in_one_frame_are_a_bug_of_the_caller() => Assert.Throws<ArgumentException>(() =>
        AdvertisementFrame.Write(new byte[128], MacAddress.Broadcast, Source, GroupV6, [1]));

    private static string Hex(InternetAddress source, InternetAddress group, byte[] message, int pad)
    {
        byte[] padded = [.. message, .. new byte[pad]];
        byte[] buffer = new byte[128];
        int length = AdvertisementFrame.Write(
            buffer, MacAddress.OfVirtualRouter(Vrid, source.IsIPv6), source, group, padded);
        return Convert.ToHexStringLower(buffer[..(length - pad)]);
    }
}
