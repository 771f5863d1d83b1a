using System.Buffers.Binary;

namespace Vipd.Vrrp.Wire;

/// <summary>
/// A Neighbor Solicitation (RFC 4861 §4.3) that asks the link who has an address; layout in
/// <see cref="NeighborMessage"/>, with the source link-layer address as its option (type 1). It is only written: vipd
/// answers none, the kernel does.
/// </summary>
/// <param name="Source">The asking node's own address, not unspecified: the answer goes there alone.</param>
/// <param name="Target">Who is asked for.</param>
/// <param name="SourceLinkLayerAddress">Where the asking node is.</param>
public readonly record struct NeighborSolicitation(
    InternetAddress Source, InternetAddress Target, MacAddress SourceLinkLayerAddress)
{
    /// <summary>Octets that <see cref="WriteTo"/> writes.</summary>
    public const int Length =
        NeighborMessage.IPv6HeaderLength + NeighborMessage.MessageLength + NeighborMessage.OptionLength;

    private const byte TypeNeighborSolicitation = 135;
    private const byte OptionSourceLinkLayerAddress = 1;

    // ff02::1:ff00:0000/104.
    private static readonly InternetAddress SolicitedNodePrefix = InternetAddress.Parse("ff02::1:ff00:0");

    /// <summary>The solicited-node group of the target (RFC 4291 §2.7.1): ff02::1:ff and its last 24 bits.</summary>
    public InternetAddress Destination
    {
        get
        {
            Span<byte> octets = stackalloc byte[16];
            SolicitedNodePrefix.CopyTo(octets);
            BinaryPrimitives.WriteUInt64BigEndian(octets[8..], SolicitedNodePrefix.Low | (Target.Low & 0xFF_FFFF));
            return InternetAddress.From(octets);
        }
    }

    /// <summary>Writes the packet with its IPv6 header, and returns its length.</summary>
    /// <exception cref="InvalidOperationException">A bug of the caller: one of the addresses is not IPv6.</exception>
    public int WriteTo(Span<byte> destination) => NeighborMessage.Write(
        destination,
        (TypeNeighborSolicitation, 0),
        (Source, Destination, Target),
        (OptionSourceLinkLayerAddress, SourceLinkLayerAddress));
}
