using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>
/// The sockets of a <see cref="DeathWatch"/>: does what that decides, and tells it what came of it. Sends nothing, so
/// the target sees a client that never begins.
/// </summary>
public sealed class ConnectionWatch(TargetEndPoint target, CheckAlarm alarm, TimeProvider time) : IDisposable
{
    /// <summary>Longer than any connect on a healthy network; the probes have a time limit of their own.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly DeathWatch _watch = new();
    private readonly SemaphoreSlim _wanted = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _ignored = new byte[256];
    private Task? _run;
    private bool _isResting = true;

    /// <summary>Attempts to connect so far.</summary>
    public long Attempts { get; private set; }

    /// <summary>A probe found the target alive.</summary>
    /// <param name="startedAt">When that probe began, of the time provider.</param>
    public void Answered(long startedAt)
    {
        lock (_gate)
        {
            _watch.Answered(SinceZero(startedAt));
            if (_isResting)
            {
                _isResting = false;
                _wanted.Release();
            }
        }

        _run ??= Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);
        // A defect of ours: whoever probes hears of it.
        if (_run.IsFaulted)
            _run.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        // The run closes its socket on its way out; nobody waits for that, and so what it waits with is not disposed.
        _stop.Cancel();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await _wanted.WaitAsync(stop);
                var step = new WatchStep(WatchAction.Connect, TimeSpan.Zero, WatchFinding.None);
                while (step.Action == WatchAction.Connect)
                {
                    if (step.For > TimeSpan.Zero)
                        await Task.Delay(step.For, time, stop);
                    step = await TryOnceAsync(stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The only way out.
        }
    }

    /// <summary>One connection, from the attempt to its end; what to do then.</summary>
    private async Task<WatchStep> TryOnceAsync(CancellationToken stop)
    {
        Attempts++;
        lock (_gate)
            _watch.Attempting(Now);
        using Socket? socket = Open();
        if (socket is null)
            return Tell(watch => watch.Unreachable());
        WatchStep step = await ConnectAsync(socket, stop) switch
        {
            SocketError.Success => Tell(watch => watch.Accepted(Now)),
            SocketError.ConnectionRefused => Tell(watch => watch.Refused()),
            _ => Tell(watch => watch.Unreachable()),
        };
        if (step.Action == WatchAction.Hold)
        {
            step = await EndsWithinAsync(socket, step.For, stop)
                ? Tell(watch => watch.Ended(Now))
                : Tell(watch => watch.HeldOut(Now));
        }

        return step;
    }

    private WatchStep Tell(Func<DeathWatch, WatchStep> what)
    {
        WatchStep step;
        lock (_gate)
        {
            step = what(_watch);
            _isResting |= step.Action == WatchAction.Rest;
        }

        if (step.Finding == WatchFinding.Broken)
            alarm.ProbeNow();
        else if (step.Finding == WatchFinding.Dead)
            alarm.Report(CheckAnswer.Down($"connection refused by {target}, after an open one had ended"));
        return step;
    }

    /// <summary>Null: this process or machine has no descriptor left, which a probe will have to tell of.</summary>
    private static Socket? Open()
    {
        try
        {
            return new Socket(SocketType.Stream, ProtocolType.Tcp);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private async Task<SocketError> ConnectAsync(Socket socket, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(ConnectLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            await socket.ConnectAsync(target.Host, target.Port, both.Token);
            // With nobody listening on a port of the ephemeral range a socket may connect to itself.
            bool isItself = Equals(socket.LocalEndPoint, socket.RemoteEndPoint);
            return isItself ? SocketError.ConnectionRefused : SocketError.Success;
        }
        catch (SocketException refusal)
        {
            // Accepted, and reset before anybody here has looked: the end of an open connection, as its reader sees.
            return refusal.SocketErrorCode is SocketError.ConnectionReset or SocketError.NotConnected
                ? SocketError.Success
                : refusal.SocketErrorCode;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return SocketError.TimedOut;
        }
    }

    /// <summary>True when the target ended it (FIN or RST); false when the time has passed.</summary>
    private async Task<bool> EndsWithinAsync(Socket socket, TimeSpan hold, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(hold, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            // Some servers speak first; that is no end.
            while (await socket.ReceiveAsync(_ignored, both.Token) > 0)
            {
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private TimeSpan Now => SinceZero(time.GetTimestamp());

    private TimeSpan SinceZero(long timestamp) => time.GetElapsedTime(0, timestamp);
}
