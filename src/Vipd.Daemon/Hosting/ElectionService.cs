using Microsoft.Extensions.Hosting;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Hosting;

/// <summary>Ties the election thread to the life of the host: a stop of the host is a planned handover.</summary>
internal sealed class ElectionService(ElectionLoop loop) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends when a successor has the addresses, or when the bounded wait for one is over.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        loop.Inbox.Post(new LoopMessage.Stop(TransitionCause.Shutdown));
        return loop.Ended.WaitAsync(cancellationToken);
    }
}
