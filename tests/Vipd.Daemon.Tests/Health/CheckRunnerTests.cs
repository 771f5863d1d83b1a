using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;
using Vipd.Daemon.Tests.Support;

namespace Vipd.Daemon.Tests.Health;

public sealed class CheckRunnerTests : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly CheckAnswer Refused = CheckAnswer.Down("connection refused by 127.0.0.1:6443");
    private static readonly CheckAnswer Http500 = CheckAnswer.NotReady("HTTP 500", "etcd failed: reason withheld");

    private readonly ManualTime _time = new();
    private readonly ScriptedCheck _check = new();
    private readonly RememberingLogger _log = new();
    private readonly ConcurrentQueue<CheckStatus> _changes = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CheckAlarm _alarm = new();
    private readonly CheckBoard _board;
    private readonly Task _run;
    private TimeSpan _stalled;

    public CheckRunnerTests()
    {
        CheckConfiguration configuration = Configurations.Check("kube-apiserver");
        _board = new CheckBoard(CheckStatus.Unprobed("kube-apiserver", "kubernetesApiserver", _time.GetUtcNow()));
        var runner = new CheckRunner(configuration, _check, _board, _changes.Enqueue, _time, _log)
        {
            Alarm = _alarm,
            StalledSince = _ => _stalled,
        };
        _run = Task.Run(() => runner.RunAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(_check.Overlapped);
        _stop.Dispose();
    }

    [Fact]
    public async Task The_first_probe_starts_at_once_and_the_next_one_interval_after_its_start()
    {
        await _check.NextProbeAsync();
        _time.Advance(TimeSpan.FromMilliseconds(100));
        _check.Answer(CheckAnswer.Ready);
        await _time.NextTimerAsync();

        _time.Advance(TimeSpan.FromMilliseconds(149));
        Assert.Equal(1, _check.Started);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await _check.NextProbeAsync();

        Assert.Equal(2, _check.Started);
        Assert.Equal(TimeSpan.FromMilliseconds(100), _board.Current.LastDuration);
    }

    [Fact]
    public async Task A_probe_longer_than_the_interval_is_followed_by_one_probe_and_not_by_the_missed_ones()
    {
        await _check.NextProbeAsync();
        _time.Advance(Interval * 8);
        Assert.Equal(1, _check.Started);
        _check.Answer(Refused);
        await _check.NextProbeAsync();
        _check.Answer(Refused);
        await _time.NextTimerAsync();

        Assert.Equal(2, _check.Started);
    }

    [Fact]
    public async Task The_status_tells_class_reasons_since_and_counts()
    {
        DateTimeOffset start = _time.GetUtcNow();
        await StepAsync(CheckAnswer.Ready);
        CheckStatus first = _board.Current;
        await StepAsync(Http500);
        CheckStatus second = _board.Current;
        await StepAsync(Http500);
        CheckStatus third = _board.Current;

        Assert.Equal((HealthClass.Ready, start, 1, 1L), (first.Class, first.Since, first.Consecutive, first.Probes));
        Assert.Equal(
            (HealthClass.Ready, start, 1, 2L), (second.Class, second.Since, second.Consecutive, second.Probes));
        Assert.Empty(second.Reasons);
        Assert.Equal(Http500, second.LastAnswer);
        Assert.Equal(start + Interval, second.LastProbeAt);
        Assert.Equal(
            (HealthClass.NotReady, start + (2 * Interval), 2, 3L),
            (third.Class, third.Since, third.Consecutive, third.Probes));
        Assert.Equal(Http500.Reasons, third.Reasons);
        Assert.Equal(3, Enumerable.Range(0, _board.Durations.UpperBoundsSeconds.Count + 1).Sum(_board.Durations.Count));
    }

    [Fact]
    public async Task While_ready_answers_have_not_risen_yet_the_reason_is_still_why_it_went_down()
    {
        await StepAsync(Refused);
        await StepAsync(CheckAnswer.Ready);

        Assert.Equal(HealthClass.Down, _board.Current.Class);
        Assert.Equal(Refused.Reasons, _board.Current.Reasons);
        Assert.Equal(CheckAnswer.Ready, _board.Current.LastAnswer);
    }

    [Fact]
    public async Task Changes_are_told_once_and_new_reasons_of_the_same_class_too()
    {
        await StepAsync(Refused, Refused, Refused);
        await StepAsync(CheckAnswer.Down("connection reset by 127.0.0.1:6443"));
        await StepAsync(CheckAnswer.Ready, CheckAnswer.Ready, CheckAnswer.Ready, CheckAnswer.Ready);

        Assert.Equal(
            ["down connection refused by 127.0.0.1:6443", "down connection reset by 127.0.0.1:6443", "ready "],
            _changes.Select(status => $"{status.Class.Name()} {string.Join("; ", status.Reasons)}"));
    }

    [Fact]
    public async Task Transitions_are_logged_once_with_their_reason()
    {
        await StepAsync(Refused, Refused, Refused);
        await StepAsync(CheckAnswer.Ready, CheckAnswer.Ready, CheckAnswer.Ready, CheckAnswer.Ready);
        await StepAsync(Http500, Http500, Http500);

        Assert.Equal(
            [
                "Warning: check kube-apiserver down: connection refused by 127.0.0.1:6443",
                "Information: check kube-apiserver down → ready",
                "Warning: check kube-apiserver ready → notReady: HTTP 500; etcd failed: reason withheld",
            ],
            _log.Lines);
    }

    [Fact]
    public async Task The_alarm_brings_the_next_probe_forward()
    {
        await _check.NextProbeAsync();
        _check.Answer(CheckAnswer.Ready);
        await _time.NextTimerAsync();
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, _check.Started);

        _alarm.ProbeNow();
        await _check.NextProbeAsync();

        Assert.Equal(2, _check.Started);
    }

    [Fact]
    public async Task An_alarm_during_a_probe_is_followed_by_another_probe()
    {
        await _check.NextProbeAsync();
        _alarm.ProbeNow();
        _time.Advance(TimeSpan.FromMilliseconds(30));
        _check.Answer(CheckAnswer.Ready);

        await _check.NextProbeAsync();
    }

    [Fact]
    public async Task However_often_it_rings_probes_start_20_ms_apart()
    {
        await _check.NextProbeAsync();
        for (int i = 0; i < 10; i++)
            _alarm.ProbeNow();
        _check.Answer(CheckAnswer.Ready);
        await _time.NextTimerAsync();
        await _time.NextTimerAsync();
        _time.Advance(TimeSpan.FromMilliseconds(19));
        Assert.Equal(1, _check.Started);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await _check.NextProbeAsync();
    }

    [Fact]
    public async Task Evidence_counts_without_a_probe_and_ends_the_one_in_flight()
    {
        await StepAsync(CheckAnswer.Ready);
        await _check.NextProbeAsync();

        _alarm.Report(Refused);
        await _time.NextTimerAsync();

        Assert.True(_check.WasCancelled);
        Assert.Equal((HealthClass.Down, 2L), (_board.Current.Class, _board.Current.Probes));
        Assert.Equal(Refused.Reasons, _board.Current.Reasons);
    }

    [Fact]
    public async Task Evidence_between_two_probes_counts_at_once()
    {
        await _check.NextProbeAsync();
        _check.Answer(CheckAnswer.Ready);
        await _time.NextTimerAsync();
        _time.Advance(TimeSpan.FromMilliseconds(100));

        _alarm.Report(Refused);
        await _time.NextTimerAsync();

        Assert.Equal((HealthClass.Down, 1), (_board.Current.Class, _check.Started));
    }

    [Fact]
    public async Task A_time_limit_that_passed_while_vipd_stood_still_is_no_verdict_three_times_in_a_row()
    {
        CheckAnswer timeout = CheckAnswer.TimedOut("no answer within 2.5s from 127.0.0.1:6443");
        await StepAsync(CheckAnswer.Ready);
        _stalled = TimeSpan.FromMilliseconds(1800.4);
        for (int i = 0; i < 3; i++)
        {
            await _check.NextProbeAsync();
            _check.Answer(timeout);
        }

        await _check.NextProbeAsync();
        Assert.Equal((HealthClass.Ready, 4L), (_board.Current.Class, _board.Current.Probes));
        Assert.Equal(
            [timeout.Reasons[0], "not counted: vipd itself stood still for 1.801s of that time"],
            _board.Current.LastAnswer!.Reasons);

        _check.Answer(timeout);
        await _time.NextTimerAsync();
        Assert.Equal(HealthClass.Down, _board.Current.Class);
    }

    [Fact]
    public async Task A_refusal_counts_however_long_vipd_stood_still()
    {
        await StepAsync(CheckAnswer.Ready);
        _stalled = TimeSpan.FromSeconds(2);
        await StepAsync(Refused);

        Assert.Equal(HealthClass.Down, _board.Current.Class);
    }

    [Fact]
    public async Task A_weight_that_an_answer_names_itself_is_told_when_it_changes()
    {
        CheckAnswer Weighs(int amount) =>
            CheckAnswer.NotReady("heavy") with { Weight = CheckWeight.Lower(amount) };
        await StepAsync(Weighs(10), Weighs(10), Weighs(20));

        Assert.Equal([10, 20], _changes.Select(status => status.Weight!.Value.Amount));
    }

    [Fact]
    public async Task Stopping_cancels_the_probe_in_flight()
    {
        await _check.NextProbeAsync();
        await _stop.CancelAsync();
        await _run.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.True(_check.WasCancelled);
        Assert.Equal(0, _board.Current.Probes);
    }

    private async Task StepAsync(params CheckAnswer[] answers)
    {
        foreach (CheckAnswer answer in answers)
        {
            await _check.NextProbeAsync();
            _check.Answer(answer);
            await _time.NextTimerAsync();
            _time.Advance(Interval);
        }
    }
}
