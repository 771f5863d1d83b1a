using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

public class LoopWakeTests
{
    private static readonly TimeSpan ActiveDownInterval = TimeSpan.FromMilliseconds(36);
    private LoopWake _wake;

    [Fact]
    public void While_Advertisements_come_the_timer_never_fires_and_is_set_once_for_two_of_them()
    {
        MonotonicTime setTo = MonotonicTime.Never;
        int asked = 0;
        int settings = 0;
        for (int ms = 0; ms < 1000; ms += 10)
        {
            MonotonicTime now = At(ms);
            Assert.True(now < setTo);
            _wake.ExpectAlso(now + ActiveDownInterval);
            if (_wake.IsUnknown(now))
            {
                asked++;
                _wake.Expect(now + ActiveDownInterval, now);
            }

            if (_wake.MustSetTimer())
            {
                settings++;
                setTo = _wake.At;
            }
        }

        Assert.Equal((50, 50), (asked, settings));
    }

    [Fact]
    public void It_is_never_later_than_what_any_router_waits_for()
    {
        _wake.Expect(At(30), At(0));
        Assert.True(_wake.MustSetTimer());
        _wake.ExpectAlso(At(54));
        Assert.False(_wake.MustSetTimer());
        _wake.ExpectAlso(At(29));
        Assert.Equal(At(29), _wake.At);
        Assert.True(_wake.MustSetTimer());
    }

    [Fact]
    public void What_is_known_holds_for_half_of_the_wait()
    {
        _wake.Expect(At(30), At(0));
        Assert.False(_wake.IsUnknown(At(14)));
        Assert.True(_wake.IsUnknown(At(15)));
    }

    [Fact]
    public void What_changes_anything_makes_all_of_it_unknown()
    {
        Assert.True(_wake.IsUnknown(At(0)));
        _wake.Expect(At(30), At(0));
        _wake.Forget();
        Assert.True(_wake.IsUnknown(At(0)));
    }

    [Fact]
    public void The_loop_wakes_twice_before_its_watchers_give_it_up_where_nothing_is_waited_for()
    {
        _wake.Expect(MonotonicTime.Never, At(0));
        Assert.Equal(At(0) + (LoopLiveness.Limit / 2), _wake.At);
    }

    private static MonotonicTime At(int milliseconds) =>
        MonotonicTime.Origin + TimeSpan.FromSeconds(1) + TimeSpan.FromMilliseconds(milliseconds);
}
