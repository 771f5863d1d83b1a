using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class ContentionTests
{
    private static RouterDriver Quiet() =>
        RouterDriver.Active(p => p with { AnnounceAfter = [], AnnounceRefresh = TimeSpan.Zero, AddressCount = 1 });

    /// <summary>One that resigns was Active until now, behind a partition perhaps, and clients believe it.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(0)]
    public void A_worse_router_or_one_that_resigns_is_answered_at_0_20_100_and_500_ms(int priority)
    {
        RouterDriver router = Quiet();
        router.Wait(5);
        MonotonicTime heard = router.Now;
        router.Hear(priority);
        Assert.Equal([0, 20, 100, 500], Announcements(router, heard, 2000));
    }

    [Fact]
    public void Somebody_elses_announcement_is_answered_too()
    {
        RouterDriver router = Quiet();
        router.Wait(5);
        MonotonicTime heard = router.Now;
        router.Tell(RouterEvent.AnnouncementHeard(0));
        Assert.Equal([0, 20, 100, 500], Announcements(router, heard, 2000));
    }

    [Fact]
    public void Resignations_without_end_are_answered_ever_more_rarely()
    {
        RouterDriver router = Quiet();
        MonotonicTime begin = router.Now;
        var times = new List<double>();
        while (router.Now - begin < TimeSpan.FromMinutes(10))
        {
            router.Hear(0);
            times.AddRange(Announcements(router, begin, 200));
        }

        Assert.InRange(times.Count / 4, 12, 18);
    }

    [Fact]
    public void Bursts_grow_rarer_while_contenders_go_on()
    {
        RouterDriver router = Quiet();
        MonotonicTime begin = router.Now;
        var times = new List<double>();
        while (router.Now - begin < TimeSpan.FromMinutes(10))
        {
            router.Hear(50);
            times.AddRange(Announcements(router, begin, 200));
        }

        int bursts = times.Count / 4;
        Assert.InRange(bursts, 12, 18);
        Assert.True(times.Count(t => t > 300_000) <= 4 * 6, "at most one a minute in the end");
    }

    [Fact]
    public void A_burst_that_was_put_off_comes_when_the_contender_falls_silent()
    {
        RouterDriver router = Quiet();
        for (int i = 0; i < 5 * 120; i++)
        {
            router.Hear(50);
            router.Run(200);
        }

        router.Hear(50);
        MonotonicTime last = router.Now;
        double[] times = Announcements(router, last, 5000);
        Assert.Equal([600, 620, 700, 1100], times);
    }

    [Fact]
    public void After_ten_quiet_seconds_a_contender_is_answered_at_once_again()
    {
        RouterDriver router = Quiet();
        for (int i = 0; i < 50; i++)
        {
            router.Hear(50);
            router.Run(200);
        }

        router.Run(120_000);
        router.Hear(50);
        Assert.Contains("announce 0..0", router.FireDue(), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_yields_after_announcing_has_the_last_word_so_that_the_winner_announces_again()
    {
        RouterDriver router = RouterDriver.Active();

        Assert.Equal("advertise 100; Active->Backup HigherPriority", router.Hear(150));
    }

    private static double[] Announcements(RouterDriver router, MonotonicTime since, double milliseconds)
    {
        var times = new List<double>();
        MonotonicTime end = router.Now + TimeSpan.FromMilliseconds(milliseconds);
        while (router.Router.NextDeadline <= end)
        {
            if (router.Fire().Contains("announce", StringComparison.Ordinal))
                times.Add((router.Now - since).TotalMilliseconds);
        }

        router.Wait((end - router.Now).TotalMilliseconds);
        return [.. times];
    }
}
