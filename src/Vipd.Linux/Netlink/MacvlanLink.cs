namespace Vipd.Linux.Netlink;

/// <summary>A macvlan interface.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Parent">The interface that it lies on.</param>
/// <param name="LinkLayerAddress">Its own hardware address, 6 octets.</param>
/// <param name="Alias">IFLA_IFALIAS; empty if nobody gave one.</param>
/// <param name="IsUp">IFF_UP.</param>
public sealed record MacvlanLink(
    InterfaceIndex Index, string Name, InterfaceIndex Parent, byte[] LinkLayerAddress, string Alias, bool IsUp);

/// <summary>What is needed to make a macvlan; it is made down, in mode bridge.</summary>
/// <param name="Index">The number that it gets; 0: the kernel chooses.</param>
/// <param name="Name">Up to 15 octets.</param>
/// <param name="Parent">The interface that it lies on.</param>
/// <param name="LinkLayerAddress">6 octets.</param>
/// <param name="Alias">A note that stays with the interface, up to 255 octets.</param>
public sealed record MacvlanRequest(
    InterfaceIndex Index, string Name, InterfaceIndex Parent, ReadOnlyMemory<byte> LinkLayerAddress, string Alias);

/// <summary>
/// How an interface treats ARP (ip-sysctl, net.ipv4.conf.*): its own values; the kernel goes by the larger of these and
/// those of conf/all.
/// </summary>
/// <param name="Ignore">arp_ignore: 0 answers on any interface for an address of any other, 1 for its own
/// alone.</param>
/// <param name="Announce">arp_announce: 0 asks in the name of whatever address the packet has, 2 always in that of the
/// interface.</param>
public readonly record struct ArpConduct(int Ignore, int Announce);
