using System.Net;
using System.Runtime.InteropServices;
using Vipd.Linux.Interop;
using static Vipd.Linux.Interop.NetinetIn;

namespace Vipd.Linux.Sockets;

/// <summary>The options of a multicast raw socket, once for each family (ip(7), ipv6(7)).</summary>
internal static unsafe class RawIpSocketSetup
{
    private const int LargestTimeToLive = 255;

    // CS6, internetwork control (RFC 4594 §3.1): what routing protocols send with.
    private const int InternetworkControl = 0xC0;

    internal static void ConfigureIPv4(FileDescriptor fd, InterfaceIndex index, IPAddress group)
    {
        var membership = new MulticastRequest
        {
            imr_multiaddr = MemoryMarshal.Read<uint>(IpOctets.From(group).Span),
            imr_ifindex = index.Value,
        };
        Set(fd, IP_TTL, LargestTimeToLive, "IP_TTL");
        Set(fd, IP_TOS, InternetworkControl, "IP_TOS");
        Set(fd, IP_PKTINFO, 1, "IP_PKTINFO");
        // The source stays what it was while somebody has taken that address off the interface for a moment.
        Set(fd, IP_TRANSPARENT, 1, "IP_TRANSPARENT");
        Set(fd, IP_MULTICAST_TTL, LargestTimeToLive, "IP_MULTICAST_TTL");
        Set(fd, IP_MULTICAST_LOOP, 0, "IP_MULTICAST_LOOP");
        // Without this, groups that any other socket of the machine has joined would be delivered here as well.
        Set(fd, IP_MULTICAST_ALL, 0, "IP_MULTICAST_ALL");
        Set(fd, IP_MULTICAST_IF, new MulticastRequest { imr_ifindex = index.Value }, "IP_MULTICAST_IF");
        Set(fd, IP_ADD_MEMBERSHIP, membership, "IP_ADD_MEMBERSHIP");
    }

    internal static void ConfigureIPv6(FileDescriptor fd, InterfaceIndex index, IPAddress group, int checksumOffset)
    {
        var membership = new MulticastRequest6 { ipv6mr_interface = (uint)index.Value };
        IpOctets.From(group).Span.CopyTo(new Span<byte>(membership.ipv6mr_multiaddr, 16));
        // The kernel fills the checksum in when sending and drops what has a wrong one (RFC 3542 §3.1).
        Set6(fd, IPV6_CHECKSUM, checksumOffset, "IPV6_CHECKSUM");
        Set6(fd, IPV6_UNICAST_HOPS, LargestTimeToLive, "IPV6_UNICAST_HOPS");
        Set6(fd, IPV6_TCLASS, InternetworkControl, "IPV6_TCLASS");
        Set6(fd, IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO");
        Set6(fd, IPV6_RECVHOPLIMIT, 1, "IPV6_RECVHOPLIMIT");
        Set6(fd, IPV6_MULTICAST_HOPS, LargestTimeToLive, "IPV6_MULTICAST_HOPS");
        Set6(fd, IPV6_MULTICAST_LOOP, 0, "IPV6_MULTICAST_LOOP");
        // Linux 4.20 and later.
        _ = SocketOptions.SetIfKnown(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0, "IPV6_MULTICAST_ALL");
        Set6(fd, IPV6_MULTICAST_IF, index.Value, "IPV6_MULTICAST_IF");
        Set6(fd, IPV6_JOIN_GROUP, membership, "IPV6_JOIN_GROUP");
    }

    private static void Set<T>(FileDescriptor fd, int option, T value, string name)
        where T : unmanaged => SocketOptions.Set(fd, IPPROTO_IP, option, value, name);

    private static void Set6<T>(FileDescriptor fd, int option, T value, string name)
        where T : unmanaged => SocketOptions.Set(fd, IPPROTO_IPV6, option, value, name);
}
