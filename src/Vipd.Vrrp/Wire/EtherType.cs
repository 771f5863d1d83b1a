namespace Vipd.Vrrp.Wire;

/// <summary>
/// What an Ethernet frame carries, as far as vipd sends and reads it (IEEE 802 numbers; any other value may be read).
/// </summary>
public enum EtherType : ushort
{
    /// <summary>IPv4.</summary>
    IPv4 = 0x0800,

    /// <summary>ARP (RFC 826).</summary>
    Arp = 0x0806,

    /// <summary>IPv6 (RFC 2464 §3).</summary>
    IPv6 = 0x86DD,
}
