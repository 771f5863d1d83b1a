namespace Vipd.Daemon.Health;

/// <summary>
/// How what happens between two probes reaches the runner of a check. Rung from any thread; only the runner listens.
/// </summary>
public sealed class CheckAlarm
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _rung = NewSignal();
    private TaskCompletionSource _reported = NewSignal();
    private CheckAnswer? _evidence;

    /// <summary>Something has changed: probe without waiting for the interval.</summary>
    public void ProbeNow()
    {
        lock (_gate)
            _rung.TrySetResult();
    }

    /// <summary>Something has shown what no probe needs to confirm. It counts as an answer, at once.</summary>
    public void Report(CheckAnswer evidence)
    {
        lock (_gate)
        {
            _evidence = evidence;
            _rung.TrySetResult();
            _reported.TrySetResult();
        }
    }

    /// <summary>Completes when it is rung; anew after each <see cref="Reset"/>.</summary>
    internal Task Rung
    {
        get
        {
            lock (_gate)
                return _rung.Task;
        }
    }

    /// <summary>Completes when there is evidence.</summary>
    internal Task Reported
    {
        get
        {
            lock (_gate)
                return _reported.Task;
        }
    }

    /// <summary>Takes the evidence, null for none, and is silent again.</summary>
    internal CheckAnswer? Reset()
    {
        lock (_gate)
        {
            if (_rung.Task.IsCompleted)
                _rung = NewSignal();
            if (_reported.Task.IsCompleted)
                _reported = NewSignal();
            CheckAnswer? evidence = _evidence;
            _evidence = null;
            return evidence;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
