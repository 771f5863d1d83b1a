using System.Net;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>An address that an interface carries.</summary>
/// <param name="Interface">The interface.</param>
/// <param name="Address">The interface's own address, without a scope identifier.</param>
/// <param name="PrefixLength">0..32 or 0..128.</param>
/// <param name="ProtocolTag">IFA_PROTO; null where nobody set it and before Linux 5.18.</param>
/// <param name="ValidSeconds">What is left of its life; uint.MaxValue for ever.</param>
/// <param name="PreferredSeconds">What is left until it is deprecated; uint.MaxValue for ever.</param>
/// <param name="Flags">IFA_F_ flags of linux/if_addr.h.</param>
/// <param name="Scope">RT_SCOPE_ of linux/rtnetlink.h: 0 global, 253 link, 254 host.</param>
public sealed record InterfaceAddress(
    InterfaceIndex Interface,
    IPAddress Address,
    byte PrefixLength,
    byte? ProtocolTag,
    uint ValidSeconds,
    uint PreferredSeconds,
    uint Flags,
    byte Scope)
{
    /// <summary>
    /// When it was added, in hundredths of a second since the machine started, modulo 2^32; renewing does not change
    /// it, so that together with the interface it tells an address from the same one removed and added again.
    /// </summary>
    public uint CreatedAt { get; init; }

    /// <summary>
    /// IPv4: another address of the same subnet came first. (For IPv6 the same bit means "temporary".)
    /// </summary>
    public bool IsSecondary => (Flags & LinuxIfAddr.IFA_F_SECONDARY) != 0;

    /// <summary>IPv6: Duplicate Address Detection has not ended; it can't be used yet.</summary>
    public bool IsTentative => (Flags & LinuxIfAddr.IFA_F_TENTATIVE) != 0;
}

/// <summary>A network interface.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="LinkLayerAddress">Its hardware address: 6 octets for Ethernet, 0..32 for others.</param>
/// <param name="IsUp">IFF_UP: the administrator wants it up.</param>
/// <param name="HasCarrier">IFF_LOWER_UP and IFF_RUNNING: it is up, the medium is there, and packets pass.</param>
/// <param name="MaximumTransmissionUnit">Octets of the largest packet behind the link's header.</param>
public sealed record InterfaceLink(
    InterfaceIndex Index,
    string Name,
    byte[] LinkLayerAddress,
    bool IsUp,
    bool HasCarrier,
    int MaximumTransmissionUnit);
