using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>linux/netlink.h: everything in host byte order</summary>
internal static class LinuxNetlink
{
    internal const int NETLINK_ROUTE = 0;
    internal const int NETLINK_SOCK_DIAG = 4;
    internal const int SOL_NETLINK = 270;
    internal const int NETLINK_CAP_ACK = 10;
    internal const ushort NLM_F_REQUEST = 0x01;
    internal const ushort NLM_F_ACK = 0x04;
    internal const ushort NLM_F_DUMP_INTR = 0x10;
    internal const ushort NLM_F_REPLACE = 0x100;
    internal const ushort NLM_F_EXCL = 0x200;
    internal const ushort NLM_F_CREATE = 0x400;
    internal const ushort NLM_F_DUMP = 0x300;
    internal const ushort NLMSG_ERROR = 2;
    internal const ushort NLMSG_DONE = 3;
    internal const int NLMSG_ALIGNTO = 4;
    internal const int NLA_ALIGNTO = 4;
    internal const int NLA_F_NESTED = 0x8000;
    internal const int NLA_F_NET_BYTEORDER = 0x4000;
    internal const int NLA_TYPE_MASK = ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER);
}

/// <summary>struct sockaddr_nl; nl_pid 0 is the kernel</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SocketAddressNetlink
{
    internal ushort nl_family;
    internal ushort nl_pad;
    internal uint nl_pid;
    internal uint nl_groups;
}

/// <summary>struct nlmsghdr; the length includes this header</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NetlinkMessageHeader
{
    internal uint nlmsg_len;
    internal ushort nlmsg_type;
    internal ushort nlmsg_flags;
    internal uint nlmsg_seq;
    internal uint nlmsg_pid;
}

/// <summary>struct nlattr; the length includes this header, not the padding</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NetlinkAttributeHeader
{
    internal ushort nla_len;
    internal ushort nla_type;
}
