using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog.Core;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Linux.Processes;

namespace Vipd.Daemon.Hosting;

/// <summary>
/// Brings what runs in line with the file (SIGHUP, `vipd reload`) and with the machine (an interface that comes or
/// goes): reads, plans and opens on an ordinary thread, and hands the election thread the difference, or nothing.
/// </summary>
internal sealed class ReloadService : BackgroundService
{
    private const string IsStopping = "vipd is stopping";

    /// <summary>
    /// A node where interfaces come and go all the time is looked at this often, once a router waits for one.
    /// </summary>
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(50);

    /// <summary>What was refused may be possible a moment later, and nothing tells when.</summary>
    private static readonly TimeSpan RefusalPause = TimeSpan.FromMilliseconds(500);

    private readonly string _path;
    private readonly ElectionLoop _loop;
    private readonly HealthService _health;
    private readonly HookService _hooks;
    private readonly LoggingLevelSwitch _level;
    private readonly StatusBoard _board;
    private readonly ILogger _log;

    /// <summary>Of the reloads: each from its reading on, so that what was read first comes into force first.</summary>
    private readonly SemaphoreSlim _oneReload = new(1, 1);

    /// <summary>On its way into force: a reload that has been read, or a change of the machine.</summary>
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _machineChanges;
    private readonly Channel<bool> _hangups = NewSignal();
    private readonly PosixSignalRegistration _hangup;

    /// <summary>Why the machine cannot be followed, each logged once; none as soon as it can.</summary>
    private readonly HashSet<string> _refusals = [];

    private VipdConfiguration _configuration;
    private IReadOnlyList<RouterPlan> _plans;

