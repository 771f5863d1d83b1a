using System.Buffers.Binary;

namespace Vipd.Vrrp.Wire;

/// <summary>
/// An Advertisement to the group as a whole Ethernet frame, for a sender whose frames do not carry the address of the
/// interface (RFC 9568 §7.2: the Virtual Router MAC Address), network order:
/// <code>
/// Ethernet: group's MAC (6) | sender's MAC (6) | 0x0800 or 0x86DD (2)
/// IPv4: 0x45 | 0xC0 | length (2) | 0 (2) | don't fragment (2) | TTL 255 | 112 | checksum (2) | source (4) | group (4)
/// IPv6: version 6, class 0xC0, flow 0 (4) | length (2) | 112 | hop limit 255 | source (16) | group (16)
/// message
/// </code>
/// </summary>
public static class AdvertisementFrame
{
    private const int IPv4HeaderLength = 20;
    private const int IPv6HeaderLength = 40;
    private const byte TimeToLive = 255;

    // CS6, internetwork control (RFC 4594 §3.1): what routing protocols send with.
    private const byte InternetworkControl = 0xC0;
    private const ushort DoNotFragment = 0x4000;

    /// <summary>Octets before the message.</summary>
    public static int HeaderLength(bool isIPv6) =>
        EthernetFrame.HeaderLength + (isIPv6 ? IPv6HeaderLength : IPv4HeaderLength);

    /// <summary>Writes the frame and returns its length; the message in it may be changed later without a change of the
    /// headers, as long as its length stays.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> and the message.</param>
    /// <param name="sender">The Ethernet source.</param>
    /// <param name="source">The IP source.</param>
    /// <param name="group">A multicast address of the same family.</param>
    /// <param name="message">With its checksum, also for IPv6.</param>
    /// <exception cref="ArgumentException">A bug of the caller: the addresses differ in family.</exception>
    public static int Write(
        Span<byte> destination,
        MacAddress sender,
        InternetAddress source,
        InternetAddress group,
        ReadOnlySpan<byte> message)
    {
        if (source.IsIPv6 != group.IsIPv6)
            throw new ArgumentException("source and destination differ in family", nameof(group));
        EtherType type = source.IsIPv6 ? EtherType.IPv6 : EtherType.IPv4;
        int length = EthernetFrame.WriteHeader(destination, MacAddress.OfGroup(group), sender, type);
        Span<byte> packet = destination[length..];
        length += source.IsIPv6
            ? WriteIPv6(packet, source, group, message.Length)
            : WriteIPv4(packet, source, group, message.Length);
        message.CopyTo(destination[length..]);
        return length + message.Length;
    }

    private static int WriteIPv4(Span<byte> packet, InternetAddress source, InternetAddress group, int messageLength)
    {
        Span<byte> header = packet[..IPv4HeaderLength];
        header.Clear();
        header[0] = (4 << 4) | (IPv4HeaderLength / 4);
        header[1] = InternetworkControl;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(IPv4HeaderLength + messageLength));
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], DoNotFragment);
        header[8] = TimeToLive;
        header[9] = (byte)IpProtocol.Vrrp;
        source.CopyTo(header[12..]);
        group.CopyTo(header[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Of(header));
        return IPv4HeaderLength;
    }

    private static int WriteIPv6(Span<byte> packet, InternetAddress source, InternetAddress group, int messageLength)
    {
        BinaryPrimitives.WriteUInt32BigEndian(packet, (6u << 28) | ((uint)InternetworkControl << 20));
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)messageLength);
        packet[6] = (byte)IpProtocol.Vrrp;
        packet[7] = TimeToLive;
        source.CopyTo(packet[8..]);
        group.CopyTo(packet[24..]);
        return IPv6HeaderLength;
    }
}
