namespace Vipd.Daemon.Observability;

/// <summary>
/// Whether the configuration read last is the one that runs. A daemon that started has read a good one.
/// </summary>
public sealed class ReloadOutcome
{
    private volatile ReloadReport? _last;
    private long _successfulAtTicks = DateTimeOffset.UtcNow.UtcTicks;

    /// <summary>The last reload; null if there was none since the start.</summary>
    public ReloadReport? Last => _last;

    public bool Successful => _last is null or { Result: ReloadResult.Applied };

    /// <summary>When the configuration that runs was read.</summary>
    public DateTimeOffset SuccessfulAt => new(Volatile.Read(ref _successfulAtTicks), TimeSpan.Zero);

    public void Record(ReloadReport report)
    {
        _last = report;
        if (report.Result == ReloadResult.Applied)
            Volatile.Write(ref _successfulAtTicks, report.At.UtcTicks);
    }
}
