using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

/// <summary>Real sockets on the loopback interface; bounds are generous, as the machine may be busy.</summary>
public sealed class ConnectionWatchTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly Socket _listener = Listen();
    private readonly CheckAlarm _alarm = new();
    private readonly ConnectionWatch _watch;
    private readonly int _port;

    public ConnectionWatchTests()
    {
        _port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _watch = new ConnectionWatch(new TargetEndPoint("127.0.0.1", _port), _alarm, TimeProvider.System);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task Nothing_is_opened_until_a_probe_has_been_answered()
    {
        await Task.Delay(50);
        Assert.False(_listener.Poll(0, SelectMode.SelectRead));
        Alive();
        using Socket connection = await _listener.AcceptAsync().WaitAsync(Bound);
        Assert.Equal(1, _watch.Attempts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_target_that_dies_is_reported_without_any_probe(bool byReset)
    {
        Alive();
        Socket connection = await _listener.AcceptAsync().WaitAsync(Bound);
        _listener.Dispose();
        End(connection, byReset);

        await _alarm.Reported.WaitAsync(Bound);
        CheckAnswer? evidence = _alarm.Reset();
        Assert.Equal(HealthClass.Down, evidence?.Class);
        Assert.Equal(
            $"connection refused by 127.0.0.1:{_port}, after an open one had ended", evidence?.Reasons.Single());
    }

    /// <summary>
    /// Ten times slower than a clock, since attempts end a second after the first break: that is soon over where all
    /// tests share two processors.
    /// </summary>
    [Fact]
    public async Task A_listener_that_closes_200_ms_after_the_connections_is_reported_all_the_same()
    {
        var time = new SlowTime(factor: 10);
        using var watch = new ConnectionWatch(new TargetEndPoint("127.0.0.1", _port), _alarm, time);
        watch.Answered(time.GetTimestamp());
        End(await _listener.AcceptAsync().WaitAsync(Bound), byReset: true);
        await _alarm.Rung.WaitAsync(Bound);
        await Task.Delay(TimeSpan.FromMilliseconds(200), time);
        Assert.False(_alarm.Reported.IsCompleted);
        // As a kernel does it: the connections that nobody had accepted are reset with the listener.
        _listener.Dispose();

        await _alarm.Reported.WaitAsync(Bound);
        Assert.InRange(watch.Attempts, 2, 30);
    }

    [Fact]
    public async Task A_server_that_ends_every_connection_at_once_is_not_hammered()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        Task probing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Alive();
                await Task.WhenAny(_alarm.Rung, Task.Delay(250));
                _alarm.Reset();
                await Task.Delay(5);
            }
        });
        try
        {
            while (true)
                End(await _listener.AcceptAsync(stop.Token), byReset: false);
        }
        catch (OperationCanceledException)
        {
            await probing;
        }

        // Pauses of 1, 2, 4 s: a handful in 2 s, where 20 ms apart would be a hundred.
        Assert.InRange(_watch.Attempts, 2, 8);
        Assert.Null(_alarm.Reset());
    }

    [Fact]
    public async Task A_server_that_speaks_first_is_listened_to()
    {
        Alive();
        using Socket connection = await _listener.AcceptAsync().WaitAsync(Bound);
        connection.Send("SSH-2.0-example\r\n"u8);
        await Task.Delay(50);

        Assert.False(_alarm.Rung.IsCompleted);
        Assert.Equal(1, _watch.Attempts);
    }

    [Fact]
    public async Task Disposing_closes_the_connection()
    {
        Alive();
        using Socket connection = await _listener.AcceptAsync().WaitAsync(Bound);
        _watch.Dispose();

        Assert.Equal(0, await connection.ReceiveAsync(new byte[1]).WaitAsync(Bound));
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private static void End(Socket connection, bool byReset)
    {
        if (byReset)
            connection.LingerState = new LingerOption(true, 0);
        connection.Dispose();
    }

    private sealed class SlowTime(int factor) : TimeProvider
    {
        public override long GetTimestamp() => base.GetTimestamp() / factor;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? factor * dueTime : dueTime, period);
    }

    private void Alive() => _watch.Answered(TimeProvider.System.GetTimestamp());
}
