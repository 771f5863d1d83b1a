using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class BackupTests
{
    [Fact]
    public void Backup_takes_over_when_ActiveDownTimer_fires()
    {
        RouterDriver router = RouterDriver.Backup();
        MonotonicTime deadline = router.Router.NextDeadline;

        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
        Assert.Equal("Backup->Active ActiveDown; advertise 100", router.Fire());
        Assert.Equal(deadline, router.Now);
    }

    [Fact]
    public void Backup_does_nothing_before_its_deadline()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Wait(RouterDriver.ActiveDown);

        Assert.Equal("", router.Tell(RouterEvent.DeadlineReached));
        Assert.Equal(RouterState.Backup, router.Router.State);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(255)]
    public void Each_Advertisement_of_a_router_that_is_no_worse_starts_the_timer_anew(int priority)
    {
        RouterDriver router = RouterDriver.Backup();
        router.Wait(700);

        Assert.Equal("", router.Hear(priority));
        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void Backup_remembers_the_Active_Router_and_learns_its_interval()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(150, RouterDriver.Higher, intervalCs: 100);

        Assert.Equal(RouterDriver.Higher, router.Router.ActiveRouter);
        Assert.Equal(new Priority(150), router.Router.ActivePriority);
        Assert.Equal(TimeSpan.FromSeconds(1), router.Router.ActiveAdverInterval);
        Assert.Equal(3609.375 + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void A_resignation_is_answered_after_the_short_wait()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(100);

        Assert.Equal("", router.Hear(0));
        Assert.Equal(RouterDriver.ShortWait + router.Spread, router.Due, tolerance: 0.001);
        Assert.Equal("Backup->Active ActiveResigned; advertise 100", router.Fire());
    }

    [Fact]
    public void A_resignation_heard_twice_is_not_a_longer_wait()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(0);
        router.Wait(20);
        router.Hear(0);

        Assert.Equal(RouterDriver.ShortWait + router.Spread - 20, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void A_successor_heard_after_a_resignation_ends_the_short_wait()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(0);
        router.Wait(10);
        router.Hear(100, RouterDriver.Higher);

        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void Backup_says_nothing_when_it_is_shut_down()
    {
        RouterDriver router = RouterDriver.Backup();

        Assert.Equal("Backup->Initialize Drained", router.Tell(RouterEvent.Shutdown(TransitionCause.Drained)));
        Assert.Equal(MonotonicTime.Never, router.Router.NextDeadline);
    }

    [Fact]
    public void Backup_ignores_what_concerns_an_Active_Router_only()
    {
        RouterDriver router = RouterDriver.Backup();

        Assert.Equal("", router.Tell(RouterEvent.AnnouncementHeard(0)));
        Assert.Equal("", router.Tell(RouterEvent.AddressLost(0)));
        Assert.Equal("", router.Tell(RouterEvent.AddressRefused(0)));
        Assert.Equal("", router.Tell(RouterEvent.Startup()));
        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_last_word_of_a_loser_with_a_shorter_interval_does_not_shorten_the_wait_for_the_winner(bool preempt)
    {
        // Intervals differ while a new one is rolled out: the loser learned 1 s, its own Advertisement says 200 ms.
        RouterDriver router = RouterDriver.Backup(p => p with { Preempt = preempt });
        router.Hear(200, RouterDriver.Higher, intervalCs: 100);
        router.Hear(100, RouterDriver.Lower, intervalCs: 20);

        Assert.Equal(3609.375 + router.Spread, router.Due, tolerance: 60);
        Assert.DoesNotContain("Active", router.Run(1000), StringComparison.Ordinal);
        router.Hear(200, RouterDriver.Higher, intervalCs: 100);
        Assert.Equal(3609.375 + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void A_worse_successor_is_watched_by_its_own_interval_once_the_better_one_is_given_up()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(200, RouterDriver.Higher);
        router.Wait(700);
        router.Hear(150, RouterDriver.Lower, intervalCs: 2);
        Assert.Equal(RouterDriver.ActiveDown - 700 + router.Spread, router.Due, tolerance: 100);
        router.Wait(20);
        router.Hear(150, RouterDriver.Lower, intervalCs: 2);
        router.Wait(20);
        router.Hear(150, RouterDriver.Lower, intervalCs: 2);

        Assert.Equal(72.1875 + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void A_preempt_delay_that_ends_does_not_usurp_a_better_one_that_may_still_be_alive()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { PreemptDelay = TimeSpan.FromMilliseconds(100) });
        router.Hear(100, RouterDriver.Higher);
        router.Hear(60, RouterDriver.Lower);
        router.Wait(200);
        router.Hear(60, RouterDriver.Lower);

        Assert.Equal(RouterDriver.ActiveDown + router.Spread - 200, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void Worse_ones_that_replace_each_other_do_not_end_the_patience_with_a_better_one()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { PreemptDelay = TimeSpan.FromMilliseconds(100) });
        router.Hear(100, RouterDriver.Higher);
        router.Wait(500);
        router.Hear(60, RouterDriver.Lower);
        router.Hear(80, InternetAddress.Parse("192.0.2.10"));
        router.Wait(150);
        router.Hear(80, InternetAddress.Parse("192.0.2.10"));

        Assert.Equal(RouterDriver.ActiveDown + router.Spread - 650, router.Due, tolerance: 0.001);
        Assert.Equal("Backup->Active Preempting; advertise 100", router.Fire());
    }

    [Theory]
    [InlineData(90, 13)]
    [InlineData(100, 14)]
    public void The_patience_with_a_better_one_ends_with_its_own_word_or_that_of_one_better_still(
        int priority, int host)
    {
        RouterDriver router = RouterDriver.Backup(p => p with { PreemptMargin = 20 });
        router.Hear(100, RouterDriver.Higher, intervalCs: 100);
        router.Hear(98, RouterDriver.Lower);
        router.Hear(priority, InternetAddress.Parse($"192.0.2.{host}"));

        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }

    /// <summary>
    /// Two that are better are heard together, of whom one yields to the other, which then becomes worse: whether its
    /// last word or the winner's Advertisement arrived last, this router cannot know that it has yielded.
    /// </summary>
    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    public void The_patience_with_a_better_one_that_becomes_worse_passes_to_the_one_heard_beside_it(int intervalCs)
    {
        RouterDriver router = RouterDriver.Backup(p => p with { PreemptDelay = TimeSpan.FromMilliseconds(300) });
        router.Hear(150, RouterDriver.Higher, intervalCs);
        router.Hear(120, RouterDriver.Lower);
        router.Wait(130);
        router.Hear(60, RouterDriver.Higher, intervalCs);
        router.Wait(400);
        router.Hear(60, RouterDriver.Higher, intervalCs);

        Assert.Equal(RouterDriver.ActiveDown + router.Spread - 530, router.Due, tolerance: 0.001);
        Assert.Equal("Backup->Active Preempting; advertise 100", router.Fire());
    }

    [Fact]
    public void A_resignation_ends_the_patience_with_a_better_one()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { Preempt = false });
        router.Hear(200, RouterDriver.Higher, intervalCs: 100);
        router.Hear(100, RouterDriver.Lower);
        router.Hear(0, RouterDriver.Lower);

        Assert.Equal(RouterDriver.ShortWait + router.Spread, router.Due, tolerance: 0.001);
    }
}
