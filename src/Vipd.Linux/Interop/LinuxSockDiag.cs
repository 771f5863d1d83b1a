namespace Vipd.Linux.Interop;

/// <summary>linux/sock_diag.h</summary>
internal static class LinuxSockDiag
{
    internal const ushort SOCK_DIAG_BY_FAMILY = 20;
    internal const ushort SOCK_DESTROY = 21;
}
