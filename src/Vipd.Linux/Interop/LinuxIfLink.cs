namespace Vipd.Linux.Interop;

/// <summary>linux/if_link.h</summary>
internal static class LinuxIfLink
{
    internal const ushort IFLA_ADDRESS = 1;
    internal const ushort IFLA_IFNAME = 3;
    internal const ushort IFLA_MTU = 4;
}
