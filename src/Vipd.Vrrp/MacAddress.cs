using System.Buffers.Binary;

namespace Vipd.Vrrp;

/// <summary>An EUI-48 link-layer address, 6 octets in network order.</summary>
public readonly record struct MacAddress
{
    /// <summary>Octets an address takes on the wire.</summary>
    public const int Length = 6;

    private readonly ulong _value;

    /// <exception cref="ArgumentException">The span is not 6 octets long.</exception>
    public MacAddress(ReadOnlySpan<byte> octets)
    {
        if (octets.Length != Length)
            throw new ArgumentException("a link-layer address has 6 octets", nameof(octets));
        ulong high = BinaryPrimitives.ReadUInt16BigEndian(octets);
        _value = (high << 32) | BinaryPrimitives.ReadUInt32BigEndian(octets[2..]);
    }

    private MacAddress(ulong value) => _value = value;

    /// <summary>ff:ff:ff:ff:ff:ff.</summary>
    public static MacAddress Broadcast { get; } = new(0xFFFF_FFFF_FFFFUL);

    /// <summary>The group bit, the lowest of the first octet.</summary>
    public bool IsMulticast => ((_value >> 40) & 1) != 0;

    /// <summary>
    /// The Virtual Router MAC Address 00-00-5E-00-01-{VRID} (IPv4) or 00-00-5E-00-02-{VRID} (IPv6), RFC 9568 §7.3.
    /// </summary>
    public static MacAddress OfVirtualRouter(Vrid vrid, bool ipv6) =>
        new(0x0000_5E00_0000UL | (ipv6 ? 0x0200UL : 0x0100UL) | vrid.Value);

    /// <summary>
    /// The Ethernet group of an IPv4 group (01:00:5e + low 23 bits, RFC 1112 §6.4) or an IPv6 group (33:33 + low 32
    /// bits, RFC 2464 §7).
    /// </summary>
    public static MacAddress OfGroup(InternetAddress group) => group.IsIPv6
        ? new MacAddress(0x3333_0000_0000UL | (uint)group.Low)
        : new MacAddress(0x0100_5E00_0000UL | ((uint)group.Low & 0x7F_FFFF));

    /// <summary>Writes 6 octets.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(_value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)_value);
    }

    public override string ToString()
    {
        Span<byte> octets = stackalloc byte[Length];
        CopyTo(octets);
        return string.Join(':', Convert.ToHexStringLower(octets).Chunk(2).Select(pair => new string(pair)));
    }
}
