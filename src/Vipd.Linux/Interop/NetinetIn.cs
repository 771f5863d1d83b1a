using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>netinet/in.h</summary>
internal static class NetinetIn
{
    internal const int IPPROTO_IP = 0;
    internal const int IPPROTO_TCP = 6;
    internal const int IPPROTO_IPV6 = 41;

    internal const int IP_TOS = 1;
    internal const int IP_TTL = 2;
    internal const int IP_PKTINFO = 8;
    internal const int IP_TRANSPARENT = 19;
    internal const int IP_MULTICAST_IF = 32;
    internal const int IP_MULTICAST_TTL = 33;
    internal const int IP_MULTICAST_LOOP = 34;
    internal const int IP_ADD_MEMBERSHIP = 35;
    internal const int IP_DROP_MEMBERSHIP = 36;
    internal const int IP_MULTICAST_ALL = 49;

    internal const int IPV6_CHECKSUM = 7;
    internal const int IPV6_UNICAST_HOPS = 16;
    internal const int IPV6_MULTICAST_IF = 17;
    internal const int IPV6_MULTICAST_HOPS = 18;
    internal const int IPV6_MULTICAST_LOOP = 19;
    internal const int IPV6_JOIN_GROUP = 20;
    internal const int IPV6_LEAVE_GROUP = 21;
    internal const int IPV6_V6ONLY = 26;
    internal const int IPV6_MULTICAST_ALL = 29;
    internal const int IPV6_RECVPKTINFO = 49;
    internal const int IPV6_PKTINFO = 50;
    internal const int IPV6_RECVHOPLIMIT = 51;
    internal const int IPV6_HOPLIMIT = 52;
    internal const int IPV6_TCLASS = 67;
}

/// <summary>struct sockaddr_in; port and address in network order</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SocketAddressIn
{
    internal ushort sin_family;
    internal ushort sin_port;
    internal uint sin_addr;
    internal fixed byte sin_zero[8];
}

/// <summary>struct sockaddr_in6; port and address in network order</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SocketAddressIn6
{
    internal ushort sin6_family;
    internal ushort sin6_port;
    internal uint sin6_flowinfo;
    internal fixed byte sin6_addr[16];
    internal uint sin6_scope_id;
}

/// <summary>struct ip_mreqn; addresses in network order</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MulticastRequest
{
    internal uint imr_multiaddr;
    internal uint imr_address;
    internal int imr_ifindex;
}

/// <summary>struct ipv6_mreq</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MulticastRequest6
{
    internal fixed byte ipv6mr_multiaddr[16];
    internal uint ipv6mr_interface;
}

/// <summary>struct in_pktinfo; addresses in network order</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PacketInformation
{
    internal int ipi_ifindex;
    internal uint ipi_spec_dst;
    internal uint ipi_addr;
}

/// <summary>struct in6_pktinfo</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PacketInformation6
{
    internal fixed byte ipi6_addr[16];
    internal uint ipi6_ifindex;
}
