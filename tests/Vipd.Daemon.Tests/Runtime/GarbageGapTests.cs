using Vipd.Daemon.Runtime;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

public class GarbageGapTests
{
    private const long Enough = 1 << 19;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongGap = TimeSpan.FromMilliseconds(50);
    private MonotonicTime _now = MonotonicTime.Origin;
    private long _allocated = 5 << 20;

    [Fact]
    public void Collects_once_enough_has_been_allocated_and_again_after_as_much()
    {
        var garbage = new GarbageGap(() => _allocated);
        Assert.Null(Use(garbage, Gap));
        _allocated += Enough;
        int before = GC.CollectionCount(0);
        Assert.Equal(0, Use(garbage, Gap));
        Assert.NotEqual(before, GC.CollectionCount(0));

        _now += TimeSpan.FromSeconds(1);
        Assert.Null(Use(garbage, Gap));
        _allocated += Enough;
        Assert.Equal(0, Use(garbage, Gap));
    }

    [Fact]
    public void Not_shortly_before_a_deadline_but_in_the_next_gap()
    {
        var garbage = new GarbageGap(() => _allocated);
        _allocated += 2 * Enough;
        Assert.Null(Use(garbage, TimeSpan.FromMilliseconds(1)));
        Assert.Equal(0, Use(garbage, Gap));
    }

    [Fact]
    public void At_most_ten_times_a_second_however_much_is_allocated()
    {
        var garbage = new GarbageGap(() => _allocated);
        int collections = 0;
        for (int i = 0; i < 100; i++)
        {
            _allocated += Enough;
            collections += Use(garbage, Gap) is null ? 0 : 1;
            _now += Gap;
        }

        Assert.Equal(10, collections);
    }

    [Fact]
    public void Everything_in_a_long_gap_and_not_twice_in_ten_seconds()
    {
        var garbage = new GarbageGap(() => _allocated);
        Assert.Null(Use(garbage, LongGap));
        Assert.Equal(0, UseAfter(garbage, TimeSpan.FromMilliseconds(49)));
        int before = GC.CollectionCount(GC.MaxGeneration);
        Assert.Equal(GC.MaxGeneration, UseAfter(garbage, LongGap));
        Assert.NotEqual(before, GC.CollectionCount(GC.MaxGeneration));
        Assert.Equal(0, UseAfter(garbage, LongGap));
        _now += TimeSpan.FromSeconds(9);
        Assert.Equal(GC.MaxGeneration, UseAfter(garbage, LongGap));
    }

    [Fact]
    public void The_thread_that_collects_allocates_nothing()
    {
        var garbage = new GarbageGap(static () => GC.GetTotalAllocatedBytes());
        long own = 0;
        for (int i = 0; i < 3; i++)
        {
            _ = GC.AllocateUninitializedArray<byte>(2 << 20);
            _now += TimeSpan.FromSeconds(20);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.NotNull(Use(garbage, i == 0 ? Gap : LongGap));
            own = i == 0 ? 0 : own + GC.GetAllocatedBytesForCurrentThread() - before; // First calls are compiled.
        }

        Assert.Equal(0, own);
    }

    private int? UseAfter(GarbageGap garbage, TimeSpan gap)
    {
        _now += TimeSpan.FromSeconds(1);
        _allocated += Enough;
        return Use(garbage, gap);
    }

    private int? Use(GarbageGap garbage, TimeSpan gap) => garbage.Use(_now, _now + gap);
}
