using System.Buffers.Binary;
using System.Net;

namespace Vipd.Vrrp;

/// <summary>
/// An IPvX address (RFC 9568's word for "IPv4 or IPv6"): a value without allocation, ordered as an unsigned integer in
/// network order, which is the order that decides between equal priorities (RFC 9568 §6.4.3).
/// </summary>
/// <remarks>
/// Two halves, not a UInt128: in a file of precompiled assemblies what touches that type is compiled when it first
/// runs, most of the election at each start.
/// </remarks>
public readonly record struct InternetAddress : IComparable<InternetAddress>
{
    private InternetAddress(ulong high, ulong low, bool isIPv6)
    {
        High = high;
        Low = low;
        IsIPv6 = isIPv6;
    }

    /// <summary>The upper 64 bits of the address as an unsigned integer; 0 for IPv4.</summary>
    public ulong High { get; }

    /// <summary>Its lower 64 bits; IPv4 uses 32 of them.</summary>
    public ulong Low { get; }

    public bool IsIPv6 { get; }

    /// <summary>Octets on the wire: 4 or 16.</summary>
    public int Length => IsIPv6 ? 16 : 4;

    /// <summary>IPv6 fe80::/10 (RFC 4291 §2.5.6); never true for IPv4.</summary>
    public bool IsLinkLocal => IsIPv6 && High >> 54 == 0x3FA;

    /// <summary>Reads 4 (IPv4) or 16 (IPv6) octets in network order.</summary>
    /// <exception cref="ArgumentException">Any other length.</exception>
    public static InternetAddress From(ReadOnlySpan<byte> octets) => octets.Length switch
    {
        4 => new InternetAddress(0, BinaryPrimitives.ReadUInt32BigEndian(octets), false),
        16 => new InternetAddress(
            BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[8..]), true),
        _ => throw new ArgumentException("an address has 4 or 16 octets", nameof(octets)),
    };

    /// <summary>The scope identifier of a link-local IPv6 address is not kept.</summary>
    public static InternetAddress From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return From(address.GetAddressBytes());
    }

    /// <exception cref="FormatException">Not an IPv4 or IPv6 address.</exception>
    public static InternetAddress Parse(string text) => From(IPAddress.Parse(text));

    /// <summary>Writes <see cref="Length"/> octets in network order.</summary>
    public void CopyTo(Span<byte> destination)
    {
        if (!IsIPv6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Low);
            return;
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        CopyTo(octets);
        return new IPAddress(octets[..Length]);
    }

    /// <summary>Whether both are of one family and their first <paramref name="length"/> bits are equal.</summary>
    public bool SharesPrefix(InternetAddress other, int length)
    {
        int rest = (8 * Length) - length;
        ulong highMask = rest < 64 ? ulong.MaxValue : rest < 128 ? ulong.MaxValue << (rest - 64) : 0;
        ulong lowMask = rest < 64 ? ulong.MaxValue << rest : 0;
        return IsIPv6 == other.IsIPv6 && ((High ^ other.High) & highMask) == 0 && ((Low ^ other.Low) & lowMask) == 0;
    }

    public int CompareTo(InternetAddress other) =>
        IsIPv6 != other.IsIPv6 ? IsIPv6.CompareTo(other.IsIPv6)
        : High != other.High ? High.CompareTo(other.High)
        : Low.CompareTo(other.Low);

    public static bool operator <(InternetAddress left, InternetAddress right) => left.CompareTo(right) < 0;

    public static bool operator >(InternetAddress left, InternetAddress right) => left.CompareTo(right) > 0;

    public static bool operator <=(InternetAddress left, InternetAddress right) => left.CompareTo(right) <= 0;

    public static bool operator >=(InternetAddress left, InternetAddress right) => left.CompareTo(right) >= 0;

    public override string ToString() => ToIPAddress().ToString();
}
