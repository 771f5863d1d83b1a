using Vipd.Daemon.Runtime;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

public class GarbageGapTests
{
    private const long Enough = 1 << 20;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongGap = TimeSpan.FromMilliseconds(50);
    private MonotonicTime _now = MonotonicTime.Origin;
    private long _allocated = 5 << 20;
    private long _committed = 3 << 20;

    [Fact]
    public void Collects_once_enough_has_been_allocated_and_again_after_as_much()
    {
        var garbage = new GarbageGap(() => _allocated, () => _committed);
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
        var garbage = new GarbageGap(() => _allocated, () => _committed);
        _allocated += 2 * Enough;
        Assert.Null(Use(garbage, TimeSpan.FromMilliseconds(1)));
        Assert.Equal(0, Use(garbage, Gap));
    }

    [Fact]
    public void At_most_ten_times_a_second_however_much_is_allocated()
    {
        var garbage = new GarbageGap(() => _allocated, () => _committed);
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
    public void What_the_heap_has_grown_by_is_looked_at_in_a_long_gap_and_not_twice_in_ten_seconds()
    {
        var garbage = new GarbageGap(() => _allocated, () => _committed);
        Assert.Null(Use(garbage, LongGap));
        Assert.Equal(0, UseAfter(garbage, LongGap));
        _committed += (2 << 20) - 1;
        Assert.Equal(0, UseAfter(garbage, LongGap));
        _committed++;
        Assert.Equal(0, UseAfter(garbage, TimeSpan.FromMilliseconds(49)));
        int before = GC.CollectionCount(GC.MaxGeneration);
        Assert.Equal(GC.MaxGeneration, UseAfter(garbage, LongGap));
        Assert.NotEqual(before, GC.CollectionCount(GC.MaxGeneration));

        // What it could not free is what is compared with from then on.
        _now += TimeSpan.FromSeconds(20);
        Assert.Equal(0, UseAfter(garbage, LongGap));
        _committed += 2 << 20;
        Assert.Equal(GC.MaxGeneration, UseAfter(garbage, LongGap));
        _committed += 2 << 20;
        Assert.Equal(0, UseAfter(garbage, LongGap));
        _now += TimeSpan.FromSeconds(10);
        Assert.Equal(GC.MaxGeneration, UseAfter(garbage, LongGap));
    }

    private int? UseAfter(GarbageGap garbage, TimeSpan gap)
    {
        _now += TimeSpan.FromSeconds(1);
        _allocated += Enough;
        return Use(garbage, gap);
    }

    private int? Use(GarbageGap garbage, TimeSpan gap) => garbage.Use(_now, _now + gap);
}
