using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class PreemptTests
{
    [Fact]
    public void A_better_Backup_Router_preempts_after_the_short_wait()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(99);

        Assert.Equal(RouterDriver.ShortWait + router.Spread, router.Due, tolerance: 0.001);
        Assert.Equal("Backup->Active Preempting; advertise 100", router.Fire());
    }

    [Fact]
    public void Repeated_Advertisements_do_not_extend_the_short_wait()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { AdvertisementInterval = new Centiseconds(1) });
        router.Hear(50, intervalCs: 1);
        double due = router.Due;
        router.Wait(4);
        router.Hear(50, intervalCs: 1);

        Assert.Equal(due - 4, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void With_preempt_off_a_worse_Active_Router_is_left_in_peace()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { Preempt = false });
        router.Wait(500);
        router.Hear(1);

        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }

    [Theory]
    [InlineData(91, false)]
    [InlineData(90, true)]
    public void Only_a_difference_of_the_margin_preempts(int activePriority, bool preempts)
    {
        RouterDriver router = RouterDriver.Backup(p => p with { PreemptMargin = 10 });
        router.Hear(activePriority);

        Assert.Equal(preempts, router.Due < 100);
    }

    [Fact]
    public void PreemptDelay_counts_from_the_first_Advertisement_of_a_worse_router()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { PreemptDelay = TimeSpan.FromSeconds(1) });
        for (int i = 0; i < 5; i++)
        {
            router.Hear(50);
            Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
            router.Wait(200);
        }

        router.Hear(50);
        Assert.Equal(RouterDriver.ShortWait + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void PreemptDelay_begins_anew_when_a_router_that_is_no_worse_was_heard()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { PreemptDelay = TimeSpan.FromSeconds(1) });
        router.Hear(50);
        router.Wait(600);
        router.Hear(100);
        router.Wait(600);
        router.Hear(50);

        Assert.True(router.Due > 100);
    }

    [Fact]
    public void A_dead_Active_Router_is_replaced_without_PreemptDelay()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { PreemptDelay = TimeSpan.FromMinutes(5) });
        router.Hear(50);

        Assert.Equal("Backup->Active ActiveDown; advertise 100", router.Fire());
    }

    [Fact]
    public void StartupDelay_keeps_a_router_listening()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { StartupDelay = TimeSpan.FromSeconds(5) });
        Assert.Equal(5000 + router.Spread, router.Due, tolerance: 0.001);
        router.Hear(1);
        Assert.Equal(5000 + router.Spread, router.Due, tolerance: 0.001);
        router.Hear(0);
        Assert.Equal(5000 + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void StartupDelay_is_not_for_an_undrain()
    {
        var router = new RouterDriver(p => p with { StartupDelay = TimeSpan.FromSeconds(5) });
        router.Tell(RouterEvent.Startup(TransitionCause.Undrained));

        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void The_address_owner_preempts_whatever_is_configured()
    {
        RouterDriver router = RouterDriver.Backup(p => p with
        {
            Preempt = false,
            PreemptMargin = 255,
            PreemptDelay = TimeSpan.FromHours(1),
        });
        router.Tell(RouterEvent.PriorityChanged(Priority.AddressOwner));
        router.Hear(255, RouterDriver.Higher);
        Assert.Equal(RouterState.Backup, router.Router.State);
        router.Hear(254);

        Assert.InRange(router.Due, 0, 20);
    }

    [Fact]
    public void A_worse_router_in_another_partition_is_no_reason_while_the_better_one_lives()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(200, RouterDriver.Higher);
        router.Wait(100);
        router.Hear(50, RouterDriver.Lower);

        Assert.Equal(RouterDriver.ActiveDown + router.Spread - 100, router.Due, tolerance: 0.001);
        Assert.Equal(RouterDriver.Higher, router.Router.ActiveRouter);
    }

    [Fact]
    public void A_worse_router_is_preempted_once_the_better_one_has_resigned()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(200, RouterDriver.Higher);
        router.Hear(0, RouterDriver.Higher);
        router.Wait(1);
        router.Hear(50, RouterDriver.Lower);

        Assert.Equal(RouterDriver.ShortWait + router.Spread, router.Due, tolerance: 0.001);
        Assert.Equal("Backup->Active Preempting; advertise 100", router.Fire());
    }
}
