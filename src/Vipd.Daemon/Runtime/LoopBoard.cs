using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>What the election thread tells of itself.</summary>
public sealed class LoopBoard
{
    private readonly long[] _discards = new long[DiscardReasons.Count];
    private long _allocatedBytes;
    private long _lastPassNanoseconds;
    private volatile string? _realtimeRefusal;
    private volatile bool _running;

    /// <summary>How late the loop woke for a deadline.</summary>
    public BucketHistogram Lateness { get; } = BucketHistogram.ForLatency();

    /// <summary>Managed bytes the election thread has allocated since it entered its loop.</summary>
    public long AllocatedBytes => Volatile.Read(ref _allocatedBytes);

    /// <summary>CLOCK_BOOTTIME of the last pass, nanoseconds; a healthy loop makes one at least each 1.5 s.</summary>
    public long LastPassNanoseconds => Volatile.Read(ref _lastPassNanoseconds);

    /// <summary>Sockets are open and the loop takes part.</summary>
    public bool IsRunning => _running;

    /// <summary>Null where the election thread has SCHED_FIFO; otherwise why it has not.</summary>
    public string? RealtimeRefusal => _realtimeRefusal;

    /// <summary>Datagrams that belong to no configured Virtual Router.</summary>
    public long Discards(DiscardReason reason) => Volatile.Read(ref _discards[(int)reason]);

    internal void CountDiscard(DiscardReason reason) =>
        Volatile.Write(ref _discards[(int)reason], _discards[(int)reason] + 1);

    internal void SetRunning(bool running) => _running = running;

    internal void SetRealtimeRefusal(string? cause) => _realtimeRefusal = cause;

    internal void EndPass(long nowNanoseconds, long allocatedBytes)
    {
        Volatile.Write(ref _lastPassNanoseconds, nowNanoseconds);
        Volatile.Write(ref _allocatedBytes, allocatedBytes);
    }
}
