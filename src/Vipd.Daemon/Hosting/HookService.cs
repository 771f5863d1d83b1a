using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;
using Vipd.Daemon.Hooks;
using Vipd.Daemon.Processes;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Hosting;

/// <summary>
/// Runs the hooks of all Virtual Routers, each router's by itself. It is stopped after the election, so that the last
/// transitions have their hooks too, and ends within <see cref="StopLimit"/>.
/// </summary>
internal sealed class HookService : BackgroundService
{
    /// <summary>
    /// What the hooks of a daemon that stops may take together: systemd waits for 15 s, and a handover comes first.
    /// </summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(3);

    private readonly StatusBoard _board;
    private readonly RunCommand _run;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly LiveList<HookBoard> _boards = new([]);
    private readonly CancellationTokenSource _kill = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _runs = [];
    private readonly TaskCompletionSource _defect = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _stopping;
    private bool _isRunning;
    private Followed[] _followed = [];

    public HookService(VipdConfiguration configuration, StatusBoard board, TimeProvider clock, ILogger log)
        : this(configuration, board, ChildProcess.RunAsync, clock, log)
    {
    }

    internal HookService(
        VipdConfiguration configuration, StatusBoard board, RunCommand run, TimeProvider clock, ILogger log)
    {
        _board = board;
        _run = run;
        _clock = clock;
        _log = log;
        Reconfigure(configuration);
    }

    /// <summary>What the metrics read, in the order of the configuration.</summary>
    public IReadOnlyList<HookBoard> Boards => _boards;

    /// <summary>
    /// The routers on the board are those of this configuration: some go on, perhaps with other hooks, others are new;
    /// those that are gone still have the hooks of what they did last.
    /// </summary>
    public void Reconfigure(VipdConfiguration configuration)
    {
        lock (_gate)
        {
            Followed[] before = _followed;
            _followed = [.. _board.Routers.Zip(configuration.VirtualRouters, (router, next) =>
                Continue(before, router, next.Hooks))];
            foreach (Followed gone in before.Except(_followed))
                gone.Stop.Cancel();
            _boards.Replace([.. _followed.Select(followed => followed.Runner.Board)]);
            if (_isRunning)
                StartNew();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _kill.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using CancellationTokenRegistration limit = stoppingToken.Register(() => _kill.CancelAfter(StopLimit));
        lock (_gate)
        {
            _stopping = stoppingToken;
            _isRunning = true;
            StartNew();
        }

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration stop = stoppingToken.Register(stopped.SetResult);
        await await Task.WhenAny(stopped.Task, _defect.Task);
        Task[] runs;
        lock (_gate)
            runs = [.. _runs];
        await Task.WhenAll(runs);
    }

    private Followed Continue(Followed[] before, RouterBoard router, HookOptions hooks)
    {
        if (Array.Find(before, followed => followed.Runner.Follows(router)) is not { } former)
            return new Followed(new HookRunner(router, hooks, _run, _clock, _log), new CancellationTokenSource());
        if (!former.Runner.HasHooks && !former.IsStarted)
            former.Runner.PassOver();
        former.Runner.Reconfigure(router, hooks);
        return former;
    }

    // Of 255 routers without hooks, tasks that wait for nothing would be half a megabyte.
    private void StartNew()
    {
        foreach (Followed followed in _followed.Where(next => next.Runner.HasHooks && !next.IsStarted))
        {
            followed.IsStarted = true;
            _runs.Add(RunAsync(followed));
        }
    }

    private async Task RunAsync(Followed followed)
    {
        using (followed.Runner)
        using (followed.Stop)
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping, followed.Stop.Token))
        {
            try
            {
                await followed.Runner.RunAsync(stop.Token, _kill.Token);
            }
            catch (Exception defect)
            {
                _defect.TrySetException(defect);
                throw;
            }
        }
    }

    private sealed class Followed(HookRunner runner, CancellationTokenSource stop)
    {
        public HookRunner Runner => runner;

        /// <summary>For a router that is gone while the daemon goes on.</summary>
        public CancellationTokenSource Stop => stop;

        public bool IsStarted { get; set; }
    }
}
