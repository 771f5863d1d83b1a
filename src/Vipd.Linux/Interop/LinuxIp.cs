namespace Vipd.Linux.Interop;

/// <summary>linux/ip.h: the numbers of /proc/sys/net/ipv4/conf/*/… in IFLA_INET_CONF</summary>
internal static class LinuxIp
{
    internal const ushort IPV4_DEVCONF_RP_FILTER = 8;
    internal const ushort IPV4_DEVCONF_ARP_ANNOUNCE = 18;
    internal const ushort IPV4_DEVCONF_ARP_IGNORE = 19;
}
