namespace Vipd.Lab;

/// <summary>"Until observed, bounded": the only way in which the lab waits.</summary>
public static class Observe
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);

    /// <summary>Polls until the condition holds; false when the bound passed first.</summary>
    public static bool Within(TimeSpan bound, Func<bool> condition, CancellationToken stop = default)
    {
        var deadline = MonotonicClock.Now + bound;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (condition()) return true;
            if (MonotonicClock.Now > deadline) return false;
            Thread.Sleep(PollInterval);
        }
    }

    /// <summary>Polls until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within the bound; <paramref name="diagnosis"/> says what was
    /// seen.</exception>
    public static void Until(
        string what,
        TimeSpan bound,
        Func<bool> condition,
        Func<string>? diagnosis = null,
        CancellationToken stop = default)
    {
        if (Within(bound, condition, stop)) return;
        throw new TimeoutException($"not observed within {bound.TotalSeconds:0.#} s: {what}. {diagnosis?.Invoke()}");
    }

    /// <summary>Polls until the condition has held without interruption for <paramref name="duration"/>.</summary>
    public static bool Steady(TimeSpan duration, TimeSpan bound, Func<bool> condition, CancellationToken stop = default)
    {
        var since = MonotonicClock.Now;
        return Within(bound, () =>
        {
            if (!condition()) since = MonotonicClock.Now;
            return MonotonicClock.Now - since >= duration;
        }, stop);
    }
}
