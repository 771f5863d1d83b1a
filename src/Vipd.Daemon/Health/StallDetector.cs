namespace Vipd.Daemon.Health;

/// <summary>The clocks at one moment, and how the thread pool does.</summary>
/// <param name="Monotonic">CLOCK_MONOTONIC, by which timers go; it stops while the machine sleeps.</param>
/// <param name="SinceBoot">CLOCK_BOOTTIME, which does not stop.</param>
/// <param name="Wall">CLOCK_REALTIME, which is set.</param>
public readonly record struct ClockReading(TimeSpan Monotonic, TimeSpan SinceBoot, DateTimeOffset Wall);

/// <summary>
/// Finds out by its own lateness that this process stood still: whoever could not look must not say that nothing was
/// there. Fed with a beat whenever <see cref="NextBeat"/> says by a thread of its own, and with the moments in which
/// work was given to the thread pool and begun by it. A function of what it is told, for any thread.
/// </summary>
public sealed class StallDetector
{
    /// <summary>From beat to beat. Each wakes a process that sleeps otherwise.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    /// <summary>The same while no check needs to know what stood still, and no work waits.</summary>
    public static readonly TimeSpan CalmPeriod = TimeSpan.FromSeconds(1);

    /// <summary>What a busy machine may be late without being ill; a tenth of a probe's default limit.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(250);

    /// <summary>What a clock may be adjusted by between two beats (chrony and ntpd slew by less).</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(1);

    private const int KeptStalls = 32;

    private readonly Lock _gate = new();
    private readonly (TimeSpan From, TimeSpan To)[] _stalls = new (TimeSpan, TimeSpan)[KeptStalls];
    private int _next;
    private ClockReading? _last;
    private TimeSpan? _queuedAt;
    private TimeSpan _period = Period;

    /// <summary>A beat: what it shows, mostly nothing.</summary>
    public IReadOnlyList<SelfFinding> Beat(ClockReading now)
    {
        lock (_gate)
        {
            List<SelfFinding> findings = [];
            if (_last is { } last)
                Compare(last, now, findings);
            _last = now;
            return findings;
        }
    }

    /// <summary>Until the next beat.</summary>
    /// <param name="hasChecks">Whether there is anybody who will ask what stood still.</param>
    public TimeSpan NextBeat(bool hasChecks)
    {
        lock (_gate)
            return _period = hasChecks || _queuedAt is not null ? Period : CalmPeriod;
    }

    /// <summary>
    /// For how long work that was given to the thread pool has been waiting while this process ran; null: none waits.
    /// </summary>
    public TimeSpan? PoolSilence(TimeSpan now)
    {
        lock (_gate)
            return _queuedAt is { } queuedAt ? now - queuedAt - Overlap(queuedAt, now, now) : null;
    }

    /// <summary>Work was given to the thread pool.</summary>
    public void PoolAsked(TimeSpan monotonic)
    {
        lock (_gate)
            _queuedAt = monotonic;
    }

    /// <summary>It has begun; what that shows, mostly nothing.</summary>
    public SelfFinding? PoolAnswered(ClockReading now)
    {
        lock (_gate)
        {
            if (_queuedAt is not { } queuedAt)
                return null;
            _queuedAt = null;
            TimeSpan waited = now.Monotonic - queuedAt;
            if (waited <= Tolerance)
                return null;
            // While no thread ran the pool could not either: only what goes beyond that is its own.
            TimeSpan own = waited - Overlap(queuedAt, now.Monotonic, now.Monotonic);
            Keep(queuedAt, now.Monotonic);
            return own > Tolerance ? new SelfFinding(SelfTrouble.ThreadPoolStarved, now.Wall, own) : null;
        }
    }

    /// <summary>
    /// For how much of the time from <paramref name="from"/> to <paramref name="now"/> this process stood still; also
    /// what no beat has shown yet, as the first to run after a stall may be whoever asks.
    /// </summary>
    public TimeSpan StalledBetween(TimeSpan from, TimeSpan now)
    {
        lock (_gate)
        {
            TimeSpan begun = now;
            if (_last is { } last && now - last.Monotonic > _period + Tolerance)
                begun = last.Monotonic;
            if (_queuedAt is { } queuedAt && now - queuedAt > Tolerance)
                begun = Earlier(begun, queuedAt);
            return Overlap(from, now, begun);
        }
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Compare(ClockReading last, ClockReading now, List<SelfFinding> findings)
    {
        TimeSpan passed = now.Monotonic - last.Monotonic;
        if (passed > _period + Tolerance)
        {
            Keep(last.Monotonic, now.Monotonic);
            findings.Add(new SelfFinding(SelfTrouble.ProcessStalled, now.Wall, passed - _period));
        }

        TimeSpan asleep = now.SinceBoot - last.SinceBoot - passed;
        if (asleep > ClockTolerance)
            findings.Add(new SelfFinding(SelfTrouble.Suspended, now.Wall, asleep));
        TimeSpan jump = now.Wall - last.Wall - (now.SinceBoot - last.SinceBoot);
        if (jump.Duration() > ClockTolerance)
            findings.Add(new SelfFinding(SelfTrouble.ClockJumped, now.Wall, jump));
    }

    private void Keep(TimeSpan from, TimeSpan to)
    {
        _stalls[_next] = (from, to);
        _next = (_next + 1) % KeptStalls;
    }

    /// <summary>
    /// What stalls take of the time from <paramref name="from"/> to <paramref name="to"/>, of which one that began at
    /// <paramref name="begun"/> is not over. Stalls of the pool and of the process may lie over each other: no moment
    /// counts twice.
    /// </summary>
    private TimeSpan Overlap(TimeSpan from, TimeSpan to, TimeSpan begun)
    {
        TimeSpan sum = TimeSpan.Zero;
        TimeSpan counted = from;
        foreach ((TimeSpan begin, TimeSpan end) in _stalls.Append((begun, to)).OrderBy(stall => stall.Item1))
        {
            TimeSpan start = Later(begin, counted);
            TimeSpan stop = Earlier(end, to);
            if (stop <= start)
                continue;
            sum += stop - start;
            counted = stop;
        }

        return sum;
    }
}
