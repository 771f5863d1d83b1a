using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

/// <summary>New parameters in place: nobody loses the addresses for them, and nobody is taken for dead.</summary>
public class ReconfigureTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_same_parameters_change_nothing(bool active)
    {
        RouterDriver one = active ? RouterDriver.Active() : RouterDriver.Backup();
        RouterDriver other = active ? RouterDriver.Active() : RouterDriver.Backup();
        one.Run(20_057);
        other.Run(20_057);
        one.Reconfigure(p => p);
        Assert.Equal(other.Due, one.Due);
        Assert.Equal(other.Run(70_000), one.Run(70_000));
    }

    [Fact]
    public void What_only_Backup_goes_by_does_not_disturb_an_Active_Router()
    {
        RouterDriver driver = RouterDriver.Active();
        driver.Wait(57);
        double due = driver.Due;
        driver.Reconfigure(p => p with
        {
            Preempt = false,
            PreemptMargin = 10,
            PreemptDelay = TimeSpan.FromSeconds(1),
            StartupDelay = TimeSpan.FromSeconds(1),
        });
        Assert.Equal(due, driver.Due);
    }

    [Fact]
    public void Other_addresses_are_claimed_and_announced_by_an_Active_Router_that_stays_one()
    {
        RouterDriver driver = RouterDriver.Active();
        driver.Run(20_000);
        driver.Reconfigure(p => p with { AddressCount = 3 }, addressesChanged: true);
        Assert.Equal(0, driver.Due);
        Assert.Equal("advertise 100; add 0..2; announce 0..2", driver.FireDue());
        Assert.Equal(RouterState.Active, driver.Router.State);
        Assert.Equal(50, driver.Due);
        Assert.Equal("announce 0..2", driver.Fire());
        driver.FireDue();
        Assert.Equal("add 2..2; announce 2..2", driver.Tell(RouterEvent.AddressLost(2)));
        Assert.Equal("", driver.Tell(RouterEvent.AddressLost(3)));
    }

    [Fact]
    public void A_router_that_yields_while_it_claims_again_still_says_its_last_word()
    {
        RouterDriver driver = RouterDriver.Active();
        driver.Reconfigure(p => p with { AddressCount = 2 }, addressesChanged: true);
        Assert.Equal("advertise 100; Active->Backup HigherPriority", driver.Hear(200));
    }

    [Fact]
    public void A_handover_goes_on_with_the_new_addresses_and_within_its_time()
    {
        RouterDriver driver = RouterDriver.Active(p => p with { AddressCount = 2 });
        driver.Wait(10);
        driver.Hear(200);
        driver.Tell(RouterEvent.AnnouncementHeard(0));
        driver.Reconfigure(p => p with { AddressCount = 3 }, addressesChanged: true);
        Assert.Equal("", driver.Tell(RouterEvent.AnnouncementHeard(1)));
        Assert.Equal("", driver.Tell(RouterEvent.AnnouncementHeard(2)));
        Assert.Equal("remove", driver.Tell(RouterEvent.AnnouncementHeard(0)));

        driver = RouterDriver.Active();
        driver.Hear(200);
        driver.Wait(530);
        driver.Hear(200);
        driver.Reconfigure(p => p with { AddressCount = 2 }, addressesChanged: true);
        Assert.Equal(380, driver.Due);
    }

    [Fact]
    public void A_Backup_Router_claims_all_of_the_new_addresses()
    {
        RouterDriver driver = RouterDriver.Backup();
        driver.Reconfigure(p => p with { AddressCount = 65 }, addressesChanged: true);
        driver.Fire();
        Assert.Equal("add 0..63; announce 0..63; add 64..64; announce 64..64", driver.FireDue());
    }

    [Fact]
    public void A_shorter_interval_is_advertised_at_once_and_is_no_stall()
    {
        RouterDriver driver = RouterDriver.Active(p => p with { AdvertisementInterval = new(100) });
        driver.Run(20_000);
        driver.Wait(900);
        driver.Reconfigure(p => p with { AdvertisementInterval = new(10) });
        Assert.Equal("advertise 100", driver.Fire());
        Assert.Equal(100, driver.Due);
        Assert.Equal(TimeSpan.FromMilliseconds(100), driver.Router.ActiveAdverInterval);
    }

    [Fact]
    public void A_longer_interval_is_advertised_several_times_at_the_former_rhythm()
    {
        RouterDriver driver = RouterDriver.Active(p => p with { AdvertisementInterval = new(10) });
        driver.Run(20_000);
        driver.Reconfigure(p => p with { AdvertisementInterval = new(100) });
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("advertise 100", driver.Fire());
            Assert.Equal(100, driver.Due);
        }

        driver.Fire();
        Assert.Equal(1000, driver.Due);
    }

    [Fact]
    public void The_former_rhythm_ends_with_the_Active_Router()
    {
        RouterDriver driver = RouterDriver.Active(p => p with { AdvertisementInterval = new(10) });
        driver.Reconfigure(p => p with { AdvertisementInterval = new(100) });
        driver.Hear(200);
        driver.Fire();
        driver.Run(1);
        driver.Tell(RouterEvent.Shutdown());
        driver.Tell(RouterEvent.Startup());
        driver.Fire();
        driver.FireDue();
        Assert.Equal(3, driver.Run(3_500).Split("advertise").Length - 1);
    }

    [Fact]
    public void A_Backup_Router_that_has_heard_nobody_listens_for_its_new_interval()
    {
        RouterDriver driver = RouterDriver.Backup();
        driver.Wait(700);
        driver.Reconfigure(p => p with { AdvertisementInterval = new(10) });
        Assert.Equal((RouterDriver.ActiveDown / 2) + driver.Spread, driver.Due, precision: 3);
    }

    [Fact]
    public void A_Backup_Router_that_watches_an_Active_Router_goes_on_by_its_interval()
    {
        RouterDriver driver = RouterDriver.Backup();
        driver.Hear(200);
        double due = driver.Due;
        driver.Reconfigure(p => p with { AdvertisementInterval = new(10), AddressCount = 7 }, addressesChanged: true);
        Assert.Equal(due, driver.Due);
        Assert.Equal(TimeSpan.FromMilliseconds(200), driver.Router.ActiveAdverInterval);
    }

    [Fact]
    public void Preemption_that_is_switched_off_meanwhile_does_not_happen()
    {
        RouterDriver driver = RouterDriver.Backup();
        driver.Hear(50);
        Assert.Equal(RouterDriver.ShortWait + driver.Spread, driver.Due, precision: 3);
        driver.Reconfigure(p => p with { Preempt = false });
        Assert.Equal(RouterDriver.ActiveDown + driver.Spread, driver.Due, precision: 3);
    }

    [Fact]
    public void Another_primary_address_spreads_otherwise_and_decides_ties_at_once()
    {
        RouterDriver driver = RouterDriver.Backup();
        double before = driver.Due - driver.Spread;
        driver.Reconfigure(p => p with { PrimaryAddress = InternetAddress.Parse("192.0.2.14") });
        Assert.Equal(before + driver.Spread, driver.Due, precision: 3);

        driver = RouterDriver.Active();
        driver.Wait(30);
        driver.Reconfigure(p => p with { PrimaryAddress = InternetAddress.Parse("192.0.2.14") });
        Assert.Equal(0, driver.Due);
        driver.Hear(100, RouterDriver.Higher);
        Assert.Equal(RouterState.Active, driver.Router.State);
    }

    [Fact]
    public void Other_times_to_announce_count_from_the_take_over()
    {
        RouterDriver driver = RouterDriver.Active(p => p with
        {
            AnnounceAfter = [TimeSpan.Zero],
            AnnounceRefresh = TimeSpan.Zero,
            AdvertisementInterval = new(4000),
        });
        driver.Wait(100);
        driver.Reconfigure(p => p with
        {
            AnnounceAfter = [TimeSpan.Zero, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(300)],
        });
        Assert.Equal(200, driver.Due);
        Assert.Equal("announce 0..0", driver.Fire());
        Assert.True(driver.Due > 10_000);
    }

    [Fact]
    public void In_Initialize_and_Fault_nothing_becomes_due()
    {
        var driver = new RouterDriver();
        driver.Reconfigure(p => p with { AddressCount = 2, AdvertisementInterval = new(10) }, addressesChanged: true);
        Assert.Equal(MonotonicTime.Never, driver.Router.NextDeadline);
        driver.Tell(RouterEvent.FaultRaised(RouterFaults.Interface));
        driver.Tell(RouterEvent.Startup());
        driver.Reconfigure(p => p with { AddressCount = 3 }, addressesChanged: true);
        Assert.Equal(MonotonicTime.Never, driver.Router.NextDeadline);
        Assert.Equal(TimeSpan.FromMilliseconds(100), driver.Router.ActiveAdverInterval);
    }
}
