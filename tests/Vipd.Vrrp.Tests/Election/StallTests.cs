using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class StallTests
{
    [Fact]
    public void An_Active_Router_silent_for_Active_Down_Interval_listens_first()
    {
        RouterDriver router = RouterDriver.Active();
        router.Wait(RouterDriver.ActiveDown + 1);

        Assert.Equal("remove; Active->Backup Stalled", router.Tell(RouterEvent.DeadlineReached));
        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void An_Active_Router_silent_for_less_goes_on()
    {
        RouterDriver router = RouterDriver.Active();
        router.Wait(RouterDriver.ActiveDown - 1);

        Assert.StartsWith("advertise 100", router.Tell(RouterEvent.DeadlineReached), StringComparison.Ordinal);
        Assert.Equal(RouterState.Active, router.Router.State);
    }

    [Fact]
    public void A_stalled_Active_Router_does_not_contend_with_the_one_elected_meanwhile()
    {
        RouterDriver router = RouterDriver.Active();
        router.Wait(RouterDriver.ActiveDown + 1);

        Assert.Equal("remove; Active->Backup Stalled", router.Hear(100, RouterDriver.Lower));
        Assert.Equal(RouterDriver.Lower, router.Router.ActiveRouter);
    }

    [Fact]
    public void An_Active_Router_whose_lease_ran_out_listens_first()
    {
        RouterDriver router = RouterDriver.Active();

        Assert.Equal("remove; Active->Backup Stalled", router.Tell(RouterEvent.LeaseExpired));
        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
        Assert.Equal("", router.Tell(RouterEvent.LeaseExpired));
    }

    [Fact]
    public void A_handover_ends_with_the_lease()
    {
        RouterDriver router = RouterDriver.Active();
        router.Tell(RouterEvent.Shutdown());

        Assert.Equal("remove", router.Tell(RouterEvent.LeaseExpired));
        Assert.False(router.Router.HoldsAddresses);
        Assert.Equal("", router.Tell(RouterEvent.LeaseExpired));
    }

    [Fact]
    public void A_Backup_Router_whose_timer_fires_an_interval_late_listens_first()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Wait(router.Due + 200.001);

        Assert.Equal("", router.Tell(RouterEvent.DeadlineReached));
        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void A_Backup_Router_whose_timer_fires_a_little_late_takes_over()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Wait(router.Due + 199);

        Assert.StartsWith("Backup->Active ActiveDown", router.Tell(RouterEvent.DeadlineReached),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_queued_Advertisement_stops_a_late_take_over()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Wait(router.Due + 5000);
        router.Hear(100);

        Assert.Equal("", router.Tell(RouterEvent.DeadlineReached));
        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void A_short_wait_that_was_slept_through_begins_with_listening()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(0);
        router.Wait(10_000);

        Assert.Equal("", router.Tell(RouterEvent.DeadlineReached));
        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }
}
