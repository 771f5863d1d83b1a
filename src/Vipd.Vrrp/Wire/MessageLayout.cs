using System.Buffers.Binary;

namespace Vipd.Vrrp.Wire;

/// <summary>
/// What VRRPv2 (RFC 3768 §5.1) and VRRPv3 (RFC 9568 §5.2) have in the same place: version and type, VRID, priority,
/// number of addresses, checksum, and the addresses from octet 8 on. Octets 4 and 5 are each version's own.
/// </summary>
internal static class MessageLayout
{
    /// <summary>Octets before the addresses.</summary>
    internal const int HeaderLength = 8;

    internal const int TypeAdvertisement = 1;
    internal const int VridOffset = 1;
    internal const int PriorityOffset = 2;
    internal const int CountOffset = 3;
    internal const int ChecksumOffset = 6;

    // An Ethernet payload has at least 46 octets (RFC 894), of which the IPv4 header takes 20. An IPv6 header and the
    // shortest message are longer than 46.
    private const int MinimumPayloadBehindIPv4 = 46 - 20;

    internal static int AddressLength(bool isIPv6) => isIPv6 ? 16 : 4;

    /// <summary>
    /// Version, type and completeness, in the order of RFC 9568 §7.1. <paramref name="trailerLength"/> octets follow
    /// the addresses.
    /// </summary>
    internal static DiscardReason Check(
        ReadOnlySpan<byte> message, int version, bool isIPv6, int trailerLength, bool mayBePadded)
    {
        if (message.IsEmpty)
            return DiscardReason.PacketTruncated;
        if (message[0] >> 4 != version)
            return DiscardReason.VersionMismatch;
        if ((message[0] & 0x0F) != TypeAdvertisement)
            return DiscardReason.TypeUnknown;
        if (message.Length < HeaderLength)
            return DiscardReason.PacketTruncated;
        if (message[CountOffset] == 0)
            return DiscardReason.AddressCountZero;

        int length = HeaderLength + (message[CountOffset] * AddressLength(isIPv6)) + trailerLength;
        if (message.Length < length)
            return DiscardReason.PacketTruncated;
        int longest = mayBePadded && !isIPv6 ? Math.Max(length, MinimumPayloadBehindIPv4) : length;
        return message.Length > longest ? DiscardReason.LengthMismatch : DiscardReason.None;
    }

    /// <summary>Writes what both versions have but for the checksum, which is left 0.</summary>
    internal static void Write(
        Span<byte> message, int version, Vrid vrid, Priority priority, ReadOnlySpan<InternetAddress> addresses)
    {
        message[0] = (byte)((version << 4) | TypeAdvertisement);
        message[VridOffset] = vrid.Value;
        message[PriorityOffset] = priority.Value;
        message[CountOffset] = (byte)addresses.Length;
        SetChecksum(message, 0);
        Span<byte> rest = message[HeaderLength..];
        foreach (InternetAddress address in addresses)
        {
            address.CopyTo(rest);
            rest = rest[address.Length..];
        }
    }

    internal static void SetChecksum(Span<byte> message, ushort checksum) =>
        BinaryPrimitives.WriteUInt16BigEndian(message[ChecksumOffset..], checksum);

    /// <summary>The caller's contract, common to both versions.</summary>
    internal static void ThrowIfNotWritable(Vrid vrid, ReadOnlySpan<InternetAddress> addresses, bool isIPv6)
    {
        ArgumentOutOfRangeException.ThrowIfZero(vrid.Value, nameof(vrid));
        if (addresses.Length is 0 or > Advertisement.MaximumAddressCount)
            throw new ArgumentException("an Advertisement carries 1..255 addresses", nameof(addresses));
        foreach (InternetAddress address in addresses)
        {
            if (address.IsIPv6 != isIPv6)
                throw new ArgumentException("an address is not of the packet's family", nameof(addresses));
        }
    }
}
