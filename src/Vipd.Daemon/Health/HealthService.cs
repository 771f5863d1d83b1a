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
    private readonly Lock _gate = new();
    private readonly LoopInbox _inbox;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<CheckConfiguration, CheckAlarm, ICheck> _create;
    private readonly Random? _jitter;
    private readonly LiveList<CheckBoard> _boards;
    private readonly TaskCompletionSource _defect = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Of checks that a reload has ended, until what they use is closed.</summary>
    private readonly List<Task> _ending = [];

    private HealthPriority _priority;
    private RunningCheck[] _checks;
    private bool _isStarted;

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
        _inbox = inbox;
        _time = time;
        _create = create;
        _jitter = jitter;
        _logger = loggers.CreateLogger<HealthService>();
        Self = new SelfWatch(time, _logger) { HasChecks = configuration.Checks.Count > 0 };
        _checks = [.. configuration.Checks.Select(check => Make(check, former: null))];
        _boards = new LiveList<CheckBoard>(BoardsOf(_checks));
        _priority = new HealthPriority(configuration.VirtualRouters, configuration.Checks, StatusesOf(_checks), inbox);
    }

    /// <summary>What `status` and the metrics read, in the order of the configuration; a reload changes it.</summary>
    public IReadOnlyList<CheckBoard> Boards => _boards;

    /// <summary>What this process knows of itself.</summary>
    public SelfWatch Self { get; }

    public override void Dispose()
    {
        base.Dispose();
        Self.Dispose();
        foreach (RunningCheck check in _checks)
            check.Dispose();
    }

    /// <summary>
    /// Another configuration. A check that is the same but for its weights goes on with its connection and its history;
    /// another one begins anew, and counts as what it was until its first answer, so that no priority jumps.
    /// </summary>
    /// <param name="next">All of it.</param>
    /// <param name="post">Posts the reload with the health of each of its routers. Called once, before anything is
    /// posted that belongs to the new configuration, and after everything that belongs to the old one.</param>
    internal void Reconfigure(VipdConfiguration next, Action<IReadOnlyList<LoopMessage.HealthChanged>> post)
    {
        lock (_gate)
        {
            RunningCheck[] former = _checks;
            _checks = [.. next.Checks.Select(check => GoOn(former, check))];
            Self.HasChecks = _checks.Length > 0;
            _priority = new HealthPriority(
                next.VirtualRouters, next.Checks, StatusesOf(_checks), _inbox, posts: false);
            post(_priority.Posted);
            _boards.Replace(BoardsOf(_checks));
            if (_isStarted)
                StartThoseThatAreNew();
            _ending.RemoveAll(ended => ended.IsCompleted);
            _ending.AddRange(former.Except(_checks).Select(ended => ended.EndAsync()));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Self.Start();
        lock (_gate)
        {
            _isStarted = true;
            StartThoseThatAreNew();
        }

        // None ends by itself: this is the stop, or a defect, which ends the others and then the daemon.
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stoppingToken.Register(stopping.SetResult))
            await Task.WhenAny(stopping.Task, _defect.Task);
        Task[] runs;
        lock (_gate)
        {
            _isStarted = false;
            foreach (RunningCheck check in _checks)
                check.Stop.Cancel();
            runs = [.. _checks.Select(check => check.Run), .. _ending];
        }

        await Task.WhenAll(runs);
        if (_defect.Task.IsFaulted)
            await _defect.Task;
    }

    private static CheckBoard[] BoardsOf(IEnumerable<RunningCheck> checks) => [.. checks.Select(check => check.Board)];

    private static CheckStatus[] StatusesOf(IEnumerable<RunningCheck> checks) =>
        [.. checks.Select(check => check.Board.Current)];

    private RunningCheck GoOn(RunningCheck[] checks, CheckConfiguration next)
    {
        RunningCheck? former = Array.Find(checks, check => check.Configuration.Name == next.Name);
        if (former is null || former.Configuration with { Weights = next.Weights } != next)
            return Make(next, former?.Board.Current);
        former.Configuration = next;
        return former;
    }

    private RunningCheck Make(CheckConfiguration configuration, CheckStatus? former)
    {
        var unprobed = CheckStatus.Unprobed(configuration.Name, configuration.Settings.Type, _time.GetUtcNow());
        CheckStatus initial = former is null
            ? unprobed
            : unprobed with
            {
                Class = former.Class,
                Reasons = former.Reasons,
                Since = former.Since,
                Weight = former.Weight,
            };
        var board = new CheckBoard(initial);
        var alarm = new CheckAlarm();
        ICheck check = _create(configuration, alarm);
        var runner = new CheckRunner(configuration, check, board, status => Update(board, status), _time, _logger)
        {
            Alarm = alarm,
            Random = _jitter,
            StalledSince = Self.StalledSince,
        };
        return new RunningCheck(configuration, check, board, runner);
    }

    /// <summary>The last answer of a check that a reload has ended concerns nobody.</summary>
    private void Update(CheckBoard board, CheckStatus status)
    {
        lock (_gate)
        {
            if (Array.Exists(_checks, check => check.Board == board))
                _priority.Update(status);
        }
    }

    private void StartThoseThatAreNew()
    {
        foreach (RunningCheck check in _checks)
        {
            if (check.IsStarted)
                continue;
            check.Start();
            check.Run.ContinueWith(
                ended => _defect.TrySetException(ended.Exception!.InnerExceptions),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
        }
    }

    private sealed class RunningCheck(
        CheckConfiguration configuration, ICheck check, CheckBoard board, CheckRunner runner) : IDisposable
    {
        public CheckConfiguration Configuration { get; set; } = configuration;

        public CheckBoard Board => board;

        public CancellationTokenSource Stop { get; } = new();

        public Task Run { get; private set; } = Task.CompletedTask;

        public bool IsStarted { get; private set; }

        public void Start()
        {
            IsStarted = true;
            Run = Task.Run(() => runner.RunAsync(Stop.Token), CancellationToken.None);
        }

        /// <summary>
        /// Cancels the probe in flight, on another thread; what it uses is closed once it has come back.
        /// </summary>
        public async Task EndAsync()
        {
            await Stop.CancelAsync();

            // A defect has been told of by the one who started it.
            await Run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Dispose();
        }

        public void Dispose()
        {
            check.Dispose();
            Stop.Dispose();
        }
    }
}
