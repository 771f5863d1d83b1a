using Vipd.Daemon.Configuration;
using Vipd.Daemon.Hooks;
using Vipd.Daemon.Processes;
using Vipd.Daemon.Runtime;
using Vipd.Daemon.Tests.Health;
using Vipd.Daemon.Tests.Support;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Hooks;

/// <summary>Order, bounds and what a program is told; no process runs here.</summary>
public sealed class HookRunnerTests : IDisposable
{
    private static readonly HookOptions Each = new(["/active", "-v"], ["/backup"], ["/fault"], ["/conflict"],
        TimeSpan.FromSeconds(7));

    private readonly SampleBoards _boards = new();
    private HookBoard _board = new("");
    private readonly ScriptedCommands _commands = new();
    private readonly RememberingLogger _log = new();
    private readonly ManualTime _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _kill = new();

    public void Dispose()
    {
        _stop.Dispose();
        _kill.Dispose();
    }

    [Fact]
    public async Task A_hook_is_told_of_its_transition()
    {
        using HookRunner runner = Start(Each, out Task running);
        _boards.Become(RouterState.Backup, TransitionCause.Startup);
        _boards.Become(RouterState.Active, TransitionCause.Preempting);
        await Stop(running);

        ChildCommand command = _commands.Begun[^1];
        Assert.Equal(["/active", "-v"], command.Arguments);
        Assert.Equal(TimeSpan.FromSeconds(7), command.TimeLimit);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["VIPD_HOOK"] = "onActive",
                ["VIPD_ROUTER"] = "apiserver",
                ["VIPD_VRID"] = "51",
                ["VIPD_INTERFACE"] = "eth0",
                ["VIPD_ADDRESSES"] = "192.0.2.100 192.0.2.101",
                ["VIPD_PRIORITY"] = "60",
                ["VIPD_STATE"] = "active",
                ["VIPD_PREVIOUS"] = "backup",
                ["VIPD_CAUSE"] = "preempting",
                ["VIPD_PEER"] = "192.0.2.12",
            },
            command.Variables);
    }

    [Fact]
    public async Task Each_state_has_its_hook()
    {
        using HookRunner runner = Start(Each, out Task running);
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        _boards.Become(RouterState.Fault, TransitionCause.InterfaceDown);
        _boards.Become(RouterState.Initialize, TransitionCause.Shutdown);
        await Stop(running);

        Assert.Equal(["/active", "/fault", "/backup"], _commands.Programs);
        Assert.Equal(1, _board.Runs(HookKind.OnFault, HookResult.Succeeded));
    }

    [Fact]
    public async Task A_state_without_a_hook_runs_nothing()
    {
        using HookRunner runner = Start(Each with { OnBackup = [] }, out Task running);
        _boards.Become(RouterState.Backup, TransitionCause.Startup);
        await Stop(running);

        Assert.Empty(_commands.Begun);
    }

    [Fact]
    public async Task Two_hooks_of_a_router_never_run_at_the_same_time()
    {
        _commands.Hold();
        using HookRunner runner = Start(Each, out Task running);
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        _boards.Become(RouterState.Backup, TransitionCause.HigherPriority);
        await _commands.UntilBegun(1);
        Assert.Equal(["/active"], _commands.Programs);
        _commands.Release();
        await Stop(running);

        Assert.Equal(["/active", "/backup"], _commands.Programs);
        Assert.Equal(1, _commands.MostAtOnce);
    }

    [Fact]
    public async Task A_router_that_is_faster_than_its_hooks_still_gets_the_last_one()
    {
        _commands.Hold();
        using HookRunner runner = Start(Each, out Task running);
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        await _commands.UntilBegun(1);
        for (int flip = 0; flip < 50; flip++)
        {
            _boards.Become(RouterState.Backup, TransitionCause.HigherPriority);
            _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        }

        _boards.Become(RouterState.Fault, TransitionCause.CheckFault);
        _commands.Release();
        await Stop(running);

        Assert.Equal(["/active", "/active", "/backup", "/active", "/fault"], _commands.Programs);
        Assert.Equal(97, _board.PassedOver);
        Assert.Contains(_log.Lines, line => line.Contains("no hook ran for 97 transitions", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_hook_writes_is_in_the_log_and_its_failure_is_counted()
    {
        _commands.Outcome = new ChildOutcome(ChildEnd.Exited, ["first", "second"], TimeSpan.Zero) { ExitCode = 3 };
        using HookRunner runner = Start(Each, out Task running);
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        await Stop(running);

        Assert.Equal(
            [
                "Information: apiserver: onActive: first",
                "Information: apiserver: onActive: second",
                "Warning: apiserver: onActive: /active exited with 3",
            ],
            _log.Lines);
        Assert.Equal(1, _board.Runs(HookKind.OnActive, HookResult.Failed));
    }

    [Fact]
    public async Task A_time_out_is_counted_by_itself()
    {
        _commands.Outcome = new ChildOutcome(ChildEnd.TimedOut, [], TimeSpan.Zero);
        using HookRunner runner = Start(Each, out Task running);
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        await Stop(running);

        Assert.Equal(1, _board.Runs(HookKind.OnActive, HookResult.TimedOut));
        Assert.Equal(
            "Warning: apiserver: onActive: /active took longer than 7s and was killed with its process group",
            Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task Hooks_that_outlive_the_daemon_are_interrupted()
    {
        _commands.Hold();
        using HookRunner runner = Start(Each, out Task running);
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        _boards.Become(RouterState.Initialize, TransitionCause.Shutdown);
        await _commands.UntilBegun(1);
        await _stop.CancelAsync();
        await _kill.CancelAsync();
        await running;

        Assert.Equal(1, _board.Runs(HookKind.OnActive, HookResult.Interrupted));
        Assert.Equal(1, _board.Runs(HookKind.OnBackup, HookResult.Interrupted));
    }

    [Fact]
    public async Task After_a_reload_the_new_hooks_run_and_the_counters_go_on()
    {
        using HookRunner runner = Start(Each, out Task running);
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        await _commands.UntilBegun(1);
        RouterBoard next = _boards.Router.ContinueAs(SampleBoards.Identity with { Name = "web" });
        Assert.True(runner.Follows(next));
        runner.Reconfigure(next, Each with { OnBackup = ["/other"] });
        _boards.Become(RouterState.Backup, TransitionCause.HigherPriority);
        await Stop(running);

        Assert.Equal(["/active", "/other"], _commands.Programs);
        Assert.Equal("web", _commands.Begun[^1].Variables["VIPD_ROUTER"]);
        Assert.Equal(("web", 1), (_board.Router, _board.Runs(HookKind.OnBackup, HookResult.Succeeded)));
    }

    [Fact]
    public async Task A_conflict_has_a_hook_once_a_minute()
    {
        using HookRunner runner = Start(Each, out Task running);
        await _time.NextTimerAsync();
        _boards.Router.Counters.CountSecondActive();
        await Pass(seconds: 1);
        for (int second = 0; second < 59; second++)
        {
            _boards.Router.Counters.CountSecondActive();
            await Pass(seconds: 1);
        }

        Assert.Equal(["/conflict"], _commands.Programs);
        await Pass(seconds: 1);
        await Stop(running);

        Assert.Equal("secondActive", _commands.Begun[^1].Variables["VIPD_CAUSE"]);
        Assert.Equal("onConflict", _commands.Begun[^1].Variables["VIPD_HOOK"]);
    }

    private HookRunner Start(HookOptions hooks, out Task running)
    {
        var runner = new HookRunner(_boards.Router, hooks, _commands.RunAsync, _time, _log);
        _board = runner.Board;
        running = runner.RunAsync(_stop.Token, _kill.Token);
        return runner;
    }

    private async Task Stop(Task running)
    {
        await _stop.CancelAsync();
        await running;
    }

    private async Task Pass(int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await _time.NextTimerAsync();
    }
}
