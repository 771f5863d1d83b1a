namespace Vipd.Vrrp.Wire;

/// <summary>
/// What the checksum of a VRRPv3 message covers. For IPv4, RFC 9568 §5.2.8 means the message alone while keepalived,
/// FRR and others put a pseudo header before it (the reading of RFC 5798); both are accepted. IPv6 always has the
/// pseudo header.
/// </summary>
public enum ChecksumForm : byte
{
    /// <summary>
    /// Pseudo header and message: IPv6 always; IPv4 with keepalived, FRR and, unless configured otherwise, vipd.
    /// </summary>
    PseudoHeader,

    /// <summary>The message alone: IPv4 as RFC 9568 writes it.</summary>
    MessageOnly,
}
