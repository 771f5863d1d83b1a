using System.Buffers.Binary;
using static Vipd.Vrrp.Wire.NeighborMessage;

namespace Vipd.Vrrp.Wire;

/// <summary>
/// A Neighbor Advertisement (RFC 4861 §4.4) with its IPv6 header; layout in <see cref="NeighborMessage"/>, with type
/// 136, the flags R S O and the target link-layer address as its option (type 2).
/// </summary>
public readonly record struct NeighborAdvertisement
{
    /// <summary>
    /// Octets that <see cref="WriteTo"/> writes when there is a link-layer address, and the most that it writes.
    /// </summary>
    public const int MaximumLength = IPv6HeaderLength + MessageLength + OptionLength;

    private const byte TypeNeighborAdvertisement = 136;
    private const byte OptionTargetLinkLayerAddress = 2;
    private const byte RouterBit = 0x80;
    private const byte SolicitedBit = 0x40;
    private const byte OverrideBit = 0x20;

    /// <summary>The all-nodes group ff02::1.</summary>
    public static InternetAddress AllNodes { get; } = InternetAddress.Parse("ff02::1");

    /// <summary>Source of the packet.</summary>
    public required InternetAddress Source { get; init; }

    /// <summary>Destination of the packet.</summary>
    public required InternetAddress Destination { get; init; }

    /// <summary>The address that the message speaks of.</summary>
    public required InternetAddress Target { get; init; }

    /// <summary>Where the target is; null if the message does not say.</summary>
    public MacAddress? TargetLinkLayerAddress { get; init; }

    /// <summary>
    /// R: the sender is a router. A host that hears it cleared drops the sender from its default routers.
    /// </summary>
    public bool IsRouter { get; init; }

    /// <summary>S: the answer to a solicitation.</summary>
    public bool IsSolicited { get; init; }

    /// <summary>O: replaces what the receiver has cached.</summary>
    public bool IsOverride { get; init; }

    /// <summary>The announcement of RFC 4861 §7.2.6: from the address itself, to all nodes, override set.</summary>
    public static NeighborAdvertisement Unsolicited(InternetAddress address, MacAddress at, bool isRouter) => new()
    {
        Source = address,
        Destination = AllNodes,
        Target = address,
        TargetLinkLayerAddress = at,
        IsRouter = isRouter,
        IsOverride = true,
    };

    /// <summary>
    /// Reads an IPv6 packet with the validity checks of RFC 4861 §7.1.2; false if one fails, if the packet is no
    /// Neighbor Advertisement, or if extension headers stand before it. Octets behind the payload length are ignored.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> packet, out NeighborAdvertisement advertisement)
    {
        advertisement = default;
        if (packet.Length < IPv6HeaderLength + MessageLength || packet[0] >> 4 != 6)
            return false;
        int payloadLength = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        if (payloadLength < MessageLength || packet.Length < IPv6HeaderLength + payloadLength)
            return false;
        if (packet[6] != (byte)IpProtocol.IcmpV6 || packet[7] != HopLimit)
            return false;

        InternetAddress source = InternetAddress.From(packet[8..24]);
        InternetAddress destination = InternetAddress.From(packet[24..40]);
        ReadOnlySpan<byte> message = packet.Slice(IPv6HeaderLength, payloadLength);
        if (InternetChecksum.Of(message, source, destination, IpProtocol.IcmpV6) != 0)
            return false;
        if (message[0] != TypeNeighborAdvertisement || message[1] != 0)
            return false;
        if (!TryReadOptions(message[MessageLength..], out MacAddress? linkLayerAddress))
            return false;

        advertisement = new NeighborAdvertisement
        {
            Source = source,
            Destination = destination,
            Target = InternetAddress.From(message[8..24]),
            TargetLinkLayerAddress = linkLayerAddress,
            IsRouter = (message[4] & RouterBit) != 0,
            IsSolicited = (message[4] & SolicitedBit) != 0,
            IsOverride = (message[4] & OverrideBit) != 0,
        };
        return !IsMulticast(advertisement.Target) && !(advertisement.IsSolicited && IsMulticast(destination));
    }

    /// <summary>Writes the packet, 72 octets or 64 without a link-layer address, and returns its length.</summary>
    /// <exception cref="InvalidOperationException">A bug of the caller: one of the addresses is not IPv6.</exception>
    public int WriteTo(Span<byte> destination) => NeighborMessage.Write(
        destination,
        (
            TypeNeighborAdvertisement,
            (byte)((IsRouter ? RouterBit : 0) | (IsSolicited ? SolicitedBit : 0) | (IsOverride ? OverrideBit : 0))),
        (Source, Destination, Target),
        (OptionTargetLinkLayerAddress, TargetLinkLayerAddress));

    // §4.6: type, length in units of 8 octets, which must not be 0 or the walk would not end. Unknown options are
    // skipped.
    private static bool TryReadOptions(ReadOnlySpan<byte> options, out MacAddress? linkLayerAddress)
    {
        linkLayerAddress = null;
        while (!options.IsEmpty)
        {
            int length = options.Length < 2 ? 0 : options[1] * 8;
            if (length == 0 || length > options.Length)
                return false;
            if (options[0] == OptionTargetLinkLayerAddress && length == OptionLength)
                linkLayerAddress = new MacAddress(options[2..8]);
            options = options[length..];
        }
        return true;
    }

    private static bool IsMulticast(InternetAddress address) => address.High >> 56 == 0xFF;
}
