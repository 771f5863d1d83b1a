using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

/// <summary>
/// RFC 9568, section 6, as the election answers for it; vipd's departures say so. Which sentence is whose is listed in
/// the folder Rfc9568.
/// </summary>
public class Rfc9568Tests
{
    [Fact]
    [Trait("Section", "6.1")]
    public void Priority_defaults_to_100_and_Preempt_Mode_to_true()
    {
        var parameters = new RouterParameters { PrimaryAddress = RouterDriver.Own, AddressCount = 1 };

        Assert.Equal(100, parameters.Priority.Value);
        Assert.True(parameters.Preempt);
    }

    [Fact]
    [Trait("Section", "6.1")]
    public void Active_Adver_Interval_is_initialised_to_Advertisement_Interval() =>
        Assert.Equal(TimeSpan.FromMilliseconds(200), RouterDriver.Backup().Router.ActiveAdverInterval);

    [Theory]
    [Trait("Section", "6.1")]
    [InlineData(1), InlineData(100), InlineData(254), InlineData(255)]
    public void Skew_Time_is_256_less_priority_times_Active_Adver_Interval_over_256(int priority)
    {
        TimeSpan interval = TimeSpan.FromSeconds(1);

        // In ticks of 100 ns, rounded down.
        Assert.Equal(TimeSpan.FromTicks((256 - priority) * interval.Ticks / 256),
            ElectionTimers.SkewTime(new Priority((byte)priority), interval));
        Assert.Equal(
            (3 * interval) + ElectionTimers.SkewTime(new Priority((byte)priority), interval),
            ElectionTimers.ActiveDownInterval(new Priority((byte)priority), interval));
    }

