using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Processes;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Hooks;

/// <summary>Runs a command to its end, as <see cref="ChildProcess.RunAsync"/> does.</summary>
internal delegate Task<ChildOutcome> RunCommand(ChildCommand command, CancellationToken stop);

/// <summary>
/// Runs the hooks of one Virtual Router, in the order of its transitions and never two at the same time. Where they
/// take longer than the router takes to change its mind, transitions are passed over, but never the last one: when all
/// is quiet, the hook that ran last is the one of the state that the router is in.
/// </summary>
internal sealed class HookRunner : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly TransitionFeed _feed;
    private readonly RunCommand _run;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>There is a hook for conflicts: without one nobody need look for them, each second and router.</summary>
    private readonly TaskCompletionSource _wantsConflicts = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile RouterBoard _router;
    private volatile HookOptions _hooks;
    private long _notFollowed;

    public HookRunner(RouterBoard router, HookOptions hooks, RunCommand run, TimeProvider clock, ILogger log)
    {
        _feed = router.Feed;
        Board = new HookBoard(router.Identity.Name);
        _run = run;
        _clock = clock;
        _log = log;
        Reconfigure(router, hooks);
    }

    public HookBoard Board { get; }

    /// <summary>Without one nobody need follow the router.</summary>
    public bool HasHooks => !_hooks.IsEmpty;

    private string Name => _router.Identity.Name;

    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>It is the runner of this router, which a reload may have given another board and name.</summary>
    public bool Follows(RouterBoard router) => router.Feed == _feed;

    /// <summary>From the next run on.</summary>
    [MemberNotNull(nameof(_router), nameof(_hooks))]
    public void Reconfigure(RouterBoard router, HookOptions hooks)
    {
        _router = router;
        _hooks = hooks;
        Board.Router = router.Identity.Name;
        if (hooks.Of(HookKind.OnConflict).Count > 0)
            _wantsConflicts.TrySetResult();
    }

    /// <summary>
    /// What has happened so far had no hooks, and does not get those of a reload. Before <see cref="RunAsync"/> alone.
    /// </summary>
    public void PassOver()
    {
        while (_feed.TryTake(out _))
        {
        }

        _notFollowed = _feed.PassedOver;
    }

    /// <summary>
    /// Runs until <paramref name="stop"/>, and then what is still to be run, until <paramref name="kill"/>.
    /// </summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken kill) =>
        await Task.WhenAll(FollowTransitionsAsync(stop, kill), FollowConflictsAsync(stop, kill));

    private async Task FollowTransitionsAsync(CancellationToken stop, CancellationToken kill)
    {
        try
        {
            while (true)
                await CallAsync(await _feed.TakeAsync(stop), kill);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }

        while (_feed.TryTake(out TransitionRecord? last))
            await CallAsync(last, kill);
    }

    private async Task FollowConflictsAsync(CancellationToken stop, CancellationToken kill)
    {
        long started = _clock.GetTimestamp();
        try
        {
            await _wantsConflicts.Task.WaitAsync(stop);
            var conflicts = new ConflictWatch(_router.Counters);
            while (true)
            {
                await Task.Delay(LookInterval, _clock, stop);
                foreach (string kind in conflicts.Look(_clock.GetElapsedTime(started)))
                    await CallAsync(HookCall.Of(_router, kind), kill);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async Task CallAsync(TransitionRecord transition, CancellationToken kill)
    {
        ReportPassedOver();
        await CallAsync(HookCall.Of(_router, transition), kill);
    }

    private async Task CallAsync(HookCall call, CancellationToken kill)
    {
        IReadOnlyList<string> arguments = _hooks.Of(call.Kind);
        if (arguments.Count == 0)
            return;
        var command = new ChildCommand(arguments, call.Variables, _hooks.Timeout);
        await _oneAtATime.WaitAsync(CancellationToken.None);
        try
        {
            Report(call.Kind, command, await _run(command, kill));
        }
        catch (OperationCanceledException) when (kill.IsCancellationRequested)
        {
            Board.Count(call.Kind, HookResult.Interrupted);
            _log.LogWarning(
                "{Router}: {Hook}: {Program} did not end before the daemon did, and was killed",
                Name, call.Kind.Name(), arguments[0]);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private void Report(HookKind kind, ChildCommand command, ChildOutcome outcome)
    {
        HookResult result = outcome.IsSuccess ? HookResult.Succeeded
            : outcome.End == ChildEnd.TimedOut ? HookResult.TimedOut
            : HookResult.Failed;
        Board.Count(kind, result);
        foreach (string line in outcome.Output)
            _log.LogInformation("{Router}: {Hook}: {Line}", Name, kind.Name(), line);
        if (result != HookResult.Succeeded)
            _log.LogWarning("{Router}: {Hook}: {Outcome}", Name, kind.Name(), outcome.Describe(command));
    }

    private void ReportPassedOver()
    {
        long passedOver = _feed.PassedOver - _notFollowed;
        if (passedOver == Board.PassedOver)
            return;
        _log.LogWarning(
            "{Router}: no hook ran for {Count} transitions: later ones came while earlier hooks still ran",
            Name, passedOver - Board.PassedOver);
        Board.SetPassedOver(passedOver);
    }
}
