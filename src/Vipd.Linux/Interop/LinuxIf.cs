namespace Vipd.Linux.Interop;

/// <summary>linux/if.h</summary>
internal static class LinuxIf
{
    internal const int IFNAMSIZ = 16;
    internal const int IFALIASZ = 256;
    internal const uint IFF_UP = 0x1;
    internal const uint IFF_RUNNING = 0x40;
    internal const uint IFF_LOWER_UP = 0x10000;
}
