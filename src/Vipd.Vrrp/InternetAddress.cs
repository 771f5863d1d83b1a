using System.Buffers.Binary;
using System.Net;

namespace Vipd.Vrrp;

/// <summary>
/// An IPvX address (RFC 9568's word for "IPv4 or IPv6"): a value without allocation, ordered as an unsigned integer in
/// network order, which is the order that decides between equal priorities (RFC 9568 §6.4.3).
/// </summary>
public readonly record struct InternetAddress : IComparable<InternetAddress>
{
    private InternetAddress(UInt128 value, bool isIPv6)
    {
        Value = value;
        IsIPv6 = isIPv6;
    }

    /// <summary>The address as an unsigned integer; IPv4 uses the low 32 bits.</summary>
    public UInt128 Value { get; }

    public bool IsIPv6 { get; }

    /// <summary>Octets on the wire: 4 or 16.</summary>
    public int Length => IsIPv6 ? 16 : 4;

    /// <summary>IPv6 fe80::/10 (RFC 4291 §2.5.6); never true for IPv4.</summary>
    public bool IsLinkLocal => IsIPv6 && (Value >> 118) == 0x3FA;

    /// <summary>Reads 4 (IPv4) or 16 (IPv6) octets in network order.</summary>
    /// <exception cref="ArgumentException">Any other length.</exception>
    public static InternetAddress From(ReadOnlySpan<byte> octets) => octets.Length switch
    {
        4 => new InternetAddress(BinaryPrimitives.ReadUInt32BigEndian(octets), false),
        16 => new InternetAddress(BinaryPrimitives.ReadUInt128BigEndian(octets), true),
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
        if (IsIPv6)
            BinaryPrimitives.WriteUInt128BigEndian(destination, Value);
        else
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Value);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        CopyTo(octets);
        return new IPAddress(octets[..Length]);
    }

    public int CompareTo(InternetAddress other) =>
        IsIPv6 == other.IsIPv6 ? Value.CompareTo(other.Value) : IsIPv6.CompareTo(other.IsIPv6);

    public static bool operator <(InternetAddress left, InternetAddress right) => left.CompareTo(right) < 0;

    public static bool operator >(InternetAddress left, InternetAddress right) => left.CompareTo(right) > 0;

    public static bool operator <=(InternetAddress left, InternetAddress right) => left.CompareTo(right) <= 0;

    public static bool operator >=(InternetAddress left, InternetAddress right) => left.CompareTo(right) >= 0;

    public override string ToString() => ToIPAddress().ToString();
}
