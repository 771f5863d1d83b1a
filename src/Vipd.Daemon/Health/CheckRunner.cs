using Microsoft.Extensions.Logging;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>
/// Probes one check for ever: at once, then each interval counted from the start of the probe before. A probe that
/// takes longer is followed by the next one immediately; two never overlap, and missed ones are not made up for.
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
    private readonly RiseFall _verdict = new(configuration.Rise, configuration.Fall);

    /// <summary>The lines of the last answer of each class: a verdict may outlive the answers that led to it.</summary>
    private readonly IReadOnlyList<string>[] _reasons = [[], [], []];

    /// <summary>Runs until <paramref name="stop"/>, which cancels the probe in flight; then returns normally.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                long started = time.GetTimestamp();
                CheckAnswer answer = await check.ProbeAsync(stop);
                Record(answer, time.GetElapsedTime(started));

                TimeSpan rest = configuration.Interval - time.GetElapsedTime(started);
                if (rest > TimeSpan.Zero)
                    await Task.Delay(rest, time, stop);
                stop.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The only way out.
        }
    }

    private void Record(CheckAnswer answer, TimeSpan duration)
    {
        CheckStatus before = board.Current;
        bool isFirst = !_verdict.HasAnswer;
        bool isTransition = _verdict.Record(answer.Class);
        _reasons[(int)answer.Class] = answer.Reasons;
        DateTimeOffset now = time.GetUtcNow();
        CheckStatus after = before with
        {
            Class = _verdict.Class,
            Reasons = _reasons[(int)_verdict.Class],
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
        if (isTransition || !after.Reasons.SequenceEqual(before.Reasons))
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
