using System.Buffers.Binary;

namespace Vipd.Vrrp.Wire;

/// <summary>
/// An ARP packet for IPv4 over Ethernet (RFC 826), 28 octets in network order:
/// <code>
/// hardware type = 1 (2) | protocol type = 0x0800 (2) | hardware length = 6 (1) | protocol length = 4 (1)
/// operation (2) | sender hardware address (6) | sender protocol address (4)
///               | target hardware address (6) | target protocol address (4)
/// </code>
/// </summary>
public readonly record struct ArpPacket
{
    /// <summary>Octets of a packet.</summary>
    public const int Length = 28;

    // Hardware type Ethernet, protocol type IPv4, address lengths 6 and 4: the same in each packet we send or read.
    private const ulong FixedPart = 0x0001_0800_0604;

    /// <summary>Request or reply.</summary>
    public required ArpOperation Operation { get; init; }

    /// <summary>The link-layer address that receivers shall learn.</summary>
    public required MacAddress SenderHardwareAddress { get; init; }

    /// <summary>The IPv4 address that it is learned for.</summary>
    public required InternetAddress SenderProtocolAddress { get; init; }

    /// <summary>Without meaning in a request, where senders put zeros, ones or their own address.</summary>
    public required MacAddress TargetHardwareAddress { get; init; }

    /// <summary>The IPv4 address that is asked for, or the receiver of a reply.</summary>
    public required InternetAddress TargetProtocolAddress { get; init; }

    /// <summary>
    /// Whether the packet announces its sender instead of asking or answering: both protocol addresses are equal and,
    /// in a reply, both hardware addresses too (what Linux demands: arp_is_garp in net/ipv4/arp.c).
    /// </summary>
    public bool IsGratuitous => SenderProtocolAddress == TargetProtocolAddress
        && (Operation == ArpOperation.Request || SenderHardwareAddress == TargetHardwareAddress);

    /// <summary>
    /// An ARP Announcement (RFC 5227 §3: a request, since every host learns from requests). The target hardware
    /// address, which nobody should read, is all ones as in keepalived's and FRR's.
    /// </summary>
    public static ArpPacket GratuitousRequest(InternetAddress address, MacAddress at) => new()
    {
        Operation = ArpOperation.Request,
        SenderHardwareAddress = at,
        SenderProtocolAddress = address,
        TargetHardwareAddress = MacAddress.Broadcast,
        TargetProtocolAddress = address,
    };

    /// <summary>
    /// The announcement as a reply, for those who learn from replies only; see <see cref="IsGratuitous"/>.
    /// </summary>
    public static ArpPacket GratuitousReply(InternetAddress address, MacAddress at) => new()
    {
        Operation = ArpOperation.Reply,
        SenderHardwareAddress = at,
        SenderProtocolAddress = address,
        TargetHardwareAddress = at,
        TargetProtocolAddress = address,
    };

    /// <summary>
    /// Reads the payload of a frame. False: shorter than 28 octets, not IPv4 over Ethernet, or an operation that is
    /// neither request nor reply. Padding may follow. Not checked: whether the addresses make sense.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out ArpPacket packet)
    {
        packet = default;
        if (octets.Length < Length || BinaryPrimitives.ReadUInt64BigEndian(octets) >> 16 != FixedPart)
            return false;
        var operation = (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(octets[6..]);
        if (operation is not (ArpOperation.Request or ArpOperation.Reply))
            return false;
        packet = new ArpPacket
        {
            Operation = operation,
            SenderHardwareAddress = new MacAddress(octets[8..14]),
            SenderProtocolAddress = InternetAddress.From(octets[14..18]),
            TargetHardwareAddress = new MacAddress(octets[18..24]),
            TargetProtocolAddress = InternetAddress.From(octets[24..28]),
        };
        return true;
    }

    /// <summary>Writes 28 octets and returns that length.</summary>
    /// <exception cref="InvalidOperationException">A bug of the caller: a protocol address is not IPv4.</exception>
    public int WriteTo(Span<byte> destination)
    {
        if (SenderProtocolAddress.IsIPv6 || TargetProtocolAddress.IsIPv6)
            throw new InvalidOperationException("ARP is for IPv4");
        Span<byte> packet = destination[..Length];
        BinaryPrimitives.WriteUInt64BigEndian(packet, (FixedPart << 16) | (ushort)Operation);
        SenderHardwareAddress.CopyTo(packet[8..]);
        SenderProtocolAddress.CopyTo(packet[14..]);
        TargetHardwareAddress.CopyTo(packet[18..]);
        TargetProtocolAddress.CopyTo(packet[24..]);
        return Length;
    }
}
