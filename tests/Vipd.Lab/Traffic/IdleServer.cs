using System.Net;
using System.Net.Sockets;

namespace Vipd.Lab.Traffic;

/// <summary>A server like the one behind a kubectl watch on a quiet night: it accepts, and keeps silent.</summary>
internal static class IdleServer
{
    internal static async Task RunAsync(int port, CancellationToken stop)
    {
        var connections = new List<Socket>();
        using var listener = new TcpListener(IPAddress.Any, port);
        listener.Start();
        Console.WriteLine($"listening on {port}");
        while (!stop.IsCancellationRequested) connections.Add(await listener.AcceptSocketAsync(stop));
    }
}
