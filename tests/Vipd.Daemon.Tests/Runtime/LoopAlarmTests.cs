using Vipd.Daemon.Runtime;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

public class LoopAlarmTests
{
    private static readonly TimeSpan ActiveDownInterval = TimeSpan.FromMilliseconds(36);
    private LoopAlarm _alarm;

    [Fact]
    public void While_Advertisements_come_it_never_fires_and_is_set_once_for_two_of_them()
    {
        MonotonicTime setFor = MonotonicTime.Never;
        int settings = 0;
        for (int ms = 0; ms < 1000; ms += 10)
        {
            MonotonicTime now = At(ms);
            Assert.True(now < setFor);
            if (_alarm.MustSet(now, now + ActiveDownInterval))
            {
                settings++;
                setFor = now + ActiveDownInterval;
            }
        }

        Assert.Equal(50, settings);
    }

    [Fact]
    public void It_is_never_set_for_later_than_what_is_waited_for()
    {
        Assert.True(_alarm.MustSet(At(0), At(30)));
        Assert.False(_alarm.MustSet(At(1), At(30)));
        Assert.True(_alarm.MustSet(At(2), At(29)));
        Assert.False(_alarm.MustSet(At(3), At(54)));
        Assert.True(_alarm.MustSet(At(4), At(54)));
    }

    [Fact]
    public void Once_it_has_fired_it_is_set_again()
    {
        Assert.True(_alarm.MustSet(At(0), At(30)));
        _alarm.Fired();
        Assert.True(_alarm.MustSet(At(1), At(30)));
    }

    private static MonotonicTime At(int milliseconds) =>
        MonotonicTime.Origin + TimeSpan.FromSeconds(1) + TimeSpan.FromMilliseconds(milliseconds);
}
