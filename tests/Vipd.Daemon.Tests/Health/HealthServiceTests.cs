using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Tests.Health;

public sealed class HealthServiceTests
{
    private readonly ManualTime _time = new();
    private readonly LoopInbox _inbox = new(() => { });
    private readonly Dictionary<string, ScriptedCheck> _checks = [];

    [Fact]
    public void Constructed_it_has_posted_that_nothing_is_known_to_be_healthy()
    {
        using HealthService service = Create("kube-apiserver");

        Assert.True(_inbox.TryTake(out LoopMessage? message));
        var health = Assert.IsType<LoopMessage.HealthChanged>(message);
        Assert.Equal((0, 80, false), (health.Router, health.Weight, health.Fault));
        Assert.Equal(HealthClass.Down, Assert.Single(service.Boards).Current.Class);
    }

    [Fact]
    public void It_watches_itself_closely_only_while_there_are_checks()
    {
        using HealthService service = Create();
        Assert.False(service.Self.HasChecks);
        Reload(service, Configurations.Check("a"));
        Assert.True(service.Self.HasChecks);
        Reload(service);
        Assert.False(service.Self.HasChecks);
    }

    [Fact]
    public async Task A_check_that_hangs_delays_no_other()
    {
        using HealthService service = Create("hangs", "works");
        await service.StartAsync(CancellationToken.None);
        await _checks["hangs"].NextProbeAsync();

        for (int i = 0; i < 5; i++)
        {
            await _checks["works"].NextProbeAsync();
            _checks["works"].Answer(CheckAnswer.Ready);
            await _time.NextTimerAsync();
            _time.Advance(TimeSpan.FromMilliseconds(250));
        }

        Assert.Equal(5, service.Boards[1].Current.Probes);
        Assert.Equal((HealthClass.Down, 0L), (service.Boards[0].Current.Class, service.Boards[0].Current.Probes));
        await service.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Stopping_is_prompt_and_cancels_what_is_in_flight()
    {
        using HealthService service = Create("hangs", "sleeps");
        await service.StartAsync(CancellationToken.None);
        await _checks["hangs"].NextProbeAsync();
        await _checks["sleeps"].NextProbeAsync();
        _checks["sleeps"].Answer(CheckAnswer.Ready);
        await _time.NextTimerAsync();

        long before = Stopwatch.GetTimestamp();
        await service.StopAsync(CancellationToken.None);

        Assert.True(Stopwatch.GetElapsedTime(before) < TimeSpan.FromSeconds(5));
        Assert.True(_checks["hangs"].WasCancelled);
        Assert.True(service.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_defect_in_one_check_ends_the_service_with_it()
    {
        var broken = new InvalidOperationException("a defect");
        VipdConfiguration configuration =
            Configurations.Daemon([], [Configurations.Check("broken"), Configurations.Check("hangs")]);
        using var service = new HealthService(
            configuration, _inbox, _time, NullLoggerFactory.Instance,
            (check, alarm) => check.Name == "broken" ? new BrokenCheck(broken) : New(check, alarm));
        await service.StartAsync(CancellationToken.None);

        Assert.Same(broken, await Assert.ThrowsAsync<InvalidOperationException>(
            () => service.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20))));
    }

    [Fact]
    public async Task A_check_that_is_the_same_but_for_its_weights_goes_on_and_costs_what_the_new_ones_say()
    {
        using HealthService service = Create("a");
        await service.StartAsync(CancellationToken.None);
        await _checks["a"].NextProbeAsync();
        _checks["a"].Answer(CheckAnswer.NotReady("500"));
        await _time.NextTimerAsync();
        ScriptedCheck before = _checks["a"];
        CheckBoard board = service.Boards[0];

        LoopMessage.HealthChanged health = Assert.Single(Reload(
            service, Configurations.Check("a", notReady: CheckWeight.Lower(7))));
        Assert.Equal(7, health.Weight);
        Assert.Same(before, _checks["a"]);
        Assert.Same(board, service.Boards[0]);
        Assert.Equal(1, board.Current.Probes);
        await service.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_changed_check_begins_anew_and_counts_as_what_it_was_until_its_first_answer()
    {
        using HealthService service = Create("a");
        await service.StartAsync(CancellationToken.None);
        await _checks["a"].NextProbeAsync();
        _checks["a"].Answer(CheckAnswer.Ready);
        await _time.NextTimerAsync();
        ScriptedCheck before = _checks["a"];

        CheckConfiguration changed = Configurations.Check("a") with { Interval = TimeSpan.FromSeconds(3) };
        Assert.Equal(0, Assert.Single(Reload(service, changed)).Weight);
        Assert.NotSame(before, _checks["a"]);
        Assert.Equal((HealthClass.Ready, 0L), (service.Boards[0].Current.Class, service.Boards[0].Current.Probes));
        await _checks["a"].NextProbeAsync();
        _checks["a"].Answer(CheckAnswer.Down("refused"));
        await _time.NextTimerAsync();
        Assert.True(_inbox.TryTake(out LoopMessage? message));
        Assert.Equal(80, Assert.IsType<LoopMessage.HealthChanged>(message).Weight);
        await service.StopAsync(CancellationToken.None);
        Assert.True(before.IsDisposed);
    }

    [Fact]
    public async Task Checks_come_and_go_and_a_new_one_is_down_until_its_first_answer()
    {
        using HealthService service = Create("a");
        await service.StartAsync(CancellationToken.None);
        await _checks["a"].NextProbeAsync();
        Assert.Equal(80, Assert.Single(Reload(service, Configurations.Check("b"))).Weight);
        Assert.Equal("b", Assert.Single(service.Boards).Current.Name);
        await _checks["b"].NextProbeAsync();
        await service.StopAsync(CancellationToken.None);
        Assert.True(_checks["a"].WasCancelled);
    }

    [Fact]
    public async Task Stopping_waits_for_a_check_that_a_reload_has_ended_and_that_is_not_done_yet()
    {
        var cleanUp = new TaskCompletionSource();
        using HealthService service = Create("a");
        _checks["a"].CleanUp = cleanUp.Task;
        await service.StartAsync(CancellationToken.None);
        await _checks["a"].NextProbeAsync();
        Reload(service, Configurations.Check("b"));
        await _checks["b"].NextProbeAsync();

        Task stopping = service.StopAsync(CancellationToken.None);
        Assert.NotSame(stopping, await Task.WhenAny(stopping, Task.Delay(TimeSpan.FromMilliseconds(100))));
        Assert.False(_checks["a"].IsDisposed);
        cleanUp.SetResult();
        await stopping;
        Assert.True(_checks["a"].IsDisposed);
    }

    [Fact]
    public void Disposing_disposes_the_checks()
    {
        Create("a", "b").Dispose();

        Assert.All(_checks.Values, check => Assert.True(check.IsDisposed));
    }

    [Fact]
    public void Each_type_of_check_is_made_and_watched_where_it_has_a_connection()
    {
        var address = new TargetEndPoint("127.0.0.1", 8443);
        CheckConfiguration any = Configurations.Check("any");
        (CheckSettings Settings, Type Type)[] types =
        [
            (any.Settings, typeof(WatchedCheck)),
            ((KubernetesApiserverSettings)any.Settings with { DeathWatch = false }, typeof(KubernetesApiserverCheck)),
            (Configurations.Http(new Uri("http://127.0.0.1:1/")), typeof(WatchedCheck)),
            (Configurations.Http(new Uri("http://127.0.0.1:1/")) with { DeathWatch = false }, typeof(HttpCheck)),
            (new TcpSettings(address, DeathWatch: true), typeof(WatchedCheck)),
            (new TcpSettings(address, DeathWatch: false), typeof(TcpCheck)),
            (new CommandSettings(new EquatableList<string>(["/bin/true"])), typeof(CommandCheck)),
            (new ProcessSettings("kubelet", null), typeof(ProcessCheck)),
            (new FileSettings("/run/flag", FileExpectation.Absent), typeof(FileCheck)),
        ];
        foreach ((CheckSettings settings, Type type) in types)
        {
            using ICheck check = CheckFactory.Create(any with { Settings = settings }, new CheckAlarm(), _time);
            Assert.IsType(type, check);
        }
    }

    /// <summary>What the reload is posted with; the inbox is empty before and after.</summary>
    private IReadOnlyList<LoopMessage.HealthChanged> Reload(HealthService service, params CheckConfiguration[] checks)
    {
        while (_inbox.TryTake(out _))
        {
        }

        IReadOnlyList<LoopMessage.HealthChanged> posted = [];
        service.Reconfigure(
            Configurations.Daemon([Configurations.Router("apiserver", [.. checks.Select(c => c.Name)])], checks),
            health => posted = health);
        Assert.False(_inbox.TryTake(out _));
        return posted;
    }

    private HealthService Create(params string[] checks) => new(
        Configurations.Daemon(
            [Configurations.Router("apiserver", checks)], [.. checks.Select(name => Configurations.Check(name))]),
        _inbox,
        _time,
        NullLoggerFactory.Instance,
        New);

    private ScriptedCheck New(CheckConfiguration check, CheckAlarm alarm) => _checks[check.Name] = new ScriptedCheck();

    private sealed class BrokenCheck(Exception failure) : ICheck
    {
        public Task<CheckAnswer> ProbeAsync(CancellationToken stop) => throw failure;

        public void Dispose()
        {
        }
    }
}
