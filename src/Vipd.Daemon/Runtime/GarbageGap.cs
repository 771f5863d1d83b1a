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
    /// After so much the old generations are collected too, and their memory given back: what was in use during a young
    /// collection stays behind, and so does what only the start needed. Nothing else ever collects them.
    /// </summary>
    private const long FullBudget = 16 << 20;

    /// <summary>
    /// A collection of so little takes some 0.5 ms. At 10 ms, the shortest interval, there is such a gap.
    /// </summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(4);

    /// <summary>A full one takes some milliseconds. At intervals below this there is none.</summary>
    private static readonly TimeSpan LongEnoughForAll = TimeSpan.FromMilliseconds(50);

    /// <summary>Who makes garbage faster than this leaves the rest to the runtime.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);

    private readonly Func<long> _allocatedBytes;
    private readonly Action<bool> _collect;
    private long _allocatedBefore;
    private long _allocatedBeforeFull;
    private MonotonicTime _notBefore;

    /// <param name="allocatedBytes">By the whole process, since its start.</param>
    /// <param name="collect"><see cref="Collect"/>; all generations, or the youngest alone.</param>
    public GarbageGap(Func<long> allocatedBytes, Action<bool> collect)
    {
        _allocatedBytes = allocatedBytes;
        _collect = collect;
        _allocatedBefore = allocatedBytes();
    }

    public static void Collect(bool all)
    {
        if (all)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        else
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
    }

    /// <summary>
    /// For the thread that has nothing to do until <paramref name="next"/>. True if it has collected.
    /// </summary>
    public bool Use(MonotonicTime now, MonotonicTime next)
    {
        TimeSpan gap = next - now;
        if (gap < LongEnough || now < _notBefore)
            return false;
        long allocated = _allocatedBytes();
        if (gap >= LongEnoughForAll && allocated - _allocatedBeforeFull >= FullBudget)
        {
            _collect(true);
            _allocatedBeforeFull = allocated;
        }
        else if (allocated - _allocatedBefore >= Budget)
        {
            _collect(false);
        }
        else
        {
            return false;
        }

        _allocatedBefore = allocated;
        _notBefore = now + LeastPause;
        return true;
    }
}
