using System.Collections.Concurrent;
using System.Globalization;
using Vipd.Lab.Network;

namespace Vipd.Lab.Measure;

/// <summary>
/// What the machine itself does to a thread of the highest priority that only sleeps: a virtual machine stands still
/// when its host wants the processor, and nothing inside it can keep a deadline then. One thread a processor
/// (SCHED_FIFO 99) sleeps for 2 ms again and again and keeps how late it woke.
/// </summary>
internal sealed class MachineStalls : IDisposable
{
    private const int HighestPriority = 99;
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(2);
    private readonly Thread[] _threads;
    private readonly double[] _worstMilliseconds;
    private readonly ConcurrentQueue<TimeSpan> _beyondBound = [];
    private volatile bool _stopping;

    private MachineStalls(TimeSpan bound)
    {
        Bound = bound;
        int processors = Environment.ProcessorCount;
        _worstMilliseconds = new double[processors];
        _threads = [.. Enumerable.Range(0, processors).Select(processor => new Thread(() => Watch(processor)))];
    }

    /// <summary>Counts wakes that come later than the bound, which no daemon with such a deadline survives.</summary>
    internal static MachineStalls Watch(TimeSpan bound)
    {
        var stalls = new MachineStalls(bound);
        foreach (var thread in stalls._threads) thread.Start();
        return stalls;
    }

    internal TimeSpan Bound { get; }

    /// <summary>When such a stall ended, on <see cref="MonotonicClock"/>, of all processors.</summary>
    internal IEnumerable<TimeSpan> BeyondBound => _beyondBound;

    /// <summary>One line for each processor.</summary>
    internal IEnumerable<string> Describe() => _worstMilliseconds.Select((worst, processor) => string.Create(
        CultureInfo.InvariantCulture,
        $"processor {processor}: a thread of SCHED_FIFO {HighestPriority} that only sleeps woke up to "
        + $"{worst:0.0} ms late"));

    public void Dispose()
    {
        _stopping = true;
        foreach (var thread in _threads) thread.Join();
    }

    private void Watch(int processor)
    {
        if (!Libc.TryPinHighest(processor, HighestPriority))
            Console.Error.WriteLine("no realtime priority: a stall of the machine looks like waiting for a turn");
        var due = MonotonicClock.Now;
        while (!_stopping)
        {
            due += Nap;
            Libc.SleepUntil(due);
            var late = MonotonicClock.Now - due;
            if (late.TotalMilliseconds > _worstMilliseconds[processor])
                _worstMilliseconds[processor] = late.TotalMilliseconds;
            if (late > Bound) _beyondBound.Enqueue(MonotonicClock.Now);
            if (late > Nap) due = MonotonicClock.Now;
        }
    }
}
