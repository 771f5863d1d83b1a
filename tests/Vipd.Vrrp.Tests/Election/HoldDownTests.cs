using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

/// <summary>Hysteresis: after a move the next one must be worth it; the first one is made at once.</summary>
public class HoldDownTests
{
    private const double Interval = 200;

    [Fact]
    public void The_first_Active_Router_that_becomes_worse_is_preempted_at_once()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(100);
        router.Wait(Interval);
        router.Hear(20);

        Assert.Equal(RouterDriver.ShortWait + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void After_a_move_the_new_Active_Router_must_be_worse_for_three_seconds()
    {
        RouterDriver router = RouterDriver.Backup();
        Move(router, RouterDriver.Lower, RouterDriver.Higher);

        Assert.Equal(3000, MillisecondsUntilPreempting(router, RouterDriver.Higher));
        Assert.Equal("Backup->Active Preempting; advertise 100", router.Fire());
    }

    [Theory]
    [InlineData(2, 6_000)]
    [InlineData(3, 12_000)]
    [InlineData(4, 24_000)]
    [InlineData(9, 24_000)]
    public void Each_further_move_within_a_minute_doubles_it(int moves, double milliseconds)
    {
        RouterDriver router = RouterDriver.Backup();
        InternetAddress[] others = [RouterDriver.Lower, RouterDriver.Higher];
        router.Hear(100, others[0]);
        for (int move = 1; move <= moves; move++)
        {
            router.Wait(Interval);
            router.Hear(100 + move, others[move % 2]);
        }

        Assert.Equal(milliseconds, MillisecondsUntilPreempting(router, others[moves % 2]));
    }

    [Fact]
    public void A_minute_without_a_move_forgets_them()
    {
        RouterDriver router = RouterDriver.Backup();
        Move(router, RouterDriver.Lower, RouterDriver.Higher);
        Listen(router, 60_000, 100, RouterDriver.Higher);
        router.Hear(20, RouterDriver.Higher);

        Assert.Equal(RouterDriver.ShortWait + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void The_next_move_begins_with_the_shortest_wait_again()
    {
        RouterDriver router = RouterDriver.Backup();
        Move(router, RouterDriver.Lower, RouterDriver.Higher);
        Listen(router, 60_000, 100, RouterDriver.Higher);
        router.Hear(150, RouterDriver.Lower);

        Assert.Equal(3000, MillisecondsUntilPreempting(router, RouterDriver.Lower));
    }

    [Fact]
    public void The_minute_counts_from_the_last_move()
    {
        RouterDriver router = RouterDriver.Backup();
        Move(router, RouterDriver.Lower, RouterDriver.Higher);
        Listen(router, 40_000, 100, RouterDriver.Higher);
        router.Hear(150, RouterDriver.Lower);
        Listen(router, 40_000, 100, RouterDriver.Lower);

        Assert.Equal(6000, MillisecondsUntilPreempting(router, RouterDriver.Lower));
    }

    [Fact]
    public void A_trouble_that_goes_on_is_not_forgotten()
    {
        RouterDriver router = RouterDriver.Backup();
        Move(router, RouterDriver.Lower, RouterDriver.Higher);
        for (int i = 0; i < 4; i++)
        {
            Listen(router, 40_000, 100, RouterDriver.Higher);
            Listen(router, 2000, 20, RouterDriver.Higher);
            Assert.Equal(RouterState.Backup, router.Router.State);
            Assert.True(router.Due > 100);
        }

        Listen(router, 58_000, 100, RouterDriver.Higher);
        Assert.Equal(3000, MillisecondsUntilPreempting(router, RouterDriver.Higher));
    }

    [Fact]
    public void What_was_not_worse_when_it_claimed_is_hard_to_unseat()
    {
        RouterDriver router = RouterDriver.Backup();
        Move(router, RouterDriver.Lower, RouterDriver.Higher);
        router.Tell(RouterEvent.PriorityChanged(new Priority(20)));
        router.Wait(RouterDriver.ActiveDown + 50);

        // Heard while the one that died may still be alive, and again when this router is well.
        router.Hear(20, RouterDriver.Lower);
        router.Tell(RouterEvent.PriorityChanged(Priority.Default));
        router.Wait(Interval);

        Assert.Equal(6000, MillisecondsUntilPreempting(router, RouterDriver.Lower));
    }

    [Fact]
    public void An_Active_Router_that_recovers_meanwhile_begins_anew()
    {
        RouterDriver router = RouterDriver.Backup();
        Move(router, RouterDriver.Lower, RouterDriver.Higher);
        Listen(router, 2800, 20, RouterDriver.Higher);
        router.Hear(100, RouterDriver.Higher);
        router.Wait(Interval);

        Assert.Equal(3000, MillisecondsUntilPreempting(router, RouterDriver.Higher));
    }

    [Fact]
    public void Nothing_else_waits_for_it()
    {
        RouterDriver router = RouterDriver.Backup();
        Move(router, RouterDriver.Lower, RouterDriver.Higher);
        router.Hear(20, RouterDriver.Higher);
        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
        router.Hear(0, RouterDriver.Higher);
        Assert.Equal(RouterDriver.ShortWait + router.Spread, router.Due, tolerance: 0.001);
        Assert.Equal("Backup->Active ActiveResigned; advertise 100", router.Fire());
    }

    [Fact]
    public void The_address_owner_does_not_wait()
    {
        RouterDriver router = RouterDriver.Backup();
        Move(router, RouterDriver.Lower, RouterDriver.Higher);
        router.Tell(RouterEvent.PriorityChanged(Priority.AddressOwner));
        router.Hear(20, RouterDriver.Higher);

        Assert.InRange(router.Due, 0, 20);
    }

    [Fact]
    public void Who_has_yielded_waits_before_it_takes_the_addresses_back()
    {
        RouterDriver router = RouterDriver.Active();
        router.Tell(RouterEvent.PriorityChanged(new Priority(20)));
        router.Hear(100, RouterDriver.Higher);
        router.Tell(RouterEvent.PriorityChanged(Priority.Default));

        Assert.Equal(3000, MillisecondsUntilPreempting(router, RouterDriver.Higher));
    }

    [Fact]
    public void Who_took_over_from_another_counts_that_as_a_move()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(20, RouterDriver.Lower);
        Assert.Equal("Backup->Active Preempting; advertise 100", router.Fire());
        router.Hear(150, RouterDriver.Higher);

        // Yielded before it had announced anything: no further move.
        Assert.Equal(3000, MillisecondsUntilPreempting(router, RouterDriver.Higher));
    }

    [Fact]
    public void The_first_election_is_no_move()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Fire();
        router.Hear(150, RouterDriver.Higher);
        router.Wait(Interval);
        router.Hear(20, RouterDriver.Higher);

        Assert.Equal(RouterDriver.ShortWait + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void Whoever_is_Active_when_a_router_comes_back_has_not_moved()
    {
        RouterDriver router = RouterDriver.Active();
        router.Tell(RouterEvent.Shutdown(TransitionCause.Drained));
        router.Tell(RouterEvent.Startup(TransitionCause.Undrained));
        router.Hear(100, RouterDriver.Higher);
        router.Wait(Interval);
        router.Hear(20, RouterDriver.Higher);

        Assert.Equal(RouterDriver.ShortWait + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void A_worse_router_that_claimed_first_is_preempted_at_once()
    {
        RouterDriver router = RouterDriver.Backup();
        Move(router, RouterDriver.Lower, RouterDriver.Higher);
        router.Hear(0, RouterDriver.Higher);
        router.Hear(90, RouterDriver.Lower);

        Assert.Equal(RouterDriver.ShortWait + router.Spread, router.Due, tolerance: 0.001);
        Assert.Equal("Backup->Active Preempting; advertise 100", router.Fire());
    }

    [Fact]
    public void A_last_word_is_no_move()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { Preempt = false });
        router.Hear(100, RouterDriver.Lower);
        router.Hear(150, RouterDriver.Higher);
        router.Hear(100, RouterDriver.Lower);
        router.Hear(150, RouterDriver.Higher);

        router.Reconfigure(p => p with { Preempt = true });
        Assert.Equal(3000, MillisecondsUntilPreempting(router, RouterDriver.Higher));
    }

    [Fact]
    public void What_it_waits_for_is_told_while_it_waits_and_not_before_or_after()
    {
        RouterDriver router = RouterDriver.Backup();
        Assert.Null(router.Router.HeldDownUntil(router.Now));
        Move(router, RouterDriver.Lower, RouterDriver.Higher);
        Assert.Null(router.Router.HeldDownUntil(router.Now));

        router.Hear(20, RouterDriver.Higher);
        MonotonicTime end = router.Now + TimeSpan.FromSeconds(3);
        Assert.Equal(end, router.Router.HeldDownUntil(router.Now));
        router.Wait(Interval);
        router.Hear(20, RouterDriver.Higher);
        Assert.Equal(end, router.Router.HeldDownUntil(router.Now));

        MillisecondsUntilPreempting(router, RouterDriver.Higher);
        Assert.Null(router.Router.HeldDownUntil(router.Now));
    }

    [Fact]
    public void A_reload_changes_it_and_remembers_the_moves()
    {
        RouterDriver router = RouterDriver.Backup();
        Move(router, RouterDriver.Lower, RouterDriver.Higher);
        router.Reconfigure(p => p with { HoldDown = TimeSpan.FromSeconds(5) });

        Assert.Equal(5000, MillisecondsUntilPreempting(router, RouterDriver.Higher));
    }

    [Fact]
    public void Without_holdDown_every_move_is_made_at_once()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { HoldDown = TimeSpan.Zero });
        Move(router, RouterDriver.Lower, RouterDriver.Higher);
        router.Hear(20, RouterDriver.Higher);

        Assert.Equal(RouterDriver.ShortWait + router.Spread, router.Due, tolerance: 0.001);
    }

    private static void Move(RouterDriver router, InternetAddress from, InternetAddress to)
    {
        router.Hear(100, from);
        router.Wait(Interval);
        router.Hear(150, to);
    }

    /// <summary>Hears an Advertisement at once and after each interval.</summary>
    private static void Listen(RouterDriver router, double milliseconds, int priority, InternetAddress from)
    {
        for (double waited = 0; waited < milliseconds; waited += Interval)
        {
            router.Hear(priority, from);
            router.Wait(Interval);
        }
    }

    /// <summary>How long an Active Router with priority 20 is put up with.</summary>
    private static double MillisecondsUntilPreempting(RouterDriver router, InternetAddress active)
    {
        for (double waited = 0; ; waited += Interval)
        {
            router.Hear(20, active);
            if (router.Due <= RouterDriver.ShortWait + router.Spread + 0.001)
                return waited;
            Assert.InRange(waited, 0, 100_000);
            router.Wait(Interval);
        }
    }
}
