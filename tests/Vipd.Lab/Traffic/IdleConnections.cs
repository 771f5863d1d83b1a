using System.Net;
using System.Net.Sockets;
using Vipd.Lab.Network;

namespace Vipd.Lab.Traffic;

/// <summary>
/// Clients like a kubectl watch on a quiet night: connected, silent, and waiting for what the other end says.
/// </summary>
public sealed class IdleConnections : IDisposable
{
    private readonly IReadOnlyList<Socket> _sockets;
    private readonly Task<TimeSpan[]> _ends;

    private IdleConnections(IReadOnlyList<Socket> sockets)
    {
        _sockets = sockets;
        _ends = Task.WhenAll(sockets.Select(WaitForEndAsync));
    }

    public static IdleConnections Open(LabNode from, IPAddress address, int port, int count) => new(
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            var socket = from.Namespace.Inside(
                () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            socket.Connect(address, port);
            return socket;
        }),
    ]);

    /// <summary>When the last of them has seen a reset or an end; null if one has seen neither.</summary>
    public TimeSpan? LastEnd(TimeSpan bound) => _ends.Wait(bound) ? _ends.Result.Max() : null;

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
    }

    private static async Task<TimeSpan> WaitForEndAsync(Socket socket)
    {
        try
        {
            while (await socket.ReceiveAsync(new byte[256]) > 0)
            {
                // A server that says something is no end.
            }
        }
        catch (SocketException)
        {
            // Reset, which is as good an end as any.
        }
        return MonotonicClock.Now;
    }
}
