using Microsoft.Extensions.Hosting;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Hosting;

/// <summary>
/// Keeps systemd informed: READY once the election loop takes part, a STATUS line when a state changes, WATCHDOG at
/// half of its interval but only while the loop makes passes (a timer proves nothing of the loop), STOPPING.
/// </summary>
public sealed class ServiceNotifications(
    SystemdNotifier systemd, StatusBoard board, LoopLiveness liveness, TimeProvider clock) : BackgroundService
{
    /// <summary>How soon READY and a new STATUS are seen; reading the boards costs next to nothing.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>One line: `apiserver active, services backup`.</summary>
    public static string Summarize(StatusBoard board)
    {
        ArgumentNullException.ThrowIfNull(board);
        return string.Join(", ", board.Routers.Select(static router =>
            $"{router.Identity.Name} {Labels.Of(router.Current.State)}"));
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        systemd.Stopping("handing over");
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!systemd.IsSupervised)
            return;
        using var tick = new PeriodicTimer(Shorter(PollInterval, systemd.WatchdogInterval / 2), clock);
        long lastWatchdog = clock.GetTimestamp();
        string shown = "";
        bool ready = false;
        try
        {
            do
            {
                string status = Summarize(board);
                if (!ready && liveness.IsReady)
                {
                    systemd.Ready(status);
                    ready = true;
                }
                else if (status != shown)
                {
                    systemd.Status(status);
                }

                shown = status;
                if (systemd.WatchdogInterval is { } limit && liveness.IsAlive && IsDue(lastWatchdog, limit / 2))
                {
                    systemd.Watchdog();
                    lastWatchdog = clock.GetTimestamp();
                }
            }
            while (await tick.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The daemon stops.
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan? other) => other < one ? other.Value : one;

    // Half a tick early rather than half a tick late.
    private bool IsDue(long last, TimeSpan interval) => clock.GetElapsedTime(last) >= interval - (PollInterval / 2);
}
