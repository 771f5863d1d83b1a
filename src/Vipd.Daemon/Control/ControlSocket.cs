using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Vipd.Daemon.Control;

/// <summary>The Unix socket of the control interface: who may connect is the mode of its file.</summary>
internal static class ControlSocket
{
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private const UnixFileMode WorldSearchable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Binds with mode 0660; whatever the umask is, the file is at no moment open to others.</summary>
    /// <exception cref="IOException">Somebody answers on the path, or what is there is no socket.</exception>
    /// <exception cref="SocketException">The kernel refused.</exception>
    public static Socket Bind(UnixDomainSocketEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        string path = endPoint.ToString();
        MakeDirectoryOf(path);
        RemoveStale(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // Linux gives the file the mode of the unbound socket less the umask (unix_bind_bsd in net/unix/af_unix.c):
            // so set before bind() it is never wider. A umask may have taken the group's bits; chmod() gives them back.
            // Changing the umask instead would hit files that other threads make at this moment.
            using (var descriptor = new SafeFileHandle(socket.Handle, ownsHandle: false))
                File.SetUnixFileMode(descriptor, OwnerAndGroup);
            socket.Bind(endPoint);
            File.SetUnixFileMode(path, OwnerAndGroup);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Where systemd did not make it (RuntimeDirectory=).</summary>
    public static void MakeDirectoryOf(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory)
            Directory.CreateDirectory(directory, WorldSearchable);
    }

    // A daemon that was killed leaves its file; a daemon that lives answers, and keeps it. connect() says "refused" of
    // whatever is no socket too: a file with anything in it is somebody's and stays, a directory cannot be deleted so.
    private static void RemoveStale(string path)
    {
        if (!Path.Exists(path))
            return;
        if (Directory.Exists(path) || new FileInfo(path).Length > 0)
            throw new IOException($"{path} is not a socket; remove it, or choose another path for control.socket");
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw new IOException($"another vipd answers on {path}");
    }
}