    [Fact]
    [Trait("Section", "6.1")]
    public void The_address_owner_always_preempts_independent_of_Preempt_Mode()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { Preempt = false });
        router.Tell(RouterEvent.PriorityChanged(Priority.AddressOwner));
        router.Hear(254, RouterDriver.Higher);

        Assert.StartsWith("Backup->Active Preempting", router.Fire(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Section", "6.2")]
    public void Active_Down_Timer_fires_when_no_Advertisement_was_heard_for_Active_Down_Interval()
    {
        // vipd: later by its spread, at most min(10 ms, interval/16).
        RouterDriver router = RouterDriver.Backup();

        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    [Trait("Section", "6.2")]
    public void Adver_Timer_triggers_Advertisements_by_Advertisement_Interval()
    {
        RouterDriver router = RouterDriver.Active(p => p with { AnnounceAfter = [], AnnounceRefresh = TimeSpan.Zero });

        Assert.Equal(50, router.Run(10_000).Split("advertise 100").Length - 1);
    }

    [Fact]
    [Trait("Section", "6.4.1")]
    public void Initialize_waits_for_a_Startup_event() =>
        Assert.Equal(MonotonicTime.Never, new RouterDriver().Router.NextDeadline);

    [Fact]
    [Trait("Section", "6.4.1")]
    public void Startup_of_the_address_owner_advertises_announces_sets_Adver_Timer_and_becomes_Active()
    {
        RouterDriver router = new(p => p with { Priority = Priority.AddressOwner, AddressCount = 2 });

        Assert.Equal("Initialize->Active AddressOwner; advertise 255", router.Tell(RouterEvent.Startup()));
        Assert.Equal("add 0..1; announce 0..1", router.FireDue());
        router.Run(199);
        Assert.Equal(1, router.Due);
    }

    [Fact]
    [Trait("Section", "6.4.1")]
    public void Startup_of_any_other_sets_Active_Adver_Interval_and_Active_Down_Timer_and_becomes_Backup()
    {
        RouterDriver router = new();

        Assert.Equal("Initialize->Backup Startup", router.Tell(RouterEvent.Startup()));
        Assert.Equal(TimeSpan.FromMilliseconds(200), router.Router.ActiveAdverInterval);
        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    [Trait("Section", "6.4.2")]
    public void Backup_holds_no_virtual_address_so_that_it_answers_no_ARP_and_accepts_no_packet_for_one()
    {
        RouterDriver router = RouterDriver.Backup();

        Assert.False(router.Router.HoldsAddresses);
        Assert.DoesNotContain("add", router.Run(700), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Section", "6.4.2")]
    public void Backup_on_Shutdown_cancels_Active_Down_Timer_and_goes_to_Initialize()
    {
        RouterDriver router = RouterDriver.Backup();

        Assert.Equal("Backup->Initialize Shutdown", router.Tell(RouterEvent.Shutdown()));
        Assert.Equal(MonotonicTime.Never, router.Router.NextDeadline);
    }

    [Fact]
    [Trait("Section", "6.4.2")]
    public void Backup_when_Active_Down_Timer_fires_advertises_announces_sets_Adver_Timer_and_becomes_Active()
    {
        RouterDriver router = RouterDriver.Backup();

        Assert.Equal("Backup->Active ActiveDown; advertise 100", router.Fire());
        Assert.Equal("add 0..0; announce 0..0", router.FireDue());
        router.Run(199);
        Assert.Equal(1, router.Due);
    }

    [Fact]
    [Trait("Section", "6.4.2")]
    public void Backup_hearing_priority_0_sets_Active_Down_Timer_to_Skew_Time()
    {
        // vipd: to the short wait, which is Skew_Time for intervals of at most 40 ms.
        RouterDriver router = RouterDriver.Backup(p => p with { AdvertisementInterval = new Centiseconds(4) });
        router.Hear(0, intervalCs: 4);
        TimeSpan skew = ElectionTimers.SkewTime(Priority.Default, TimeSpan.FromMilliseconds(40));

        Assert.Equal(skew.TotalMilliseconds + router.Spread, router.Due, tolerance: 0.001);
    }

    [Theory]
    [Trait("Section", "6.4.2")]
    [InlineData(false, 1)]
    [InlineData(true, 100)]
    [InlineData(true, 200)]
    public void Backup_without_Preempt_Mode_or_hearing_no_lower_priority_learns_the_interval_and_resets_the_timer(
        bool preempt, int priority)
    {
        RouterDriver router = RouterDriver.Backup(p => p with { Preempt = preempt });
        router.Wait(300);
        router.Hear(priority, intervalCs: 50);

        Assert.Equal(TimeSpan.FromMilliseconds(500), router.Router.ActiveAdverInterval);
        Assert.Equal(1500 + (156 * 500.0 / 256) + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    [Trait("Section", "6.4.2")]
    public void Backup_hearing_a_lower_priority_with_Preempt_Mode_discards_the_Advertisement_and_takes_over()
    {
        // vipd: after the short wait instead of the rest of Active_Down_Timer.
        RouterDriver router = RouterDriver.Backup();
        router.Hear(99);

        Assert.True(router.Due < RouterDriver.ActiveDown);
        Assert.StartsWith("Backup->Active", router.Fire(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Section", "6.4.3")]
    public void Active_on_Shutdown_sends_priority_0_cancels_Adver_Timer_and_goes_to_Initialize()
    {
        RouterDriver router = RouterDriver.Active();

        Assert.Equal("resign; Active->Initialize Shutdown", router.Tell(RouterEvent.Shutdown()));
        Assert.DoesNotContain("advertise", router.Run(10_000), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Section", "6.4.3")]
    public void Active_when_Adver_Timer_fires_advertises_and_resets_it()
    {
        RouterDriver router = RouterDriver.Active(p => p with { AnnounceAfter = [], AnnounceRefresh = TimeSpan.Zero });

        Assert.Equal("advertise 100", router.Fire());
        Assert.Equal(200, router.Due);
    }

    [Fact]
    [Trait("Section", "6.4.3")]
    public void Active_hearing_priority_0_advertises_and_resets_Adver_Timer()
    {
        RouterDriver router = RouterDriver.Active(p => p with { AnnounceAfter = [], AnnounceRefresh = TimeSpan.Zero });
        router.Wait(77);
        router.Hear(0);

        Assert.StartsWith("advertise 100", router.FireDue(), StringComparison.Ordinal);
        router.Run(199);
        Assert.Equal(1, router.Due, tolerance: 0.001);
        Assert.Equal("advertise 100", router.Fire());
    }

    [Theory]
    [Trait("Section", "6.4.3")]
    [InlineData(101, "192.0.2.11")]
    [InlineData(100, "192.0.2.13")]
    public void Active_hearing_a_higher_priority_or_an_equal_one_from_a_higher_address_becomes_Backup(int priority,
        string sender)
    {
        RouterDriver router = RouterDriver.Active();
        router.Wait(10);
        router.Hear(priority, InternetAddress.Parse(sender), intervalCs: 50);
        router.Tell(RouterEvent.AnnouncementHeard(0));

        Assert.Equal(RouterState.Backup, router.Router.State);
        Assert.Equal(TimeSpan.FromMilliseconds(500), router.Router.ActiveAdverInterval);
        Assert.Equal(1500 + (156 * 500.0 / 256) + router.Spread, router.Due, tolerance: 0.001);
    }

    [Theory]
    [Trait("Section", "6.4.3")]
    [InlineData(99, "192.0.2.13")]
    [InlineData(100, "192.0.2.11")]
    public void Active_hearing_a_worse_one_discards_it_and_advertises_immediately(int priority, string sender)
    {
        RouterDriver router = RouterDriver.Active();
        router.Wait(10);
        router.Hear(priority, InternetAddress.Parse(sender));

        Assert.Equal(RouterState.Active, router.Router.State);
        Assert.Null(router.Router.ActiveRouter);
        Assert.StartsWith("advertise 100", router.Fire(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Section", "6.4.3")]
    public void Of_two_Active_Routers_with_equal_priority_exactly_the_one_with_the_lower_address_yields()
    {
        // Two equals that claim together: exactly one of them yields, by its address.
        RouterDriver low = RouterDriver.Active();
        RouterDriver high = RouterDriver.Active(p => p with { PrimaryAddress = RouterDriver.Higher });
        low.Hear(100, RouterDriver.Higher);
        high.Hear(100, RouterDriver.Own);

        Assert.Equal(RouterState.Backup, low.Router.State);
        Assert.Equal(RouterState.Active, high.Router.State);
    }

    [Fact]
    [Trait("Section", "6.4.2")]
    public void Backup_does_nothing_on_the_network_as_long_as_it_hears_the_Active_Router()
    {
        RouterDriver router = RouterDriver.Backup();
        for (int i = 0; i < 3600 * 5; i++)
        {
            Assert.Equal("", router.Hear(100, RouterDriver.Higher));
            Assert.Equal("", router.Run(200));
        }
    }

    [Fact]
    [Trait("Section", "6.4.3")]
    public void Active_that_yields_sends_nothing_more_by_itself()
    {
        // vipd: but for a last word at once, so that the winner announces again.
        RouterDriver router = RouterDriver.Active();

        Assert.Equal("advertise 100; Active->Backup HigherPriority", router.Hear(200, intervalCs: 4095));
        Assert.DoesNotContain("advertise", router.Run(100_000), StringComparison.Ordinal);
    }
}
