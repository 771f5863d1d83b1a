using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// The garbage of checks and pages, collected where it disturbs no election. A collection stops every thread, the
/// election's too, and is made by whichever thread happens to ask for memory: an ordinary one, which on a busy node
/// waits for its turn meanwhile. So the election thread, which has the highest priority and knows when its next
/// deadline is, makes it itself, in a gap, before another thread has to.
/// </summary>
internal sealed class GarbageGap
{
    /// <summary>
    /// Half of what makes the runtime collect by itself (DOTNET_GCgen0size of the unit); the rest is for what is
    /// allocated until the next gap.
    /// </summary>
    private const long Budget = 1 << 20;

    /// <summary>
    /// A collection of so little takes some 0.5 ms. At 10 ms, the shortest interval, there is such a gap.
    /// </summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(4);

    /// <summary>Who makes garbage faster than this leaves the rest to the runtime.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);

    private readonly Func<long> _allocatedBytes;
    private long _allocatedBefore;
    private MonotonicTime _notBefore;

    /// <param name="allocatedBytes">By the whole process, since its start.</param>
    public GarbageGap(Func<long> allocatedBytes)
    {
        _allocatedBytes = allocatedBytes;
        _allocatedBefore = allocatedBytes();
    }

    /// <summary>
    /// For the thread that has nothing to do until <paramref name="next"/>. True if it has collected.
    /// </summary>
    public bool Use(MonotonicTime now, MonotonicTime next)
    {
        if (next - now < LongEnough || now < _notBefore || _allocatedBytes() - _allocatedBefore < Budget)
            return false;
        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        _allocatedBefore = _allocatedBytes();
        _notBefore = now + LeastPause;
        return true;
    }
}
