using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace Vipd.Lab.Wire;

/// <summary>
/// The lab's own eyes, deliberately not the product's parser: it checks only what it needs in order not to misread, so
/// that a malformed Advertisement still shows up as one.
/// </summary>
internal static class FrameReader
{
    private const int EthernetHeader = 14;
    private const int EtherTypeIpv4 = 0x0800;
    private const int EtherTypeArp = 0x0806;
    private const int EtherTypeIpv6 = 0x86DD;
    private const int Ipv6Header = 40;
    private const int ProtocolVrrp = 112;

    internal static AdvertisementSeen? ReadAdvertisement(ReadOnlySpan<byte> frame, TimeSpan at)
    {
        if (EtherType(frame) == EtherTypeIpv6) return ReadAdvertisementV6(frame, at);
        if (EtherType(frame) != EtherTypeIpv4) return null;
        var ip = frame[EthernetHeader..];
        if (ip.Length < 20 || ip[9] != ProtocolVrrp) return null;
        var headerLength = (ip[0] & 0xF) * 4;
        var totalLength = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(ip[2..]), ip.Length);
        if (totalLength < headerLength + 8) return null;
        var vrrp = ip[headerLength..totalLength];
        var addresses = new List<IPAddress>();
        for (int i = 0, from = 8; i < vrrp[3] && from + 4 <= vrrp.Length; i++, from += 4)
            addresses.Add(new IPAddress(vrrp.Slice(from, 4)));
        return new AdvertisementSeen(
            at, new IPAddress(ip.Slice(12, 4)), vrrp[0] >> 4, vrrp[1], vrrp[2], addresses)
        {
            SenderMac = SenderOf(frame),
        };
    }

    private static AdvertisementSeen? ReadAdvertisementV6(ReadOnlySpan<byte> frame, TimeSpan at)
    {
        var ip = frame[EthernetHeader..];
        if (ip.Length < Ipv6Header + 8 || ip[6] != ProtocolVrrp) return null;
        var vrrp = ip[Ipv6Header..];
        var addresses = new List<IPAddress>();
        for (int i = 0, from = 8; i < vrrp[3] && from + 16 <= vrrp.Length; i++, from += 16)
            addresses.Add(new IPAddress(vrrp.Slice(from, 16)));
        return new AdvertisementSeen(
            at, new IPAddress(ip.Slice(8, 16)), vrrp[0] >> 4, vrrp[1], vrrp[2], addresses)
        {
            SenderMac = SenderOf(frame),
        };
    }

    internal static ArpSeen? ReadArp(ReadOnlySpan<byte> frame, TimeSpan at)
    {
        if (EtherType(frame) != EtherTypeArp || frame.Length < EthernetHeader + 28) return null;
        var arp = frame[EthernetHeader..];
        return new ArpSeen(
            at,
            new PhysicalAddress(arp.Slice(8, 6).ToArray()),
            new IPAddress(arp.Slice(14, 4)),
            new IPAddress(arp.Slice(24, 4)),
            BinaryPrimitives.ReadUInt16BigEndian(arp[6..]));
    }

    private static PhysicalAddress SenderOf(ReadOnlySpan<byte> frame) => new(frame.Slice(6, 6).ToArray());

    private static int EtherType(ReadOnlySpan<byte> frame) =>
        frame.Length < EthernetHeader ? 0 : BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
}
