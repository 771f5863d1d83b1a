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
    /// Half of what makes the runtime collect by itself (System.GC.Gen0MaxBudget of the project file); the rest is
    /// for what is allocated until the next gap.
    /// </summary>
    private const long Budget = 1 << 19;

    /// <summary>
    /// A collection of so little takes some 0.5 ms. At 10 ms, the shortest interval, there is such a gap.
    /// </summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(4);

    /// <summary>Who makes garbage faster than this leaves the rest to the runtime.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A collection of everything takes 3 to 5 ms. The few KiB that requests were using when a smaller one came have
    /// gone on to an older generation, with the region that they were in; nothing else puts such remains together and
    /// gives the rest back.
    /// </summary>
    private static readonly TimeSpan LongEnoughForAll = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LeastPauseForAll = TimeSpan.FromSeconds(10);

    private readonly Func<long> _allocatedBytes;
    private long _allocatedBefore;
    private MonotonicTime _notBefore;
    private MonotonicTime _notAllBefore;

    /// <param name="allocatedBytes">By the whole process, since its start.</param>
    public GarbageGap(Func<long> allocatedBytes)
    {
        _allocatedBytes = allocatedBytes;
        _allocatedBefore = allocatedBytes();
    }

    /// <summary>Gives back all that the heap does not need; every thread stands still meanwhile.</summary>
    public static void CollectEverything() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>
    /// For the thread that has nothing to do until <paramref name="next"/>. The generations up to which it has
    /// collected; null if it has not.
    /// </summary>
    public int? Use(MonotonicTime now, MonotonicTime next)
    {
        if (next - now < LongEnough || now < _notBefore || _allocatedBytes() - _allocatedBefore < Budget)
            return null;
        int generation = 0;
        if (next - now >= LongEnoughForAll && now >= _notAllBefore)
        {
            generation = GC.MaxGeneration;
            CollectEverything();
            _notAllBefore = now + LeastPauseForAll;
        }
        else
        {
            GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
        }

        _allocatedBefore = _allocatedBytes();
        _notBefore = now + LeastPause;
        return generation;
    }
}
