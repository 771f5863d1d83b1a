using System.Net.Sockets;
using Vipd.Daemon.Control;

namespace Vipd.Daemon.Tests.Control;

public sealed class ControlSocketTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string SocketPath => _directory["vipd.sock"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_socket_is_open_to_owner_and_group_and_to_nobody_else()
    {
        using Socket socket = ControlSocket.Bind(new UnixDomainSocketEndPoint(SocketPath));

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
            File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public void A_mode_set_before_bind_is_the_mode_of_the_file()
    {
        // What ControlSocket relies on between bind() and chmod(): the kernel, not this repository, is tested here.
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (var descriptor = new Microsoft.Win32.SafeHandles.SafeFileHandle(socket.Handle, ownsHandle: false))
            File.SetUnixFileMode(descriptor, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        socket.Bind(new UnixDomainSocketEndPoint(SocketPath));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public void A_file_that_a_dead_daemon_left_is_replaced()
    {
        LeaveStaleSocket();

        using Socket socket = ControlSocket.Bind(new UnixDomainSocketEndPoint(SocketPath));
        socket.Listen();

        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        Assert.True(client.Connected);
    }

    [Fact]
    public void The_socket_of_a_living_daemon_is_left_alone()
    {
        using Socket living = ControlSocket.Bind(new UnixDomainSocketEndPoint(SocketPath));
        living.Listen();

        IOException refused = Assert.Throws<IOException>(
            () => ControlSocket.Bind(new UnixDomainSocketEndPoint(SocketPath)));

        Assert.Equal($"another vipd answers on {SocketPath}", refused.Message);
        Assert.True(File.Exists(SocketPath));
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        File.WriteAllText(SocketPath, "virtualRouters:");

        Assert.Throws<IOException>(() => ControlSocket.Bind(new UnixDomainSocketEndPoint(SocketPath)));

        Assert.Equal("virtualRouters:", File.ReadAllText(SocketPath));
    }

    [Fact]
    public void The_directory_is_made_where_it_is_missing()
    {
        using Socket socket = ControlSocket.Bind(new UnixDomainSocketEndPoint(_directory["run/vipd.sock"]));

        Assert.True(Path.Exists(_directory["run/vipd.sock"]));
    }

    // .NET removes the file of a socket that it closes; a killed daemon does not: a file moved aside outlives that.
    private void LeaveStaleSocket()
    {
        using (ControlSocket.Bind(new UnixDomainSocketEndPoint(SocketPath)))
            File.Move(SocketPath, _directory["aside"]);
        File.Move(_directory["aside"], SocketPath);
    }
}
