using System.Buffers.Binary;

namespace Vipd.Linux.Netlink;

/// <summary>
/// Addresses that a socket may be bound to; an IPv4 address also as its IPv4-mapped form (RFC 4291 §2.5.5.2), which is
/// what a listener for both families has. Looking one up allocates nothing.
/// </summary>
public sealed class LocalAddressSet
{
    private const ulong MappedPrefix = 0xFFFF_0000_0000;

    // Not UInt128: what touches that is compiled only when it first runs, which would be in a take-over.
    private readonly (ulong High, ulong Low)[] _sorted;

    /// <summary>Takes the addresses over; none is allowed.</summary>
    public LocalAddressSet(IEnumerable<IpOctets> addresses)
    {
        _sorted = [.. addresses.Select(address => Value(address.Span))];
        Array.Sort(_sorted);
    }

    /// <summary>Whether an address of 4 or 16 octets, network order, is one of them.</summary>
    internal bool Contains(ReadOnlySpan<byte> octets) => Array.BinarySearch(_sorted, Value(octets)) >= 0;

    private static (ulong High, ulong Low) Value(ReadOnlySpan<byte> octets) => octets.Length == 4
        ? (0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(octets))
        : (BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[8..]));
}
