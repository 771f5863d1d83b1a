using System.Buffers.Binary;

namespace Vipd.Vrrp.Wire;

/// <summary>
/// An Ethernet II frame, read in place: destination (6), source (6), type (2), payload; the frame check sequence and
/// the padding of a short frame are the driver's. VLAN tags are not read: the kernel takes them off, and a tagged
/// frame shows as a frame of type 0x8100.
/// </summary>
public readonly ref struct EthernetFrame
{
    /// <summary>Octets before the payload.</summary>
    public const int HeaderLength = (2 * MacAddress.Length) + 2;

    private EthernetFrame(ReadOnlySpan<byte> frame)
    {
        Destination = new MacAddress(frame[..MacAddress.Length]);
        Source = new MacAddress(frame.Slice(MacAddress.Length, MacAddress.Length));
        Type = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[(2 * MacAddress.Length)..]);
        Payload = frame[HeaderLength..];
    }

    /// <summary>To whom.</summary>
    public MacAddress Destination { get; }

    /// <summary>From whom.</summary>
    public MacAddress Source { get; }

    /// <summary>What the payload is; any value.</summary>
    public EtherType Type { get; }

    /// <summary>
    /// The octets behind the header, with the padding of a short frame if the link has left it there.
    /// </summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>False if the octets end before the payload.</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, out EthernetFrame frame)
    {
        frame = octets.Length < HeaderLength ? default : new EthernetFrame(octets);
        return octets.Length >= HeaderLength;
    }

    /// <summary>Writes the header, 14 octets, and returns its length: the payload goes behind it.</summary>
    public static int WriteHeader(Span<byte> destination, MacAddress to, MacAddress from, EtherType type)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination.Slice(2 * MacAddress.Length, 2), (ushort)type);
        to.CopyTo(destination);
        from.CopyTo(destination[MacAddress.Length..]);
        return HeaderLength;
    }
}
