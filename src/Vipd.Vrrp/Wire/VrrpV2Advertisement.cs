namespace Vipd.Vrrp.Wire;

/// <summary>
/// A VRRPv2 Advertisement (RFC 3768 §5.1; Auth Type 1 of RFC 2338), IPv4 only, read in place: 8 + 4n + 8 octets, n
/// 1..255, network order. It is valid for as long as the octets it was read from stay unchanged.
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |Version| Type  | Virtual Rtr ID|   Priority    | Count IP Addrs|
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   Auth Type   |   Adver Int   |          Checksum             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                       IP Address(es)                          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                     Authentication Data                       |
/// +                  (8 octets, with a password or without)       +
/// |                                                               |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// The checksum covers all of it and no pseudo header.
/// </summary>
public readonly ref struct VrrpV2Advertisement
{
    /// <summary>The version field.</summary>
    public const int VersionOfProtocol = 2;

    private const int AuthenticationTypeOffset = 4;
    private const int IntervalOffset = 5;
    private const int AddressLength = 4;

    private readonly ReadOnlySpan<byte> _message;

    private VrrpV2Advertisement(ReadOnlySpan<byte> message, Vrid vrid)
    {
        _message = message;
        Vrid = vrid;
    }

    /// <summary>The virtual router that the message speaks for.</summary>
    public Vrid Vrid { get; }

    /// <summary>The sender's priority; 0 says that it resigns.</summary>
    public Priority Priority => new(_message[MessageLayout.PriorityOffset]);

    /// <summary>Auth Type: 0 none, 1 password, 2 IP Authentication Header.</summary>
    public byte AuthenticationType => _message[AuthenticationTypeOffset];

    /// <summary>Adver Int: the sender's Advertisement_Interval in seconds, 1..255.</summary>
    public int IntervalSeconds => _message[IntervalOffset];

    /// <summary>Number of addresses, 1..255.</summary>
    public int AddressCount => _message[MessageLayout.CountOffset];

    /// <summary>The addresses as they lie in the message, 4 octets each.</summary>
    public ReadOnlySpan<byte> AddressOctets => _message[MessageLayout.HeaderLength..^VrrpV2Authentication.Length];

    /// <summary>8 octets; a password, or nothing in particular.</summary>
    public ReadOnlySpan<byte> AuthenticationData => _message[^VrrpV2Authentication.Length..];

    /// <summary>Octets of the message, padding left out.</summary>
    public int Length => _message.Length;

    /// <summary>
    /// The address at <paramref name="index"/>, 0..<see cref="AddressCount"/> - 1, in the sender's order.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No such address.</exception>
    public InternetAddress AddressAt(int index) =>
        InternetAddress.From(AddressOctets.Slice(index * AddressLength, AddressLength));

    /// <summary>Octets of a message with that many addresses.</summary>
    public static int LengthOf(int addressCount) =>
        MessageLayout.HeaderLength + (addressCount * AddressLength) + VrrpV2Authentication.Length;

    /// <summary>
    /// Reads the payload of an IPv4 packet and checks what can be known from it alone, in the order of RFC 3768 §7.1:
    /// version, type, completeness, checksum, and that VRID and interval are not 0. The exact length is what tells
    /// CARP, which has a valid checksum when read so. Not checked: TTL, authentication, whether the interval is ours.
    /// </summary>
    /// <param name="message">The octets behind the IP header.</param>
    /// <param name="header">Says whether padding may follow.</param>
    /// <param name="advertisement">The message, if the answer is <see cref="DiscardReason.None"/>.</param>
    public static DiscardReason Read(
        ReadOnlySpan<byte> message, in ReceivedHeader header, out VrrpV2Advertisement advertisement)
    {
        advertisement = default;
        DiscardReason reason = MessageLayout.Check(
            message, VersionOfProtocol, isIPv6: false, VrrpV2Authentication.Length, header.MayBePadded);
        if (reason != DiscardReason.None)
            return reason;

        message = message[..LengthOf(message[MessageLayout.CountOffset])];
        if (InternetChecksum.Of(message) != 0)
            return DiscardReason.ChecksumMismatch;
        if (!Vrid.TryFrom(message[MessageLayout.VridOffset], out Vrid vrid))
            return DiscardReason.VridUnknown;
        if (message[IntervalOffset] == 0)
            return DiscardReason.IntervalInvalid;

        advertisement = new VrrpV2Advertisement(message, vrid);
        return DiscardReason.None;
    }

    /// <summary>Writes a message and returns its length; nothing behind it is touched.</summary>
    /// <param name="destination">At least <see cref="LengthOf"/> octets.</param>
    /// <param name="vrid">The virtual router.</param>
    /// <param name="priority">The priority to announce.</param>
    /// <param name="intervalSeconds">Advertisement_Interval, 1..255 seconds.</param>
    /// <param name="addresses">1..255 IPv4 addresses.</param>
    /// <param name="authentication">None, or the password.</param>
    /// <exception cref="ArgumentException">A bug of the caller: a condition above does not hold.</exception>
    public static int Write(
        Span<byte> destination,
        Vrid vrid,
        Priority priority,
        int intervalSeconds,
        ReadOnlySpan<InternetAddress> addresses,
        VrrpV2Authentication authentication)
    {
        MessageLayout.ThrowIfNotWritable(vrid, addresses, isIPv6: false);
        ArgumentOutOfRangeException.ThrowIfLessThan(intervalSeconds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(intervalSeconds, byte.MaxValue);

        Span<byte> message = destination[..LengthOf(addresses.Length)];
        MessageLayout.Write(message, VersionOfProtocol, vrid, priority, addresses);
        message[AuthenticationTypeOffset] = authentication.Type;
        message[IntervalOffset] = (byte)intervalSeconds;
        authentication.CopyTo(message[^VrrpV2Authentication.Length..]);
        MessageLayout.SetChecksum(message, InternetChecksum.Of(message));
        return message.Length;
    }
}
