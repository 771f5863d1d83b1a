using System.Diagnostics.CodeAnalysis;

namespace Vipd.Linux.Sockets;

/// <summary>What the kernel says about a datagram in a <see cref="DatagramBatch"/>.</summary>
public readonly struct IpDatagram
{
    private readonly IpOctets _source;
    private readonly IpOctets _destination;

    internal IpDatagram(ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, Range payload, byte timeToLive)
    {
        _source = new IpOctets(source);
        _destination = new IpOctets(destination);
        PayloadOffset = payload.Start.Value;
        PayloadLength = payload.End.Value - payload.Start.Value;
        TimeToLive = timeToLive;
    }

    /// <summary>Where the payload starts: behind the IPv4 header and its options; 0 for IPv6.</summary>
    public int PayloadOffset { get; }

    /// <summary>
    /// Octets of payload, by the IPv4 header's total length, so that padding of the link is none of it.
    /// </summary>
    public int PayloadLength { get; }

    /// <summary>IPv4 TTL or IPv6 hop limit as received.</summary>
    public byte TimeToLive { get; }

    /// <summary>The destination is a multicast group (224.0.0.0/4, ff00::/8).</summary>
    public bool IsMulticast => Destination is [>= 224 and <= 239, _, _, _] or [0xFF, _, _, _, _, ..];

    /// <summary>The sender: 4 or 16 octets, network order.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Source => _source.Span;

    /// <summary>The destination: 4 or 16 octets, network order.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Destination => _destination.Span;
}