    public ReloadService(
        string path,
        VipdConfiguration configuration,
        IReadOnlyList<RouterPlan> plans,
        ElectionLoop loop,
        StatusBoard board,
        HealthService health,
        HookService hooks,
        LoggingLevelSwitch level,
        SystemdNotifier systemd,
        Channel<bool> machineChanges,
        ILogger log)
    {
        _path = path;
        _configuration = configuration;
        _plans = plans;
        _loop = loop;
        _board = board;
        _health = health;
        _hooks = hooks;
        _level = level;
        Systemd = systemd;
        _machineChanges = machineChanges;
        _log = log;
        HangupSignal.EndIgnoring();
        _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            _hangups.Writer.TryWrite(true);
        });
    }

    public ReloadOutcome Outcome { get; } = new();

    public SystemdNotifier Systemd { get; }

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Asks the machine.</summary>
    internal Func<IReadOnlyList<RouterPlan>, VipdConfiguration, PlanResult> PlansNow { get; init; } =
        MachinePlans.Following;

    /// <summary>One that waits is enough: whoever looks sees all that has happened before.</summary>
    public static Channel<bool> NewSignal() => Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>
    /// Reads the file and puts it into force; ends when that is done, or refused. The file system may hang: nothing but
    /// other reloads waits for the reading.
    /// </summary>
    public async Task<ReloadReport> ReloadAsync()
    {
        try
        {
            await _oneReload.WaitAsync(_stopping.Token);
            try
            {
                Systemd.Reloading((long)Stopwatch.GetElapsedTime(0).TotalMicroseconds);
                return Tell(await ReadAndApply());
            }
            finally
            {
                Systemd.Ready(ServiceNotifications.Summarize(_board));
                _oneReload.Release();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return Tell(Report(ReloadResult.Refused, [IsStopping]));
        }
    }

    /// <summary>The same configuration on a machine that has changed. True if something was different.</summary>
    internal async Task<bool> FollowMachineAsync()
    {
        await _oneAtATime.WaitAsync();
        try
        {
            IReadOnlyList<RouterPlan> before = _plans;
            PlanResult result = PlansNow(before, _configuration);
            if (result.Errors.Count > 0)
                return CannotFollow(result.Errors);
            using Reconfiguration next = _loop.Prepare(before, result.Plans);
            _refusals.Clear();
            if (next.IsEmpty || !await PutIntoForce(next, _configuration))
                return false;
            foreach (string line in ReloadWords.OfMachine(before, result.Plans, next.Changes))
                _log.LogWarning("{Change}", line);
            return true;
        }
        catch (LinuxException refused)
        {
            return CannotFollow([refused.Message]);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>
    /// Reloads are refused from now on, also one whose file is being read; one that has been read goes on. Whoever has
    /// asked is to hear of it, so this is for before the control socket is closed.
    /// </summary>
    public void BeginStop() => _stopping.Cancel();

    /// <summary>
    /// Ends when nothing is on its way into force, and lets nothing begin: what that would need is closed next.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        BeginStop();
        await base.StopAsync(cancellationToken);
        foreach (SemaphoreSlim under in (SemaphoreSlim[])[_oneReload, _oneAtATime])
            await under.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override void Dispose()
    {
        _hangup.Dispose();
        _oneReload.Dispose();
        _oneAtATime.Dispose();
        _stopping.Dispose();
        base.Dispose();
    }

    /// <summary>Neither ends by itself: this is the stop, or a defect.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
        await await Task.WhenAny(ReloadAtHangups(stoppingToken), FollowMachine(stoppingToken));

    private async Task ReloadAtHangups(CancellationToken stop)
    {
        await foreach (bool _ in _hangups.Reader.ReadAllAsync(stop))
            await ReloadAsync();
    }

    private async Task FollowMachine(CancellationToken stop)
    {
        // Between the first plans and the first look of the election thread something may have come.
        if (_plans.Any(plan => plan.WaitsFor is not null))
            await FollowUntilStill(stop);
        await foreach (bool _ in _machineChanges.Reader.ReadAllAsync(stop))
            await FollowUntilStill(stop);
    }

    /// <summary>
    /// Once more after each difference: only from then on does the election thread tell of what comes. And after each
    /// refusal: what it told of has passed, and is not told again.
    /// </summary>
    private async Task FollowUntilStill(CancellationToken stop)
    {
        do
        {
            while (await FollowMachineAsync())
            {
            }

            await Task.Delay(_refusals.Count > 0 ? RefusalPause : LookPause, Time, stop);
        }
        while (_refusals.Count > 0);
    }

    private bool CannotFollow(IEnumerable<string> reasons)
    {
        foreach (string reason in reasons.Where(_refusals.Add))
            _log.LogWarning("an interface has come or gone, and cannot be followed yet: {Reason}", reason);
        return false;
    }

    private async Task<ReloadReport> ReadAndApply()
    {
        // On a thread that is not missed if it never comes back.
        ConfigurationResult read = await Task.Run(() => ConfigurationFile.Read(_path)).WaitAsync(_stopping.Token);
        if (!read.IsValid)
            return Report(ReloadResult.BadConfiguration, read.Errors.Select(error => error.ToString()));
        await _oneAtATime.WaitAsync(_stopping.Token);
        try
        {
            return await Apply(read.Configuration);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<ReloadReport> Apply(VipdConfiguration configuration)
    {
        try
        {
            PlanResult result = MachinePlans.For(configuration, NamesOf(_plans));
            if (result.Errors.Count > 0)
                return Report(ReloadResult.Refused, result.Errors);
            VipdConfiguration before = _configuration;
            IReadOnlyList<RouterPlan> plansBefore = _plans;
            using Reconfiguration next = _loop.Prepare(plansBefore, result.Plans);
            if (!await PutIntoForce(next, configuration))
                return Report(ReloadResult.Refused, [IsStopping]);
            _level.MinimumLevel = configuration.Log.Level;
            return Report(
                ReloadResult.Applied,
                [
                    .. ReloadWords.Of(before, configuration, next),
                    .. ReloadWords.OfRestart(before, configuration),
                ]);
        }
        catch (LinuxException refused)
        {
            return Report(ReloadResult.Refused, [$"{refused.Message}; nothing has been changed"]);
        }
    }

    private async Task<bool> PutIntoForce(Reconfiguration next, VipdConfiguration configuration)
    {
        _health.Reconfigure(configuration, health =>
        {
            next.Health = health;
            _loop.Inbox.Post(new LoopMessage.Reconfigure(next));
        });
        await Task.WhenAny(next.Outcome, _loop.Ended);
        if (!next.Outcome.IsCompletedSuccessfully || !await next.Outcome)
            return false;
        _plans = next.After;
        _hooks.Reconfigure(configuration);

        // What cannot change while the daemon runs is compared with what runs, again and again until it is restarted.
        _configuration = configuration with
        {
            Metrics = _configuration.Metrics,
            Control = _configuration.Control,
            Realtime = _configuration.Realtime,
            Log = configuration.Log with { Format = _configuration.Log.Format },
        };
        return true;
    }

    private ReloadReport Tell(ReloadReport report)
    {
        Outcome.Record(report);
        foreach (string line in report.Lines)
        {
            if (report.Result == ReloadResult.Applied)
                _log.LogInformation("reload: {Change}", line);
            else
                _log.LogError("reload refused, the configuration from before goes on: {Reason}", line);
        }

        return report;
    }

    private static ReloadReport Report(ReloadResult result, IEnumerable<string> lines) =>
        new(result, DateTimeOffset.UtcNow, [.. lines]);

    private static HashSet<string> NamesOf(IEnumerable<RouterPlan> plans) =>
        [.. plans.Select(plan => plan.Identity.Name)];
}
