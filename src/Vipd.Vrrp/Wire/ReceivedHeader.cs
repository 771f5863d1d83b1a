namespace Vipd.Vrrp.Wire;

/// <summary>What the receive checks need to know from the IP header and the socket.</summary>
/// <param name="TimeToLive">TTL (IPv4) or hop limit (IPv6), 0..255.</param>
/// <param name="Source">Source address; its family is that of the packet.</param>
/// <param name="Destination">Destination address: the group, or this node.</param>
/// <param name="MayBePadded">
/// The length of the message is the link's, not the IP header's, so that the padding of a short Ethernet frame may
/// follow. False for a raw socket, where the kernel has cut the packet to its total length.
/// </param>
public readonly record struct ReceivedHeader(
    byte TimeToLive, InternetAddress Source, InternetAddress Destination, bool MayBePadded = false)
{
    /// <summary>Whether the packet was sent to a group: 224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => Destination.IsIPv6 ? Destination.High >> 56 == 0xFF : Destination.Low >> 28 == 0xE;
}
