namespace Vipd.Vrrp.Wire;

/// <summary>
/// Why a received message was thrown away. Bad input from the wire is never an exception: it is one of these, counted
/// and logged at a limited rate. The members stand in the order in which the checks are made.
/// </summary>
public enum DiscardReason : byte
{
    /// <summary>Nothing is wrong: the message is to be handled.</summary>
    None,

    /// <summary>
    /// RFC 9568 §7.1, first check: a multicast message without TTL or hop limit 255 has crossed a router, so its
    /// sender is not on this link. Somebody forwards the group, or forges.
    /// </summary>
    TtlNotMaximum,

    /// <summary>
    /// RFC 9568 §7.1, RFC 3768 §7.1: the version is not this router's. A peer is configured for the other version, or
    /// speaks CARP, which shares the protocol number and the group. With a peer of the same VRID there are two Active
    /// Routers.
    /// </summary>
    VersionMismatch,

    /// <summary>RFC 9568 §7.1: the type is not 1 (ADVERTISEMENT, §5.2.2), the only one that exists.</summary>
    TypeUnknown,

    /// <summary>
    /// RFC 9568 §7.1: the message ends before its fixed fields, or before the last of the addresses that it announces.
    /// </summary>
    PacketTruncated,

    /// <summary>RFC 9568 §5.2.5: the message announces no address; the minimum is 1.</summary>
    AddressCountZero,

    /// <summary>
    /// Octets follow the last address (and are not the padding of a short frame). Another protocol in VRRP's clothes,
    /// or a peer that authenticates while this router does not.
    /// </summary>
    LengthMismatch,

    /// <summary>
    /// RFC 9568 §7.1: the checksum fits neither with nor (IPv4) without the pseudo header: damage on the way, or an
    /// address that was translated.
    /// </summary>
    ChecksumMismatch,

    /// <summary>
    /// RFC 9568 §7.1: no router with this VRID and address family is configured on the receiving interface. Ordinary
    /// where several virtual routers share a link; a sign of a wrong VRID where they don't.
    /// </summary>
    VridUnknown,

    /// <summary>
    /// A Max Advertise Interval of 0 (RFC 9568 §5.2.7 leaves it open): learned, it would make Active_Down_Interval 0
    /// and every Backup Router take over at once.
    /// </summary>
    IntervalInvalid,

    /// <summary>
    /// RFC 9568 §7.1: this router owns the addresses (priority 255) and listens to nobody. A peer that sends here
    /// believes that it is Active.
    /// </summary>
    AddressOwnerLocal,

    /// <summary>
    /// The source is this router's own primary address: our message came back (a loop in the network, a mirrored
    /// port), or two nodes have the same address.
    /// </summary>
    OwnAdvertisement,

    /// <summary>
    /// This router goes by the group, and a message came by unicast: the peer is configured for unicast, and with
    /// nobody hearing the other there are two Active Routers.
    /// </summary>
    UnicastUnexpected,

    /// <summary>This router goes by unicast, and a message came by the group; see the reason before.</summary>
    MulticastUnexpected,

    /// <summary>
    /// Unicast: the TTL or hop limit is below the configured minimum, so the sender is too far away for a peer.
    /// </summary>
    TtlBelowMinimum,

    /// <summary>
    /// Unicast: the source is none of the configured peers. A peer is not configured here, or somebody forges.
    /// </summary>
    SourceUnknown,

    /// <summary>
    /// VRRPv2, RFC 3768 §7.1: Auth Type is not the configured one: only one of the two has a password.
    /// </summary>
    AuthenticationTypeMismatch,

    /// <summary>VRRPv2: another password.</summary>
    PasswordMismatch,

    /// <summary>
    /// None of the advertised addresses is one of ours: another cluster uses this VRID on this link. RFC 9568 §7.1 lets
    /// a receiver take the message all the same; two clusters in one election would leave one without its addresses.
    /// </summary>
    AddressesUnrelated,

    /// <summary>VRRPv2, RFC 3768 §7.1: the interval is not the configured one. (VRRPv3 learns it.)</summary>
    IntervalMismatch,
}
