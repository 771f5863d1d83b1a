using System.Net;
using System.Net.Sockets;

namespace Vipd.Daemon.Tests.Health;

/// <summary>A TCP server that does to each connection what the test says, below TLS and HTTP.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public RawServer(Func<Socket, CancellationToken, Task> serve)
    {
        _listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync(serve);
    }

    public Uri Url => new($"https://[::1]:{((IPEndPoint)_listener.LocalEndPoint!).Port}/readyz");

    /// <summary>Accepts and never says a word.</summary>
    public static Task Hang(Socket connection, CancellationToken stop) => Task.Delay(Timeout.Infinite, stop);

    /// <summary>Waits for the first bytes, then resets.</summary>
    public static async Task Reset(Socket connection, CancellationToken stop)
    {
        await connection.ReceiveAsync(new byte[1], stop);
        connection.LingerState = new LingerOption(true, 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<Socket, CancellationToken, Task> serve)
    {
        List<Task> served = [];
        try
        {
            while (true)
                served.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token), serve));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(Socket connection, Func<Socket, CancellationToken, Task> serve)
    {
        using (connection)
        {
            try
            {
                await serve(connection, _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // The client has gone, or the test is over.
            }
        }
    }
}
