using Vipd.Daemon.Configuration;
using Vipd.Daemon.Hooks;
using Vipd.Daemon.Hosting;
using Vipd.Daemon.Tests.Health;
using Vipd.Daemon.Tests.Support;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Hooks;

/// <summary>Which routers are followed, and from when on; no process runs here.</summary>
public sealed class HookServiceTests : IDisposable
{
    private static readonly HookOptions WhenActive = HookOptions.None with { OnActive = ["/active"] };

    private readonly SampleBoards _boards = new();
    private readonly ScriptedCommands _commands = new();
    private readonly HookService _service;

    public HookServiceTests() => _service = new HookService(
        With(HookOptions.None), _boards.Board, _commands.RunAsync, new ManualTime(), new RememberingLogger());

    public void Dispose() => _service.Dispose();

    [Fact]
    public async Task What_happened_before_the_service_started_has_its_hook()
    {
        _service.Reconfigure(With(WhenActive));
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        await _service.StartAsync(CancellationToken.None);
        await _commands.UntilBegun(1);
        await _service.StopAsync(CancellationToken.None);

        Assert.Equal(["/active"], _commands.Programs);
    }

    [Fact]
    public async Task A_reload_that_brings_the_first_hooks_runs_them_from_then_on_alone()
    {
        await _service.StartAsync(CancellationToken.None);
        for (int flip = 0; flip < 5; flip++)
        {
            _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
            _boards.Become(RouterState.Backup, TransitionCause.HigherPriority);
        }

        _service.Reconfigure(With(WhenActive));
        _boards.Become(RouterState.Active, TransitionCause.Preempting);
        await _commands.UntilBegun(1);
        await _service.StopAsync(CancellationToken.None);

        Assert.Equal("preempting", Assert.Single(_commands.Begun).Variables["VIPD_CAUSE"]);
        Assert.Equal(0, Assert.Single(_service.Boards).PassedOver);
    }

    [Fact]
    public async Task Hooks_that_a_reload_takes_away_and_another_brings_back_run_again()
    {
        _service.Reconfigure(With(WhenActive));
        await _service.StartAsync(CancellationToken.None);
        _service.Reconfigure(With(HookOptions.None));
        _service.Reconfigure(With(WhenActive));
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        await _commands.UntilBegun(1);
        await _service.StopAsync(CancellationToken.None);

        Assert.Equal(["/active"], _commands.Programs);
    }

    private static VipdConfiguration With(HookOptions hooks) =>
        Configurations.Daemon([Configurations.Router("apiserver") with { Hooks = hooks }], []);
}
