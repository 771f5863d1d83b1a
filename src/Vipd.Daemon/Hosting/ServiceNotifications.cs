using Microsoft.Extensions.Hosting;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Hosting;

/// <summary>
/// Keeps systemd informed: READY once the election loop takes part, a STATUS line when a state changes, WATCHDOG at
/// half of its interval but only while the loop makes passes (a timer proves nothing of the loop), STOPPING.
/// </summary>
/// <param name="systemd">Who is told.</param>
/// <param name="board">What STATUS is made of.</param>
/// <param name="liveness">Of the election loop.</param>
/// <param name="clock">For the intervals.</param>
/// <param name="isServing">
/// The pages are there, or cannot be had: `systemctl start` followed by `vipd status` finds the control socket. Null:
/// there are none.
/// </param>
public sealed class ServiceNotifications(
    SystemdNotifier systemd,
    StatusBoard board,
    LoopLiveness liveness,
    TimeProvider clock,
    Func<bool>? isServing = null)
    : BackgroundService
{
    /// <summary>How soon it is seen that the loop takes part: others wait for READY.</summary>
    private static readonly TimeSpan ReadyInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>How soon a new STATUS is seen, by a person.</summary>
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(1);

    /// <summary>A tick that comes a little early still counts.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(50);

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
        using var tick = new PeriodicTimer(ReadyInterval, clock);
        long lastWatchdog = clock.GetTimestamp();
        string shown = "";
        bool ready = false;
        try
        {
            do
            {
                string status = Summarize(board);
                if (!ready && liveness.IsReady && isServing?.Invoke() != false)
                {
                    systemd.Ready(status);
                    ready = true;
                    tick.Period = Shorter(StatusInterval, systemd.WatchdogInterval / 2);
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
    private bool IsDue(long last, TimeSpan interval) => clock.GetElapsedTime(last) >= interval - Tolerance;
}
