using Microsoft.Extensions.Logging;
using Vipd.Linux;
using Vipd.Linux.Processes;

namespace Vipd.Daemon.Health;

/// <summary>
/// Watches the process that watches the others: a thread that only beats, and, where work waits for the thread pool at
/// a beat, gives it another piece to see how soon it comes to it. What it finds is logged, counted and shown.
/// </summary>
public sealed class SelfWatch : IDisposable
{
    /// <summary>
    /// A thread pool may lose the wake-up of a worker and sleep over all that comes after it, and the runtime's own
    /// look for starvation does not see that (dotnet/runtime, issues 117877 and 128879): checks, pages and reloads
    /// would stand still until the watchdog ends the process. Asked for a further thread it looks at its work again.
    /// </summary>
    private static readonly TimeSpan RouseInterval = TimeSpan.FromSeconds(1);

    private const int MostThreadsOfTheirOwn = 16;

    /// <summary>From one line in the log to the next of the same trouble, at least.</summary>
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly StallDetector _detector = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();

    /// <summary>Waited for by a thread that sleeps at once: spinning first took more than the beats.</summary>
    private readonly ManualResetEventSlim _stop = new(initialState: false, spinCount: 0);

    private readonly long[] _counts = new long[SelfTroubles.All.Count];
    private readonly TimeSpan[] _lasted = new TimeSpan[SelfTroubles.All.Count];
    private readonly SelfFinding?[] _last = new SelfFinding?[SelfTroubles.All.Count];
    private readonly TimeSpan?[] _loggedAt = new TimeSpan?[SelfTroubles.All.Count];
    private readonly Action<Action> _give;
    private readonly Func<bool> _hasWork;
    private int _roused;
    private volatile bool _hasChecks;
    private Thread? _thread;

    /// <param name="time">Of the beats.</param>
    /// <param name="logger">For what is found.</param>
    /// <param name="give">Gives work to the thread pool; null: the runtime's.</param>
    /// <param name="hasWork">Whether work waits for the thread pool; null: the runtime's.</param>
    public SelfWatch(TimeProvider time, ILogger logger, Action<Action>? give = null, Func<bool>? hasWork = null)
    {
        _time = time;
        _logger = logger;
        _give = give
            ?? (static work => ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false));
        _hasWork = hasWork ?? (static () => ThreadPool.PendingWorkItemCount > 0);
    }

    /// <summary>Whether any check will ask <see cref="StalledSince"/>: only then it beats often.</summary>
    public bool HasChecks
    {
        get => _hasChecks;
        set => _hasChecks = value;
    }

    public void Start() => _thread = SmallThread.Start(Beat, "vipd-self");

    /// <summary>How often a trouble was found, how long it lasted in sum, and the last one.</summary>
    public (long Count, TimeSpan Lasted, SelfFinding? Last) Total(SelfTrouble trouble)
    {
        lock (_gate)
            return (_counts[(int)trouble], _lasted[(int)trouble], _last[(int)trouble]);
    }

    /// <summary>How long this process stood still since a timestamp of the time provider.</summary>
    public TimeSpan StalledSince(long timestamp) =>
        _detector.StalledBetween(SinceZero(timestamp), SinceZero(_time.GetTimestamp()));

    public void Dispose()
    {
        _stop.Set();
        _thread?.Join();
        _stop.Dispose();
    }

    private void Beat()
    {
        do
        {
            ClockReading now = Read();
            foreach (SelfFinding finding in _detector.Beat(now))
                Note(finding);
            TimeSpan? silence = _detector.PoolSilence(now.Monotonic);
            if (silence is null)
                AskPoolIfItHasWork(now);
            else if (silence > RouseInterval * (_roused + 1))
                RousePool(silence.Value);
        }
        while (!_stop.Wait(_detector.NextBeat(HasChecks)));
    }

    /// <summary>A pool that nobody waits for need not be woken four times a second to be asked how it does.</summary>
    private void AskPoolIfItHasWork(ClockReading now)
    {
        _roused = 0;
        if (!_hasWork())
            return;
        _detector.PoolAsked(now.Monotonic);
        _give(() =>
        {
            if (_detector.PoolAnswered(Read()) is { } finding)
                Note(finding);
        });
    }

    private void RousePool(TimeSpan silence)
    {
        if (_roused++ == 0)
        {
            _logger.LogWarning(
                "the thread pool has begun no work for {Seconds:F1} s: it is given further threads",
                silence.TotalSeconds);
        }

        _give(static () => { });
        ThreadPool.GetMinThreads(out int workers, out int ports);
        if (workers < Environment.ProcessorCount + MostThreadsOfTheirOwn)
            ThreadPool.SetMinThreads(workers + 1, ports);
    }

    private void Note(SelfFinding finding)
    {
        bool isLogged;
        lock (_gate)
        {
            int trouble = (int)finding.Trouble;
            _counts[trouble]++;
            _lasted[trouble] += finding.Duration.Duration();
            _last[trouble] = finding;
            TimeSpan now = SinceZero(_time.GetTimestamp());
            isLogged = !(now - _loggedAt[trouble] < LogInterval);
            if (isLogged)
                _loggedAt[trouble] = now;
        }

        if (isLogged)
        {
            _logger.LogWarning(
                "{Finding}; what timed out meanwhile does not count against what was probed", finding.Describe());
        }
    }

    private ClockReading Read() => new(
        SinceZero(_time.GetTimestamp()),
        TimeSpan.FromTicks(BootClock.Nanoseconds / TimeSpan.NanosecondsPerTick),
        _time.GetUtcNow());

    private TimeSpan SinceZero(long timestamp) => _time.GetElapsedTime(0, timestamp);
}
