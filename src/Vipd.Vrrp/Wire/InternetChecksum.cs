using System.Buffers.Binary;

namespace Vipd.Vrrp.Wire;

/// <summary>
/// The Internet checksum (RFC 1071): the one's complement of the one's complement sum of all 16-bit words. Computed
/// over data whose checksum field is zero it is the value to send; computed over data as received it is zero when
/// they are intact.
/// </summary>
public static class InternetChecksum
{
    /// <summary>
    /// Over <paramref name="message"/> alone, at most 65,535 octets; an odd last octet is padded with zero.
    /// </summary>
    public static ushort Of(ReadOnlySpan<byte> message) => Fold(Sum(message));

    /// <summary>
    /// Over a pseudo header and <paramref name="message"/>: source, destination, protocol and length, as IPv4 (RFC
    /// 9293 §3.1) and IPv6 (RFC 8200 §8.1) define them. The two differ in layout only, and a sum has no layout.
    /// </summary>
    public static ushort Of(
        ReadOnlySpan<byte> message, InternetAddress source, InternetAddress destination, IpProtocol protocol) =>
        Fold(Sum(message) + Sum(source) + Sum(destination) + (byte)protocol + (uint)message.Length);

    /// <summary>
    /// The checksum after one 16-bit word of the data has changed (RFC 1624 §3, equation 3). It is the value that
    /// <see cref="Of(ReadOnlySpan{byte})"/> would compute, whatever else the checksum covers.
    /// </summary>
    public static ushort Update(ushort checksum, ushort oldWord, ushort newWord) =>
        Fold((uint)(ushort)~checksum + (ushort)~oldWord + newWord);

    // At most 32,768 words of 16 bits: a 32-bit sum can't overflow, and neither can it with a pseudo header on top.
    private static uint Sum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (; octets.Length >= 2; octets = octets[2..])
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets);
        return octets.IsEmpty ? sum : sum + ((uint)octets[0] << 8);
    }

    // IPv4's upper 96 bits are zero and add nothing.
    private static uint Sum(InternetAddress address) => Sum(address.High) + Sum(address.Low);

    private static uint Sum(ulong words)
    {
        uint sum = 0;
        for (ulong rest = words; rest != 0; rest >>= 16)
            sum += (ushort)rest;
        return sum;
    }

    private static ushort Fold(uint sum)
    {
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
