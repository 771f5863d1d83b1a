using Microsoft.Extensions.Logging;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>
/// Probes one check for ever: at once, then each interval counted from the start of the probe before, or as soon as the
/// alarm rings. A probe that takes longer is followed by the next one immediately; two never overlap, and missed ones
/// are not made up for.
/// </summary>
/// <param name="changed">
/// Told when the verdict or its reasons changed; called on the runner's own thread of execution.
/// </param>
public sealed class CheckRunner(
    CheckConfiguration configuration,
    ICheck check,
    CheckBoard board,
    Action<CheckStatus> changed,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>From the start of one probe to the next, at least, however often the alarm rings.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// An interval is longer or shorter by up to this part, so that the checks of many nodes, or of one, do not keep
    /// step with each other or with what they ask.
    /// </summary>
    private const double JitterPart = 0.05;

    /// <summary>A node that never gets to look for itself must not be the one that keeps the address.</summary>
    private const int MostExcusesInARow = 3;

    private readonly RiseFall _verdict = new(configuration.Rise, configuration.Fall);

    /// <summary>The last answer of each class: a verdict may outlive the answers that led to it.</summary>
    private readonly CheckAnswer?[] _answers = [null, null, null];

    private int _excuses;

    /// <summary>What is heard between two probes.</summary>
    public CheckAlarm Alarm { get; init; } = new();

    /// <summary>For the jitter; null: none.</summary>
    public Random? Random { get; init; }

    /// <summary>
    /// For how long this process itself stood still since a timestamp of the time provider; a time limit that passed
    /// meanwhile says nothing of the target.
    /// </summary>
    public Func<long, TimeSpan> StalledSince { get; init; } = static _ => TimeSpan.Zero;

    /// <summary>Runs until <paramref name="stop"/>, which cancels the probe in flight; then returns normally.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                long started = time.GetTimestamp();
                CheckAnswer answer = Alarm.Reset() ?? await ProbeAsync(stop);
                if (answer.IsTimeout && Excuse(started) is { } excuse)
                {
                    Publish(answer.With(excuse), time.GetElapsedTime(started));
                    continue;
                }

                _excuses = 0;
                Record(answer, time.GetElapsedTime(started));
                await RestAsync(started, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The only way out.
        }
    }

    /// <summary>The answer of one probe, or the evidence that came while it was under way, which ends it.</summary>
    private async Task<CheckAnswer> ProbeAsync(CancellationToken stop)
    {
        using var probe = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task<CheckAnswer> asking = check.ProbeAsync(probe.Token);
        await Task.WhenAny(asking, Alarm.Reported);
        if (asking.IsCompleted || Alarm.Reset() is not { } evidence)
            return await asking;
        await probe.CancelAsync();
        try
        {
            await asking;
        }
        catch (OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
        }

        return evidence;
    }

    private async Task RestAsync(long started, CancellationToken stop)
    {
        double jitter = Random is null ? 1 : 1 + (JitterPart * ((2 * Random.NextDouble()) - 1));
        TimeSpan rest = (jitter * configuration.Interval) - time.GetElapsedTime(started);
        if (rest > TimeSpan.Zero)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(Task.Delay(rest, time, waiting.Token), Alarm.Rung);
            await waiting.CancelAsync();
        }

        stop.ThrowIfCancellationRequested();
        rest = Spacing - time.GetElapsedTime(started);
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest, time, stop);
    }

    /// <summary>Why an answer does not count; null when it does.</summary>
    private string? Excuse(long started)
    {
        TimeSpan stalled = StalledSince(started);
        return stalled > TimeSpan.Zero && _excuses++ < MostExcusesInARow
            ? $"not counted: vipd itself stood still for {Durations.Format(Whole(stalled))} of that time"
            : null;
    }

    private static TimeSpan Whole(TimeSpan value) =>
        TimeSpan.FromMilliseconds(Math.Ceiling(value.TotalMilliseconds));

    private void Publish(CheckAnswer answer, TimeSpan duration)
    {
        CheckStatus before = board.Current;
        board.Publish(before with
        {
            LastAnswer = answer,
            LastProbeAt = time.GetUtcNow(),
            LastDuration = duration,
            Probes = before.Probes + 1,
        });
    }

    private void Record(CheckAnswer answer, TimeSpan duration)
    {
        CheckStatus before = board.Current;
        bool isFirst = !_verdict.HasAnswer;
        bool isTransition = _verdict.Record(answer.Class);
        _answers[(int)answer.Class] = answer;
        CheckAnswer? why = _answers[(int)_verdict.Class];
        DateTimeOffset now = time.GetUtcNow();
        CheckStatus after = before with
        {
            Class = _verdict.Class,
            Reasons = why?.Reasons ?? [],
            Weight = why?.Weight,
            Since = isTransition ? now : before.Since,
            LastAnswer = answer,
            LastProbeAt = now,
            LastDuration = duration,
            Consecutive = _verdict.Consecutive,
            Probes = before.Probes + 1,
        };
        board.Publish(after);

        if (isFirst || isTransition)
            Log(after, isFirst ? null : before.Class);
        if (isTransition || after.Weight != before.Weight || !after.Reasons.SequenceEqual(before.Reasons))
            changed(after);
    }

    private void Log(CheckStatus status, HealthClass? before)
    {
        LogLevel level = status.Class == HealthClass.Ready ? LogLevel.Information : LogLevel.Warning;
        if (!logger.IsEnabled(level))
            return;
        string change = before is { } from ? $"{from.Name()} → {status.Class.Name()}" : status.Class.Name();
        string because = status.Reasons.Count == 0 ? "" : ": " + string.Join("; ", status.Reasons);
        logger.Log(level, "check {Check} {Change}{Because}", status.Name, change, because);
    }
}
