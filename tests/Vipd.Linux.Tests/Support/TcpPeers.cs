using System.Net;
using System.Net.Sockets;

namespace Vipd.Linux.Tests.Support;

/// <summary>
/// A listener in the calling thread's namespace, and clients in the far one that are connected to it.
/// </summary>
internal sealed class TcpPeers : IDisposable
{
    private readonly TestNetwork _network;
    private readonly IPEndPoint _server;
    private readonly List<Socket> _clients = [];
    private readonly List<Socket> _accepted = [];

    /// <param name="network">With its cable.</param>
    /// <param name="bound">What the listener is bound to; IPv6Any takes both families.</param>
    /// <param name="server">Where the clients connect to.</param>
    public TcpPeers(TestNetwork network, IPAddress bound, IPAddress server)
    {
        _network = network;
        Listener = new Socket(bound.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (bound.AddressFamily == AddressFamily.InterNetworkV6)
            Listener.DualMode = true;
        Listener.Bind(new IPEndPoint(bound, 0));
        Listener.Listen(4096);
        _server = new IPEndPoint(server, ((IPEndPoint)Listener.LocalEndPoint!).Port);
    }

    public Socket Listener { get; }

    /// <summary>The client's end and the server's.</summary>
    public (Socket Client, Socket Accepted) Connect()
    {
        Socket client = _network.InPeer(
            () => new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 2000 });
        _clients.Add(client);
        client.Connect(_server);
        Socket accepted = Listener.Accept();
        accepted.ReceiveTimeout = 2000;
        _accepted.Add(accepted);
        return (client, accepted);
    }

    /// <summary>The client hears of a reset, and does not just wait in vain.</summary>
    public static void AssertReset(Socket client) =>
        Assert.Equal(
            SocketError.ConnectionReset,
            Assert.Throws<SocketException>(() => client.Receive(new byte[1])).SocketErrorCode);

    public static void AssertAlive((Socket Client, Socket Accepted) connection)
    {
        connection.Accepted.Send([42]);
        byte[] received = new byte[1];
        Assert.Equal(1, connection.Client.Receive(received));
        Assert.Equal(42, received[0]);
    }

    public void Dispose()
    {
        foreach (Socket socket in _clients.Concat(_accepted))
            socket.Dispose();
        Listener.Dispose();
    }
}
