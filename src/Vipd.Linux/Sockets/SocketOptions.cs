using System.Text;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Sockets;

/// <summary>Opens sockets and sets what they have in common.</summary>
internal static unsafe class SocketOptions
{
    /// <exception cref="LinuxException">EPERM: without CAP_NET_RAW.</exception>
    internal static FileDescriptor OpenRaw(int family, int protocol)
    {
        const int Type = SysSocket.SOCK_RAW | SysSocket.SOCK_NONBLOCK | SysSocket.SOCK_CLOEXEC;
        int result = SysSocket.socket(family, Type, protocol);
        string? advice = result < 0 && Errno.Last is Errno.EPERM or Errno.EACCES ? "CAP_NET_RAW is needed" : null;
        return FileDescriptor.FromCall(result, "socket", advice);
    }

    internal static void Set<T>(FileDescriptor fd, int level, int option, T value, string name)
        where T : unmanaged => Check(SysSocket.setsockopt(fd, level, option, &value, (uint)sizeof(T)), name);

    /// <summary>Sets an option that older kernels don't have.</summary>
    /// <returns>False: this kernel has no such option.</returns>
    internal static bool SetIfKnown(FileDescriptor fd, int level, int option, int value, string name)
    {
        int result = SysSocket.setsockopt(fd, level, option, &value, sizeof(int));
        if (result < 0 && Errno.Last is Errno.ENOPROTOOPT or Errno.EINVAL)
            return false;
        Check(result, name);
        return true;
    }

    /// <summary>Only packets of this interface get in, and none leaves by another.</summary>
    internal static void BindToInterface(FileDescriptor fd, string interfaceName)
    {
        Span<byte> name = stackalloc byte[LinuxIf.IFNAMSIZ];
        if (Encoding.UTF8.GetByteCount(interfaceName) >= LinuxIf.IFNAMSIZ)
            throw new LinuxException("setsockopt SO_BINDTODEVICE", Errno.ENODEV);
        int length = Encoding.UTF8.GetBytes(interfaceName, name);
        fixed (byte* text = name)
        {
            Check(
                SysSocket.setsockopt(fd, SysSocket.SOL_SOCKET, SysSocket.SO_BINDTODEVICE, text, (uint)length),
                "SO_BINDTODEVICE");
        }
    }

    /// <summary>As much as was asked with CAP_NET_ADMIN; without it, up to net.core.rmem_max.</summary>
    internal static void SetReceiveBuffer(FileDescriptor fd, int bytes) =>
        SetBuffer(fd, SysSocket.SO_RCVBUFFORCE, SysSocket.SO_RCVBUF, bytes, "SO_RCVBUF");

    /// <summary>As much as was asked with CAP_NET_ADMIN; without it, up to net.core.wmem_max.</summary>
    internal static void SetSendBuffer(FileDescriptor fd, int bytes) =>
        SetBuffer(fd, SysSocket.SO_SNDBUFFORCE, SysSocket.SO_SNDBUF, bytes, "SO_SNDBUF");

    /// <summary>What the kernel charges against: twice what was set (socket(7)).</summary>
    internal static int ReceiveBufferBytes(FileDescriptor fd)
    {
        int bytes;
        uint length = sizeof(int);
        LinuxException.Check(
            SysSocket.getsockopt(fd, SysSocket.SOL_SOCKET, SysSocket.SO_RCVBUF, &bytes, &length),
            "getsockopt SO_RCVBUF");
        return bytes;
    }

    private static void SetBuffer(FileDescriptor fd, int force, int limited, int bytes, string name)
    {
        if (SysSocket.setsockopt(fd, SysSocket.SOL_SOCKET, force, &bytes, sizeof(int)) < 0)
            Set(fd, SysSocket.SOL_SOCKET, limited, bytes, name);
    }

    // The name is put together only where there is something to report.
    private static void Check(int result, string option)
    {
        if (result < 0)
            throw LinuxException.Last("setsockopt " + option);
    }
}
