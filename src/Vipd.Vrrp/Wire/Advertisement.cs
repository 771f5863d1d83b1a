using System.Buffers.Binary;

namespace Vipd.Vrrp.Wire;

/// <summary>
/// A VRRPv3 Advertisement (RFC 9568 §5.2), read in place: 8 + 4n octets (IPv4) or 8 + 16n octets (IPv6), n 1..255,
/// network order. It is valid for as long as the octets it was read from stay unchanged.
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |Version| Type  | Virtual Rtr ID|   Priority    |IPvX Addr Count|
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |Reserve| Max Advertise Interval|          Checksum             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                                                               |
/// +                       IPvX Address(es)                        +
/// |                                                               |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </summary>
public readonly ref struct Advertisement
{
    /// <summary>Octets before the addresses.</summary>
    public const int HeaderLength = MessageLayout.HeaderLength;

    /// <summary>The most addresses that the count field can announce.</summary>
    public const int MaximumAddressCount = 255;

    /// <summary>Octets of the longest message: 255 IPv6 addresses.</summary>
    public const int MaximumLength = HeaderLength + (16 * MaximumAddressCount);

    internal const int VersionOfProtocol = 3;

    private const int IntervalOffset = 4;

    private readonly ReadOnlySpan<byte> _message;

    private Advertisement(ReadOnlySpan<byte> message, bool isIPv6, Vrid vrid, Centiseconds interval, ChecksumForm form)
    {
        _message = message;
        IsIPv6 = isIPv6;
        Vrid = vrid;
        MaxAdvertiseInterval = interval;
        ChecksumForm = form;
    }

    /// <summary>The family of the addresses, which is that of the packet (RFC 9568 §5.2.9).</summary>
    public bool IsIPv6 { get; }

    /// <summary>The virtual router that the message speaks for.</summary>
    public Vrid Vrid { get; }

    /// <summary>The sender's priority; 0 says that it resigns.</summary>
    public Priority Priority => new(_message[MessageLayout.PriorityOffset]);

    /// <summary>The interval that the sender announces, hundredths of a second.</summary>
    public Centiseconds MaxAdvertiseInterval { get; }

    /// <summary>The four bits before the interval: sent as 0, ignored on reception (RFC 9568 §5.2.6).</summary>
    public int Reserved => _message[IntervalOffset] >> 4;

    /// <summary>Number of addresses, 1..255.</summary>
    public int AddressCount => _message[MessageLayout.CountOffset];

    /// <summary>Which form of checksum the sender uses.</summary>
    public ChecksumForm ChecksumForm { get; }

    /// <summary>Octets of the message, padding left out.</summary>
    public int Length => _message.Length;

    /// <summary>The addresses as they lie in the message, 4 or 16 octets each.</summary>
    public ReadOnlySpan<byte> AddressOctets => _message[HeaderLength..];

    /// <summary>
    /// The address at <paramref name="index"/>, 0..<see cref="AddressCount"/> - 1, in the sender's order.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No such address.</exception>
    public InternetAddress AddressAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, AddressCount);
        int length = MessageLayout.AddressLength(IsIPv6);
        return InternetAddress.From(AddressOctets.Slice(index * length, length));
    }

    /// <summary>Octets of a message with that many addresses.</summary>
    public static int LengthOf(int addressCount, bool isIPv6) =>
        HeaderLength + (addressCount * MessageLayout.AddressLength(isIPv6));

    /// <summary>
    /// Reads the payload of a packet and checks what can be known from it alone, in the order of RFC 9568 §7.1:
    /// version, type, completeness, checksum, and that VRID and interval are not 0. Not checked: TTL, whether anybody
    /// has that VRID, whether the addresses are the configured ones.
    /// </summary>
    /// <param name="message">The octets behind the IP header.</param>
    /// <param name="header">Its addresses are part of the checksum; their family is that of the message.</param>
    /// <param name="advertisement">The message, if the answer is <see cref="DiscardReason.None"/>.</param>
    public static DiscardReason Read(
        ReadOnlySpan<byte> message, in ReceivedHeader header, out Advertisement advertisement)
    {
        advertisement = default;
        bool isIPv6 = header.Source.IsIPv6;
        DiscardReason reason = MessageLayout.Check(
            message, VersionOfProtocol, isIPv6, trailerLength: 0, header.MayBePadded);
        if (reason != DiscardReason.None)
            return reason;

        message = message[..LengthOf(message[MessageLayout.CountOffset], isIPv6)];
        if (!TryMatchChecksum(message, header.Source, header.Destination, out ChecksumForm form))
            return DiscardReason.ChecksumMismatch;
        if (!Vrid.TryFrom(message[MessageLayout.VridOffset], out Vrid vrid))
            return DiscardReason.VridUnknown;
        int field = BinaryPrimitives.ReadUInt16BigEndian(message[IntervalOffset..]) & 0x0FFF;
        if (!Centiseconds.TryFrom(field, out Centiseconds interval))
            return DiscardReason.IntervalInvalid;

        advertisement = new Advertisement(message, isIPv6, vrid, interval, form);
        return DiscardReason.None;
    }

    /// <summary>Writes a message and returns its length; nothing behind it is touched.</summary>
    /// <param name="destination">At least <see cref="LengthOf"/> octets.</param>
    /// <param name="vrid">The virtual router.</param>
    /// <param name="priority">The priority to announce.</param>
    /// <param name="interval">The Max Advertise Interval.</param>
    /// <param name="addresses">1..255 addresses of one family.</param>
    /// <param name="source">Source of the packet, of the same family; part of the pseudo header.</param>
    /// <param name="group">Destination of the packet (the group or a unicast peer), of the same family.</param>
    /// <param name="form">What the checksum covers; IPv6 knows <see cref="ChecksumForm.PseudoHeader"/> only.</param>
    /// <exception cref="ArgumentException">A bug of the caller: a condition above does not hold.</exception>
    public static int Write(
        Span<byte> destination,
        Vrid vrid,
        Priority priority,
        Centiseconds interval,
        ReadOnlySpan<InternetAddress> addresses,
        InternetAddress source,
        InternetAddress group,
        ChecksumForm form)
    {
        MessageLayout.ThrowIfNotWritable(vrid, addresses, source.IsIPv6);
        ArgumentOutOfRangeException.ThrowIfZero(interval.Value, nameof(interval));
        if (group.IsIPv6 != source.IsIPv6)
            throw new ArgumentException("source and destination differ in family", nameof(group));
        if (source.IsIPv6 && form != ChecksumForm.PseudoHeader)
            throw new ArgumentException("IPv6 always covers the pseudo header", nameof(form));

        Span<byte> message = destination[..LengthOf(addresses.Length, source.IsIPv6)];
        MessageLayout.Write(message, VersionOfProtocol, vrid, priority, addresses);
        BinaryPrimitives.WriteUInt16BigEndian(message[IntervalOffset..], (ushort)interval.Value);
        MessageLayout.SetChecksum(message, Checksum(message, source, group, form));
        return message.Length;
    }

    /// <summary>
    /// Changes the priority inside a message that <see cref="Write"/> has written, and its checksum with it,
    /// whichever form that has: what a sender does who keeps its packet ready. VRRPv2 has both in the same place, so
    /// that this does for its messages too.
    /// </summary>
    public static void ChangePriority(Span<byte> message, Priority priority)
    {
        Span<byte> word = message.Slice(MessageLayout.PriorityOffset, 2);
        Span<byte> checksumField = message.Slice(MessageLayout.ChecksumOffset, 2);
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(word);
        word[0] = priority.Value;
        ushort after = BinaryPrimitives.ReadUInt16BigEndian(word);
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(checksumField);
        BinaryPrimitives.WriteUInt16BigEndian(checksumField, InternetChecksum.Update(checksum, before, after));
    }

    private static bool TryMatchChecksum(
        ReadOnlySpan<byte> message, InternetAddress source, InternetAddress destination, out ChecksumForm form)
    {
        form = ChecksumForm.PseudoHeader;
        if (Checksum(message, source, destination, form) == 0)
            return true;
        form = ChecksumForm.MessageOnly;
        return !source.IsIPv6 && Checksum(message, source, destination, form) == 0;
    }

    private static ushort Checksum(
        ReadOnlySpan<byte> message, InternetAddress source, InternetAddress destination, ChecksumForm form) =>
        form == ChecksumForm.PseudoHeader
            ? InternetChecksum.Of(message, source, destination, IpProtocol.Vrrp)
            : InternetChecksum.Of(message);
}
