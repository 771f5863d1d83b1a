using Microsoft.Extensions.Logging;
using Vipd.Linux;

namespace Vipd.Daemon.Health;

/// <summary>
/// Watches the process that watches the others: a thread that only beats, and gives the thread pool a piece of work at
/// each beat to see how soon it comes to it. What it finds is logged, counted and shown.
/// </summary>
public sealed class SelfWatch : IDisposable
{
    private const int StackBytes = 256 * 1024;

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
    private Thread? _thread;

    public SelfWatch(TimeProvider time, ILogger logger) => (_time, _logger) = (time, logger);

    public void Start()
    {
        _thread = new Thread(Beat, StackBytes) { IsBackground = true, Name = "vipd-self" };
        _thread.Start();
    }

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
            if (_detector.IsPoolAsked)
                continue;
            _detector.PoolAsked(now.Monotonic);
            ThreadPool.UnsafeQueueUserWorkItem(
                static self =>
                {
                    if (self._detector.PoolAnswered(self.Read()) is { } finding)
                        self.Note(finding);
                },
                this, preferLocal: false);
        }
        while (!_stop.Wait(StallDetector.Period));
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
