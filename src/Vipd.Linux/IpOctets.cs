using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;

namespace Vipd.Linux;

/// <summary>An IPv4 or IPv6 address as 4 or 16 octets in network order, held in place: no allocation.</summary>
public readonly struct IpOctets : IEquatable<IpOctets>
{
    private readonly Sixteen _octets;
    private readonly byte _length;

    /// <summary>Copies an address.</summary>
    /// <param name="octets">4 or 16 octets, network order.</param>
    /// <exception cref="ArgumentException">Any other length.</exception>
    public IpOctets(ReadOnlySpan<byte> octets)
    {
        if (octets.Length is not (4 or 16))
            throw new ArgumentException("an address has 4 or 16 octets", nameof(octets));
        octets.CopyTo(_octets);
        _length = (byte)octets.Length;
    }

    /// <summary>4 or 16; 0 for the default value, which is no address.</summary>
    public int Length => _length;

    /// <summary>The octets in network order, <see cref="Length"/> of them.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Span => ((ReadOnlySpan<byte>)_octets)[.._length];

    /// <summary>Copies an address; the scope identifier of an IPv6 address is not kept.</summary>
    public static IpOctets From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> octets = stackalloc byte[16];
        _ = address.TryWriteBytes(octets, out int length);
        return new IpOctets(octets[..length]);
    }

    /// <summary>The address as an object (allocates).</summary>
    /// <exception cref="InvalidOperationException">The default value.</exception>
    public IPAddress ToIPAddress() =>
        _length == 0 ? throw new InvalidOperationException("no address") : new IPAddress(Span);

    /// <inheritdoc/>
    public bool Equals(IpOctets other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IpOctets other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => _length == 0 ? "none" : ToIPAddress().ToString();

    /// <summary>Same family and same octets.</summary>
    public static bool operator ==(IpOctets left, IpOctets right) => left.Equals(right);

    /// <summary>Another family or other octets.</summary>
    public static bool operator !=(IpOctets left, IpOctets right) => !left.Equals(right);

    [InlineArray(16)]
    private struct Sixteen
    {
        private byte _first;
    }
}
