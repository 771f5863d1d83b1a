using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class InitializeTests
{
    [Fact]
    public void A_new_router_waits_for_Startup()
    {
        var router = new RouterDriver();

        Assert.Equal(RouterState.Initialize, router.Router.State);
        Assert.Equal(MonotonicTime.Never, router.Router.NextDeadline);
        Assert.Equal("", router.Tell(RouterEvent.DeadlineReached));
        Assert.Equal("", router.Hear(1));
        Assert.Equal("Initialize->Backup Startup", router.Tell(RouterEvent.Startup()));
    }

    [Fact]
    public void The_address_owner_is_Active_at_once()
    {
        var router = new RouterDriver(p => p with { Priority = Priority.AddressOwner });

        Assert.Equal("Initialize->Active AddressOwner; advertise 255", router.Tell(RouterEvent.Startup()));
        Assert.Equal("add 0..0; announce 0..0", router.FireDue());
    }

    [Fact]
    public void A_router_that_is_undrained_listens_with_its_own_interval_again()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(150, intervalCs: 4095);
        router.Tell(RouterEvent.Shutdown(TransitionCause.Drained));
        router.Tell(RouterEvent.Startup(TransitionCause.Undrained));

        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
        Assert.Null(router.Router.ActiveRouter);
        Assert.Null(router.Router.ActivePriority);
    }

    [Fact]
    public void A_priority_set_before_Startup_counts()
    {
        var router = new RouterDriver();
        router.Tell(RouterEvent.PriorityChanged(new Priority(20)));
        router.Tell(RouterEvent.Startup());

        Assert.Equal("Backup->Active ActiveDown; advertise 20", router.Fire());
    }

    [Fact]
    public void Startup_of_a_router_with_a_fault_leads_to_Fault()
    {
        var router = new RouterDriver();
        router.Tell(RouterEvent.FaultRaised(RouterFaults.Interface));

        Assert.Equal("Initialize->Fault InterfaceDown", router.Tell(RouterEvent.Startup()));
        Assert.Equal("Fault->Backup InterfaceUp", router.Tell(RouterEvent.FaultCleared(RouterFaults.Interface)));
    }

    [Fact]
    public void A_fault_that_cleared_before_Startup_does_not_count()
    {
        var router = new RouterDriver();
        router.Tell(RouterEvent.FaultRaised(RouterFaults.Check));
        router.Tell(RouterEvent.FaultCleared(RouterFaults.Check));

        Assert.Equal("Initialize->Backup Startup", router.Tell(RouterEvent.Startup()));
    }

    [Fact]
    public void A_router_needs_an_address() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RouterDriver(p => p with { AddressCount = 0 }));
}
