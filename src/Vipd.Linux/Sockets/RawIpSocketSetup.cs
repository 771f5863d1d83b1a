using System.Net;
using System.Runtime.InteropServices;
using Vipd.Linux.Interop;
using static Vipd.Linux.Interop.NetinetIn;

namespace Vipd.Linux.Sockets;

/// <summary>The options of a raw socket and its groups, once for each family (ip(7), ipv6(7)).</summary>
internal static unsafe class RawIpSocketSetup
{
    private const int LargestTimeToLive = 255;

    // CS6, internetwork control (RFC 4594 §3.1): what routing protocols send with.
    private const int InternetworkControl = 0xC0;

    internal static void ConfigureIPv4(FileDescriptor fd, InterfaceIndex index)
    {
        Set(fd, IP_TTL, LargestTimeToLive, "IP_TTL");
        Set(fd, IP_TOS, InternetworkControl, "IP_TOS");
        // The source stays what it was while somebody has taken that address off the interface for a moment.
        Set(fd, IP_TRANSPARENT, 1, "IP_TRANSPARENT");
        Set(fd, IP_MULTICAST_TTL, LargestTimeToLive, "IP_MULTICAST_TTL");
        Set(fd, IP_MULTICAST_LOOP, 0, "IP_MULTICAST_LOOP");
        // Without this, groups that any other socket of the machine has joined would be delivered here as well.
        Set(fd, IP_MULTICAST_ALL, 0, "IP_MULTICAST_ALL");
        Set(fd, IP_MULTICAST_IF, new MulticastRequest { imr_ifindex = index.Value }, "IP_MULTICAST_IF");
    }

    internal static void ConfigureIPv6(FileDescriptor fd, InterfaceIndex index, int checksumOffset)
    {
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
    }

    internal static void ChangeMembership(FileDescriptor fd, InterfaceIndex index, IPAddress group, bool joins)
    {
        var octets = IpOctets.From(group);
        if (octets.Length == 4)
        {
            var membership = new MulticastRequest
            {
                imr_multiaddr = MemoryMarshal.Read<uint>(octets.Span),
                imr_ifindex = index.Value,
            };
            Set(
                fd,
                joins ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP,
                membership,
                joins ? "IP_ADD_MEMBERSHIP" : "IP_DROP_MEMBERSHIP");
            return;
        }

        var membership6 = new MulticastRequest6 { ipv6mr_interface = (uint)index.Value };
        octets.Span.CopyTo(new Span<byte>(membership6.ipv6mr_multiaddr, 16));
        Set6(
            fd,
            joins ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP,
            membership6,
            joins ? "IPV6_JOIN_GROUP" : "IPV6_LEAVE_GROUP");
    }

    private static void Set<T>(FileDescriptor fd, int option, T value, string name)
        where T : unmanaged => SocketOptions.Set(fd, IPPROTO_IP, option, value, name);

    private static void Set6<T>(FileDescriptor fd, int option, T value, string name)
        where T : unmanaged => SocketOptions.Set(fd, IPPROTO_IPV6, option, value, name);
}
