using Vipd.Daemon.Runtime;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

public class GarbageGapTests
{
    private const long Enough = 1 << 20;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(10);
    private MonotonicTime _now = MonotonicTime.Origin;
    private long _allocated = 5 << 20;

    [Fact]
    public void Collects_once_enough_has_been_allocated_and_again_after_as_much()
    {
        var garbage = new GarbageGap(() => _allocated);
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
        var garbage = new GarbageGap(() => _allocated);
        _allocated += 2 * Enough;
        Assert.False(Use(garbage, TimeSpan.FromMilliseconds(1)));
        Assert.True(Use(garbage, Gap));
    }

    [Fact]
    public void At_most_ten_times_a_second_however_much_is_allocated()
    {
        var garbage = new GarbageGap(() => _allocated);
        int collections = 0;
        for (int i = 0; i < 100; i++)
        {
            _allocated += Enough;
            collections += Use(garbage, Gap) ? 1 : 0;
            _now += Gap;
        }

        Assert.Equal(10, collections);
    }

    private bool Use(GarbageGap garbage, TimeSpan gap) => garbage.Use(_now, _now + gap);
}
