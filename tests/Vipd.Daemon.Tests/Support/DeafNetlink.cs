using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;

namespace Vipd.Daemon.Tests.Support;

/// <summary>
/// As long as it lives, the kernel refuses whole sends to rtnetlink (ENOTSOCK: something else is at the descriptor), as
/// it does when it has no memory for them (ENOBUFS).
/// </summary>
internal sealed class DeafNetlink : IDisposable
{
    private readonly int _number;
    private readonly SafeFileHandle _socket;

    public DeafNetlink(AddressNetlink netlink)
        : this(SocketOf(netlink))
    {
    }

    public DeafNetlink(MacvlanNetlink netlink)
        : this(SocketOf(netlink))
    {
    }

    /// <summary>For the requests of an election thread; what others ask meanwhile is answered.</summary>
    public DeafNetlink(ElectionLoop loop)
        : this(NetlinkOf(NetworkOf(loop)))
    {
    }

    private DeafNetlink(NetlinkSocket socket)
    {
        _number = (int)socket.Descriptor.DangerousGetHandle();
        _socket = new SafeFileHandle(LinuxException.Check(Native.dup(_number), "dup"), ownsHandle: true);
        using SafeFileHandle nothing = File.OpenHandle("/dev/null");
        LinuxException.Check(Native.dup2((int)nothing.DangerousGetHandle(), _number), "dup2");
    }

    public void Dispose()
    {
        LinuxException.Check(Native.dup2((int)_socket.DangerousGetHandle(), _number), "dup2");
        _socket.Dispose();
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref NetlinkSocket SocketOf(AddressNetlink netlink);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref NetlinkSocket SocketOf(MacvlanNetlink netlink);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_network")]
    private static extern ref ElectionNetwork NetworkOf(ElectionLoop loop);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_netlink")]
    private static extern ref AddressNetlink NetlinkOf(ElectionNetwork network);
}
