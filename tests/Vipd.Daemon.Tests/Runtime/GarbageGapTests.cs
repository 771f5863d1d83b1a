using Vipd.Daemon.Runtime;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

public class GarbageGapTests
{
    private const long Enough = 1 << 20;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongGap = TimeSpan.FromMilliseconds(60);
    private MonotonicTime _now = MonotonicTime.Origin;
    private long _allocated = 5 << 20;

    [Fact]
    public void Collects_once_enough_has_been_allocated_and_again_after_as_much()
    {
        var garbage = new GarbageGap(() => _allocated, GarbageGap.Collect);
        Assert.False(Use(garbage, Gap));
        _allocated += Enough;
        int before = GC.CollectionCount(0);
        Assert.True(Use(garbage, Gap));
        Assert.NotEqual(before, GC.CollectionCount(0));

        _now += TimeSpan.FromSeconds(1);
        Assert.False(Use(garbage, Gap));
        _allocated += Enough;
        Assert.True(Use(garbage, Gap));
    }

    [Fact]
    public void Not_shortly_before_a_deadline_but_in_the_next_gap()
    {
        var garbage = new GarbageGap(() => _allocated, GarbageGap.Collect);
        _allocated += 2 * Enough;
        Assert.False(Use(garbage, TimeSpan.FromMilliseconds(1)));
        Assert.True(Use(garbage, Gap));
    }

    [Fact]
    public void At_most_ten_times_a_second_however_much_is_allocated()
    {
        var garbage = new GarbageGap(() => _allocated, GarbageGap.Collect);
        int collections = 0;
        for (int i = 0; i < 100; i++)
        {
            _allocated += Enough;
            collections += Use(garbage, Gap) ? 1 : 0;
            _now += Gap;
        }

        Assert.Equal(10, collections);
    }

    [Fact]
    public void In_a_long_gap_the_old_generations_are_collected_too_after_much_more_garbage()
    {
        List<bool> collected = [];
        var garbage = new GarbageGap(() => _allocated, collected.Add);
        for (int mebibytes = 6; mebibytes <= 20; mebibytes++)
        {
            _now += TimeSpan.FromSeconds(1);
            _allocated += Enough;
            Assert.True(Use(garbage, mebibytes < 16 ? LongGap : Gap));
        }

        Assert.DoesNotContain(true, collected);
        Assert.True(Use(garbage, LongGap, afterSeconds: 1));
        Assert.True(collected[^1]);
        Assert.False(Use(garbage, LongGap, afterSeconds: 1));
    }

    private bool Use(GarbageGap garbage, TimeSpan gap, int afterSeconds)
    {
        _now += TimeSpan.FromSeconds(afterSeconds);
        return Use(garbage, gap);
    }

    private bool Use(GarbageGap garbage, TimeSpan gap) => garbage.Use(_now, _now + gap);
}
