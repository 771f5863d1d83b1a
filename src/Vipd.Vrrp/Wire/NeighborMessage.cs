using System.Buffers.Binary;

namespace Vipd.Vrrp.Wire;

/// <summary>
/// What Neighbor Solicitation and Advertisement (RFC 4861 §4.3, §4.4) share when they are written, with their IPv6
/// header, network order:
/// <code>
/// IPv6:    version 6, class and flow 0 (4) | payload length (2) | next header = 58 (1) | hop limit = 255 (1)
///          source (16) | destination (16)
/// message: type (1) | code = 0 (1) | checksum (2) | flags, reserved (4) | target address (16)
/// option:  type (1) | length = 1 unit of 8 octets (1) | link-layer address (6)
/// </code>
/// </summary>
internal static class NeighborMessage
{
    internal const int IPv6HeaderLength = 40;
    internal const int MessageLength = 24;
    internal const int OptionLength = 8;
    internal const byte HopLimit = 255;

    /// <summary>Writes 72 octets, or 64 without an option, and returns how many.</summary>
    /// <exception cref="InvalidOperationException">A bug of the caller: an address is not IPv6.</exception>
    internal static int Write(
        Span<byte> buffer,
        (byte Type, byte Flags) head,
        (InternetAddress Source, InternetAddress Destination, InternetAddress Target) addresses,
        (byte Type, MacAddress? Address) option)
    {
        (InternetAddress source, InternetAddress destination, InternetAddress target) = addresses;
        if (!source.IsIPv6 || !destination.IsIPv6 || !target.IsIPv6)
            throw new InvalidOperationException("Neighbor Discovery is for IPv6");
        int payloadLength = MessageLength + (option.Address is null ? 0 : OptionLength);
        Span<byte> packet = buffer[..(IPv6HeaderLength + payloadLength)];
        packet.Clear();
        packet[0] = 6 << 4;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)payloadLength);
        packet[6] = (byte)IpProtocol.IcmpV6;
        packet[7] = HopLimit;
        source.CopyTo(packet[8..]);
        destination.CopyTo(packet[24..]);

        Span<byte> message = packet[IPv6HeaderLength..];
        message[0] = head.Type;
        message[4] = head.Flags;
        target.CopyTo(message[8..]);
        if (option.Address is { } linkLayerAddress)
        {
            message[24] = option.Type;
            message[25] = OptionLength / 8;
            linkLayerAddress.CopyTo(message[26..]);
        }

        ushort checksum = InternetChecksum.Of(message, source, destination, IpProtocol.IcmpV6);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], checksum);
        return packet.Length;
    }
}
