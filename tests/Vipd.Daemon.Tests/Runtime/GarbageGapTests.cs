using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Tests.Runtime;

public class GarbageGapTests
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(10);
    private long _allocated = 5 << 20;

    [Fact]
    public void Collects_once_enough_has_been_allocated_and_again_after_as_much()
    {
        var garbage = new GarbageGap(() => _allocated);
        Assert.False(garbage.Use(Gap));
        _allocated += 1 << 20;
        int before = GC.CollectionCount(0);
        Assert.True(garbage.Use(Gap));
        Assert.NotEqual(before, GC.CollectionCount(0));
        Assert.False(garbage.Use(Gap));
        _allocated += 1 << 20;
        Assert.True(garbage.Use(Gap));
    }

    [Fact]
    public void Not_shortly_before_a_deadline_but_in_the_next_gap()
    {
        var garbage = new GarbageGap(() => _allocated);
        _allocated += 2 << 20;
        Assert.False(garbage.Use(TimeSpan.FromMilliseconds(1)));
        Assert.True(garbage.Use(Gap));
    }
}
