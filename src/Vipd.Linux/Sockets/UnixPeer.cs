using System.Net.Sockets;
using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Sockets;

/// <summary>
/// Who is at the other end of a connected Unix socket, as the kernel noted when it connected (SO_PEERCRED of unix(7)):
/// nobody can claim to be another without CAP_SETUID. The process may have ended since.
/// </summary>
/// <param name="ProcessId">0 where the peer is in a pid namespace that this process cannot see.</param>
public readonly record struct UnixPeer(int ProcessId, uint UserId, uint GroupId)
{
    /// <summary>The effective user of this process: the one that a peer would see.</summary>
    public static uint OwnUserId => Unistd.geteuid();

    /// <summary>Asks the kernel.</summary>
    /// <exception cref="SocketException">It is no Unix socket, or not connected.</exception>
    public static UnixPeer Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        // struct ucred: pid_t, uid_t, gid_t, 4 bytes each, as this machine orders them.
        Span<uint> credentials = stackalloc uint[3];
        socket.GetRawSocketOption(SysSocket.SOL_SOCKET, SysSocket.SO_PEERCRED, MemoryMarshal.AsBytes(credentials));
        return new UnixPeer((int)credentials[0], credentials[1], credentials[2]);
    }
}
