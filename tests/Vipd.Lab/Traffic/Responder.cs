using System.Net;
using System.Net.Sockets;
using Vipd.Lab.Network;

namespace Vipd.Lab.Traffic;

/// <summary>The service behind the VIP: answers each probe with its sequence number and the name of the node.</summary>
public sealed class Responder : IDisposable
{
    private const int PollMicroseconds = 50_000;
    private readonly Socket _socket;
    private readonly Thread _thread;
    private volatile bool _stop;

    private Responder(Socket socket, string nodeName)
    {
        _socket = socket;
        _thread = new Thread(() => Answer(ProbePacket.NameField(nodeName)))
        { Name = $"responder {nodeName}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Answers inside the node's namespace, from this process.</summary>
    public static Responder Start(LabNode node, AddressFamily family = AddressFamily.InterNetwork) =>
        new(node.Namespace.Inside(() => Open(family)), node.Name);

    /// <summary>Answers in the caller's own namespace.</summary>
    public static Responder StartHere(string nodeName) => new(Open(AddressFamily.InterNetwork), nodeName);

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _socket.Dispose();
    }

    private static Socket Open(AddressFamily family)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        var any = family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        socket.Bind(new IPEndPoint(any, ProbePacket.DefaultPort));
        return socket;
    }

    private void Answer(byte[] name)
    {
        Span<byte> packet = stackalloc byte[ProbePacket.MaximumLength];
        name.CopyTo(packet[ProbePacket.QuestionLength..]);
        var sender = new SocketAddress(_socket.AddressFamily);
        while (!_stop)
        {
            if (!_socket.Poll(PollMicroseconds, SelectMode.SelectRead)) continue;
            try
            {
                var length = _socket.ReceiveFrom(packet[..ProbePacket.QuestionLength], SocketFlags.None, sender);
                if (length != ProbePacket.QuestionLength) continue;
                _socket.SendTo(packet[..(length + name.Length)], SocketFlags.None, sender);
            }
            catch (SocketException)
            {
                // A cut cable or an unreachable client: this answer is lost, as it would be on a real node.
            }
        }
    }
}
