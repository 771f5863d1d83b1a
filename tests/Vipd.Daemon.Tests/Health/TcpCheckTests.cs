using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

public sealed class TcpCheckTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Whoever_accepts_is_ready_and_whoever_refuses_is_down()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var check = new TcpCheck(new TargetEndPoint("127.0.0.1", port), Bound, TimeProvider.System);

        Assert.Equal(CheckAnswer.Ready, await Probe(check));
        listener.Stop();
        CheckAnswer refused = await Probe(check);

        Assert.Equal((HealthClass.Down, false), (refused.Class, refused.IsTimeout));
        Assert.Equal([$"connection refused by 127.0.0.1:{port}"], refused.Reasons);
    }

    [Fact]
    public async Task Who_does_not_answer_within_the_time_limit_is_down()
    {
        // A full accept queue: the kernel ignores the next SYN.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(0);
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var filling = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        List<Socket> fillers = [];
        try
        {
            for (int i = 0; i < 8; i++)
            {
                fillers.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                await fillers[^1].ConnectAsync(IPAddress.Loopback, port, filling.Token);
            }

            Assert.Fail("the accept queue is never full");
        }
        catch (OperationCanceledException)
        {
            // Full.
        }

        var limit = TimeSpan.FromMilliseconds(100);
        using var check = new TcpCheck(new TargetEndPoint("127.0.0.1", port), limit, TimeProvider.System);
        CheckAnswer answer = await Probe(check);
        fillers.ForEach(filler => filler.Dispose());

        Assert.Equal((HealthClass.Down, true), (answer.Class, answer.IsTimeout));
        Assert.Equal([$"no answer within 100ms: 127.0.0.1:{port} does not accept the connection"], answer.Reasons);
    }

    [Fact]
    public async Task Stopping_ends_a_probe_without_an_answer()
    {
        using var check = new TcpCheck(new TargetEndPoint("192.0.2.1", 1), Bound, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check.ProbeAsync(stop.Token));
    }

    private static Task<CheckAnswer> Probe(TcpCheck check) => check.ProbeAsync(CancellationToken.None).WaitAsync(Bound);
}
