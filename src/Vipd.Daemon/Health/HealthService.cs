using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Health;

/// <summary>
/// Owns every check of the configuration: runs them side by side, each at its own pace, and turns their verdicts into
/// priorities. Constructed before the election thread starts, it has already posted that nothing is known to be
/// healthy.
/// </summary>
public sealed class HealthService : BackgroundService
{
    private readonly CheckRunner[] _runners;
    private readonly ICheck[] _checks;

    public HealthService(VipdConfiguration configuration, LoopInbox inbox, TimeProvider time, ILoggerFactory loggers)
        : this(
            configuration, inbox, time, loggers, (check, alarm) => CheckFactory.Create(check, alarm, time),
            Random.Shared)
    {
    }

    internal HealthService(
        VipdConfiguration configuration,
        LoopInbox inbox,
        TimeProvider time,
        ILoggerFactory loggers,
        Func<CheckConfiguration, CheckAlarm, ICheck> create,
        Random? jitter = null)
    {
        DateTimeOffset now = time.GetUtcNow();
        IReadOnlyList<CheckConfiguration> checks = configuration.Checks;
        CheckStatus[] initial = [.. checks.Select(check => CheckStatus.Unprobed(check.Name, check.Settings.Type, now))];
        Boards = [.. initial.Select(status => new CheckBoard(status))];
        var priority = new HealthPriority(configuration.VirtualRouters, checks, initial, inbox);
        ILogger logger = loggers.CreateLogger<HealthService>();
        Self = new SelfWatch(time, logger);
        CheckAlarm[] alarms = [.. checks.Select(_ => new CheckAlarm())];
        _checks = [.. checks.Select((check, i) => create(check, alarms[i]))];
        _runners = [.. checks.Select((check, i) =>
            new CheckRunner(check, _checks[i], Boards[i], priority.Update, time, logger)
            {
                Alarm = alarms[i],
                Random = jitter,
                StalledSince = Self.StalledSince,
            })];
    }

    /// <summary>What `status` and the metrics read, in the order of the configuration.</summary>
    public IReadOnlyList<CheckBoard> Boards { get; }

    /// <summary>What this process knows of itself.</summary>
    public SelfWatch Self { get; }

    public override void Dispose()
    {
        base.Dispose();
        Self.Dispose();
        foreach (ICheck check in _checks)
            check.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Self.Start();
        if (_runners.Length == 0)
            return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        CancellationToken token = stop.Token;
        Task[] runs = [.. _runners.Select(runner => Task.Run(() => runner.RunAsync(token), CancellationToken.None))];
        // None ends by itself: this is the stop, or a defect, which ends the others and then the daemon.
        await Task.WhenAny(runs);
        await stop.CancelAsync();
        await Task.WhenAll(runs);
    }
}
