using System.Net.Sockets;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>`type: tcp`: whoever accepts a connection is ready. Nothing is sent.</summary>
public sealed class TcpCheck(TargetEndPoint target, TimeSpan timeout, TimeProvider time) : ICheck
{
    public async Task<CheckAnswer> ProbeAsync(CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var probe = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(target.Host, target.Port, probe.Token);
            return CheckAnswer.Ready;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            stop.ThrowIfCancellationRequested();
            return limit.IsCancellationRequested
                ? CheckAnswer.TimedOut(ProbeFailure.DescribeTimeout(ProbePhase.Connect, target.ToString(), timeout))
                : CheckAnswer.Down(ProbeFailure.Describe(e, target.ToString()));
        }
    }

    public void Dispose()
    {
    }
}
