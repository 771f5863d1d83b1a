using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class FaultTests
{
    [Fact]
    public void An_Active_Router_without_its_interface_lets_go_at_once_and_says_nothing()
    {
        RouterDriver router = RouterDriver.Active();

        Assert.Equal("remove; Active->Fault InterfaceDown",
            router.Tell(RouterEvent.FaultRaised(RouterFaults.Interface)));
        Assert.False(router.Router.HoldsAddresses);
        Assert.Equal(MonotonicTime.Never, router.Router.NextDeadline);
    }

    [Fact]
    public void An_Active_Router_with_a_failed_check_resigns_and_hands_over()
    {
        RouterDriver router = RouterDriver.Active();

        Assert.Equal("resign; Active->Fault CheckFault", router.Tell(RouterEvent.FaultRaised(RouterFaults.Check)));
        Assert.True(router.Router.IsHandingOver);
        Assert.Equal("remove", router.Tell(RouterEvent.AnnouncementHeard(0)));
    }

    [Fact]
    public void An_Active_Router_whose_tracked_interface_is_lost_resigns_and_hands_over()
    {
        RouterDriver router = RouterDriver.Active();

        Assert.Equal("resign; Active->Fault TrackedInterfaceDown",
            router.Tell(RouterEvent.FaultRaised(RouterFaults.TrackedInterface)));
        Assert.True(router.Router.IsHandingOver);
        Assert.Equal("Fault->Backup TrackedInterfaceUp",
            router.Tell(RouterEvent.FaultCleared(RouterFaults.TrackedInterface)));
    }

    [Fact]
    public void An_interface_that_goes_down_ends_a_handover()
    {
        RouterDriver router = RouterDriver.Active();
        router.Tell(RouterEvent.FaultRaised(RouterFaults.Check));

        Assert.Equal("remove", router.Tell(RouterEvent.FaultRaised(RouterFaults.Interface)));
        Assert.False(router.Router.IsHandingOver);
    }

    [Fact]
    public void Every_fault_has_to_clear()
    {
        RouterDriver router = RouterDriver.Backup();
        Assert.Equal("Backup->Fault CheckFault", router.Tell(RouterEvent.FaultRaised(RouterFaults.Check)));
        Assert.Equal("", router.Tell(RouterEvent.FaultRaised(RouterFaults.Interface)));

        Assert.Equal("", router.Tell(RouterEvent.FaultCleared(RouterFaults.Check)));
        Assert.Equal("Fault->Backup InterfaceUp", router.Tell(RouterEvent.FaultCleared(RouterFaults.Interface)));
        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void A_refused_address_is_tried_again_after_five_seconds()
    {
        RouterDriver router = RouterDriver.Active();

        Assert.Equal("resign; Active->Fault KernelRefused", router.Tell(RouterEvent.AddressRefused(0)));
        Assert.Equal("remove", router.Tell(RouterEvent.AnnouncementHeard(0)));
        Assert.Equal(5000, router.Due);
        Assert.Equal("Fault->Backup KernelRefused", router.Fire());
    }

    [Fact]
    public void A_router_drained_after_a_refusal_comes_back_when_undrained()
    {
        RouterDriver router = RouterDriver.Active();
        router.Tell(RouterEvent.AddressRefused(0));
        Assert.Equal("Fault->Initialize Drained", router.Tell(RouterEvent.Shutdown(TransitionCause.Drained)));

        Assert.Equal("Initialize->Backup Undrained", router.Tell(RouterEvent.Startup(TransitionCause.Undrained)));
    }

    [Fact]
    public void A_refusal_told_while_in_Fault_or_Initialize_is_tried_again_too()
    {
        RouterDriver inFault = RouterDriver.Backup();
        inFault.Tell(RouterEvent.FaultRaised(RouterFaults.Check));
        inFault.Tell(RouterEvent.FaultRaised(RouterFaults.Kernel));
        inFault.Tell(RouterEvent.FaultCleared(RouterFaults.Check));
        Assert.Equal("Fault->Backup KernelRefused", inFault.Fire());

        var inInitialize = new RouterDriver();
        inInitialize.Tell(RouterEvent.FaultRaised(RouterFaults.Kernel));
        inInitialize.Tell(RouterEvent.Startup());
        Assert.Equal("Fault->Backup KernelRefused", inInitialize.Fire());
    }

    [Fact]
    public void The_address_owner_is_Active_again_as_soon_as_its_fault_clears()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { Priority = Priority.AddressOwner });
        router.Tell(RouterEvent.FaultRaised(RouterFaults.Interface));

        Assert.Equal("Fault->Active AddressOwner; advertise 255",
            router.Tell(RouterEvent.FaultCleared(RouterFaults.Interface)));
    }

    [Fact]
    public void A_priority_that_changes_meanwhile_counts_afterwards()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Tell(RouterEvent.FaultRaised(RouterFaults.Check));
        router.Tell(RouterEvent.PriorityChanged(new Priority(60)));
        router.Tell(RouterEvent.FaultCleared(RouterFaults.Check));

        Assert.Equal("Backup->Active ActiveDown; advertise 60", router.Fire());
    }

    [Fact]
    public void Advertisements_mean_nothing_in_Fault()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Tell(RouterEvent.FaultRaised(RouterFaults.Interface));

        Assert.Equal("", router.Hear(1));
        Assert.Equal("", router.Hear(0));
        Assert.Equal(MonotonicTime.Never, router.Router.NextDeadline);
    }
}
