using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class HandoverTests
{
    [Fact]
    public void A_router_that_stops_answers_until_its_successor_has_announced()
    {
        RouterDriver router = RouterDriver.Active();

        Assert.Equal("resign; Active->Initialize Shutdown", router.Tell(RouterEvent.Shutdown()));
        router.Wait(30);
        Assert.Equal("", router.Hear(100));
        Assert.True(router.Router.HoldsAddresses);
        Assert.Equal("remove", router.Tell(RouterEvent.AnnouncementHeard(0)));
        Assert.False(router.Router.HoldsAddresses);
        Assert.Equal(MonotonicTime.Never, router.Router.NextDeadline);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(500)]
    [InlineData(4096)]
    public void Each_address_has_to_be_announced_in_any_order_and_repeats_do_not_count(int addresses)
    {
        RouterDriver router = RouterDriver.Active(p => p with { AddressCount = addresses });
        router.Tell(RouterEvent.Shutdown());
        for (int i = addresses - 1; i > 0; i--)
        {
            Assert.Equal("", router.Tell(RouterEvent.AnnouncementHeard(i)));
            Assert.Equal("", router.Tell(RouterEvent.AnnouncementHeard(i)));
        }

        Assert.Equal("remove", router.Tell(RouterEvent.AnnouncementHeard(0)));
    }

    [Fact]
    public void A_second_handover_ends_with_its_own_announcements()
    {
        RouterDriver router = RouterDriver.Active(p => p with { AddressCount = 2 });
        for (int round = 0; round < 2; round++)
        {
            router.Tell(RouterEvent.Shutdown());
            Assert.Equal("", router.Tell(RouterEvent.AnnouncementHeard(0)));
            Assert.Equal("remove", router.Tell(RouterEvent.AnnouncementHeard(1)));
            router.Tell(RouterEvent.Startup());
            router.Fire();
            router.FireDue();
        }
    }

    [Fact]
    public void The_successor_has_100_ms_from_its_first_Advertisement()
    {
        RouterDriver router = RouterDriver.Active();
        router.Tell(RouterEvent.Shutdown());
        router.Wait(30);
        router.Hear(100);
        router.Wait(60);
        router.Hear(100);

        Assert.Equal(40, router.Due);
        Assert.Equal("remove", router.Fire());
    }

    [Fact]
    public void The_wait_for_a_successor_that_does_not_come_ends()
    {
        RouterDriver router = RouterDriver.Active();
        router.Tell(RouterEvent.Shutdown());

        Assert.Equal(ElectionTimers.HandoverLimit(TimeSpan.FromMilliseconds(200)).TotalMilliseconds, router.Due);
        Assert.Equal("remove", router.Fire());
    }

    [Fact]
    public void Another_resignation_is_no_successor()
    {
        RouterDriver router = RouterDriver.Active();
        router.Tell(RouterEvent.Shutdown());
        double due = router.Due;
        router.Hear(0);

        Assert.Equal(due, router.Due);
    }

    [Fact]
    public void A_router_that_yields_answers_until_the_better_one_has_announced()
    {
        RouterDriver router = RouterDriver.Active();
        router.Wait(10);
        router.Hear(200);

        Assert.Equal(RouterState.Backup, router.Router.State);
        Assert.True(router.Router.IsHandingOver);
        Assert.Equal("remove", router.Tell(RouterEvent.AnnouncementHeard(0)));
    }

    /// <summary>
    /// Two claim at once: the winner's announcement was on its way when this router announced, so clients have heard
    /// this router last. The winner repeats itself 20 ms after it has heard of this router.
    /// </summary>
    [Fact]
    public void An_announcement_that_may_have_crossed_its_own_does_not_end_what_a_router_that_yields_holds()
    {
        RouterDriver router = RouterDriver.Active();
        router.Hear(200);
        router.Wait(9.9);
        Assert.Equal("", router.Tell(RouterEvent.AnnouncementHeard(0)));
        router.Wait(0.1);
        Assert.Equal("remove", router.Tell(RouterEvent.AnnouncementHeard(0)));
    }

    /// <summary>
    /// A one-way cut ends: the winner has heard this router all the time, and so has put its next announcements off
    /// until it has been silent for 600 ms.
    /// </summary>
    [Fact]
    public void A_router_that_yields_after_it_has_announced_outlasts_a_winner_that_takes_its_time_to_announce()
    {
        RouterDriver winner = RouterDriver.Active(p => p with { AnnounceAfter = [], AnnounceRefresh = TimeSpan.Zero });
        for (int heard = 0; heard < 25; heard++)
        {
            winner.Hear(50);
            winner.Run(200);
        }

        RouterDriver loser = RouterDriver.Active();
        Assert.StartsWith("advertise 100; ", loser.Hear(200), StringComparison.Ordinal);
        winner.Hear(50);
        MonotonicTime lastWord = winner.Now;
        while (!winner.Fire().Contains("announce", StringComparison.Ordinal))
            Assert.True(winner.Now - lastWord < TimeSpan.FromSeconds(1));

        double announcedAfter = (winner.Now - lastWord).TotalMilliseconds;
        Assert.True(announcedAfter > ElectionTimers.SuccessorGrace.TotalMilliseconds);
        for (double waited = 0; waited < announcedAfter; waited += 200)
        {
            Assert.Equal("", loser.Run(200));
            Assert.Equal("", loser.Hear(200));
        }

        Assert.Equal("remove", loser.Tell(RouterEvent.AnnouncementHeard(0)));
    }

    [Fact]
    public void A_router_that_yields_before_it_has_announced_has_sent_no_client_here_and_waits_100_ms()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Fire();
        Assert.Equal("add 0..0", router.Tell(RouterEvent.DeadlineReached));
        router.Hear(200);

        Assert.Equal(100, router.Due);
    }

    [Theory]
    [InlineData(20, 20, 910)]
    [InlineData(20, 100, 4110)]
    [InlineData(100, 20, 4110)]
    public void A_winner_that_never_announces_is_waited_for_by_the_longer_interval(int own, int winners, double limit)
    {
        RouterDriver router =
            RouterDriver.Active(p => p with { AdvertisementInterval = new Centiseconds(own) });
        router.Hear(200, intervalCs: winners);
        for (double waited = 0; waited < limit - 100; waited += 100)
        {
            Assert.Equal("", router.Run(100));
            Assert.Equal("", router.Hear(200, intervalCs: winners));
        }

        Assert.InRange(router.Due, 1, 100);
        Assert.Equal("remove", router.Fire());
    }

    /// <summary>
    /// FRR in IPv6: it announces as soon as it is Active, advertises one interval later, and announces no more.
    /// </summary>
    [Fact]
    public void A_loser_that_announced_last_sends_its_clients_on_to_the_virtual_MAC_address_of_a_silent_winner()
    {
        RouterDriver router = RouterDriver.Active();
        router.Tell(RouterEvent.AnnouncementHeard(0, atVirtualMac: true));
        Assert.Equal("announce 0..0", router.FireDue());
        router.Run(100);

        Assert.Equal("point to the virtual MAC; remove", AfterTheWait(router));
        Assert.Equal("", AfterTheWait(router));
    }

    [Fact]
    public void So_does_one_that_claimed_while_the_winner_had_announced_and_not_yet_advertised()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Wait(router.Due - 100);
        Assert.Equal("", router.Tell(RouterEvent.AnnouncementHeard(0, atVirtualMac: true)));
        router.Fire();
        router.FireDue();

        Assert.Equal("point to the virtual MAC; remove", AfterTheWait(router));
    }

    [Fact]
    public void A_winner_that_announces_again_or_has_a_MAC_address_of_its_own_is_not_spoken_for()
    {
        RouterDriver announcing = RouterDriver.Active();
        announcing.Tell(RouterEvent.AnnouncementHeard(0, atVirtualMac: true));
        announcing.Run(100);
        announcing.Hear(200);
        announcing.Run(50);
        Assert.Equal("remove", announcing.Tell(RouterEvent.AnnouncementHeard(0, atVirtualMac: true)));

        RouterDriver replaced = RouterDriver.Active();
        replaced.Tell(RouterEvent.AnnouncementHeard(0, atVirtualMac: true));
        replaced.Run(100);
        replaced.Tell(RouterEvent.AnnouncementHeard(0));
        replaced.Run(100);
        Assert.Equal("remove", AfterTheWait(replaced));
    }

    [Fact]
    public void A_router_that_resigns_or_has_announced_nothing_speaks_for_nobody()
    {
        RouterDriver resigned = RouterDriver.Active();
        resigned.Tell(RouterEvent.AnnouncementHeard(0, atVirtualMac: true));
        resigned.Tell(RouterEvent.Shutdown());
        Assert.Equal("remove", resigned.Fire());

        RouterDriver early = RouterDriver.Backup();
        early.Tell(RouterEvent.AnnouncementHeard(0, atVirtualMac: true));
        early.Fire();
        Assert.Equal("add 0..0", early.Tell(RouterEvent.DeadlineReached));
        Assert.Equal("remove", AfterTheWait(early));
    }

    /// <summary>What a router does that yields, at the end of its wait for a winner that goes on advertising.</summary>
    private static string AfterTheWait(RouterDriver router)
    {
        router.Hear(200);
        string actions = "";
        for (double waited = 0; waited < 1000 && actions.Length == 0; waited += 100)
        {
            router.Wait(Math.Min(100, router.Due));
            actions = router.Tell(RouterEvent.DeadlineReached);
            router.Hear(200);
        }

        return actions;
    }

    /// <summary>
    /// Two yield to each other: the winner became worse just behind the Advertisement that won. Neither is Active any
    /// more, and the third one waits for its Active_Down_Interval.
    /// </summary>
    [Fact]
    public void A_router_that_yields_answers_until_a_third_one_replaces_a_winner_that_has_yielded_too()
    {
        static RouterParameters Patient(RouterParameters p) => p with { PreemptDelay = TimeSpan.FromMilliseconds(300) };
        RouterDriver loser = RouterDriver.Active(Patient);
        RouterDriver third = RouterDriver.Backup(p => Patient(p) with { PrimaryAddress = RouterDriver.Lower });
        Assert.StartsWith("advertise 100; ", loser.Hear(100, RouterDriver.Higher), StringComparison.Ordinal);
        loser.Hear(55, RouterDriver.Higher);
        third.Hear(100, RouterDriver.Higher);
        third.Hear(55, RouterDriver.Higher);

        Assert.Equal("", loser.Run(third.Due));
        third.Fire();
        Assert.Equal("add 0..0; announce 0..0", third.FireDue());
        Assert.Equal("remove", loser.Tell(RouterEvent.AnnouncementHeard(0)));
    }

    [Fact]
    public void A_router_that_becomes_Active_while_handing_over_keeps_its_addresses()
    {
        RouterDriver router = RouterDriver.Active();
        router.Tell(RouterEvent.Shutdown(TransitionCause.Drained));
        router.Tell(RouterEvent.Startup(TransitionCause.Undrained));
        Assert.True(router.Router.IsHandingOver);

        Assert.Equal("Backup->Active ActiveDown; advertise 100", router.Fire());
        Assert.False(router.Router.IsHandingOver);
        Assert.Equal("add 0..0; announce 0..0", router.FireDue());
        Assert.DoesNotContain("remove", router.Run(3000), StringComparison.Ordinal);
    }

    [Fact]
    public void A_router_that_had_added_nothing_has_nothing_to_hand_over()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Fire();

        Assert.Equal("resign; Active->Initialize Shutdown", router.Tell(RouterEvent.Shutdown()));
        Assert.False(router.Router.IsHandingOver);
        Assert.False(router.Router.HoldsAddresses);
    }

    [Fact]
    public void A_planned_stop_as_a_transcript()
    {
        RouterDriver router = RouterDriver.Active(p => p with { AddressCount = 2 });
        List<string> story =
        [
            router.Tell(RouterEvent.Shutdown()),
            router.Hear(100, RouterDriver.Higher),
            router.Tell(RouterEvent.AnnouncementHeard(0)),
            router.Tell(RouterEvent.AnnouncementHeard(1)),
        ];

        Assert.Equal(["resign; Active->Initialize Shutdown", "", "", "remove"], story);
    }
}
