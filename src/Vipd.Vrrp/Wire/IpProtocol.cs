namespace Vipd.Vrrp.Wire;

/// <summary>
/// The protocol field of IPv4 and the next header field of IPv6, as far as vipd sends and reads them.
/// </summary>
public enum IpProtocol : byte
{
    /// <summary>ICMPv6 (RFC 4443), which carries Neighbor Discovery.</summary>
    IcmpV6 = 58,

    /// <summary>VRRP (RFC 9568 §5.1.1.4).</summary>
    Vrrp = 112,
}
