using System.Buffers.Binary;

namespace Vipd.Linux.Sockets;

/// <summary>Reads what a raw IPv4 socket delivers in front of the payload: the IP header (raw(7)).</summary>
internal static class IPv4Header
{
    private const int ShortestHeader = 20;

    /// <summary>Takes an IPv4 packet apart (RFC 791 §3.1).</summary>
    /// <param name="packet">The packet from its first octet; octets behind its total length are padding.</param>
    /// <param name="datagram">Offsets count from the start of <paramref name="packet"/>.</param>
    /// <returns>False: not IPv4, or lengths that contradict each other. The header checksum is the kernel's to
    /// check.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> packet, out IpDatagram datagram)
    {
        datagram = default;
        if (packet.Length < ShortestHeader || packet[0] >> 4 != 4)
            return false;
        int headerLength = (packet[0] & 0xF) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (headerLength < ShortestHeader || headerLength > totalLength || totalLength > packet.Length)
            return false;
        datagram = new IpDatagram(
            packet[12..16], packet[16..20], headerLength..totalLength, timeToLive: packet[8]);
        return true;
    }
}
