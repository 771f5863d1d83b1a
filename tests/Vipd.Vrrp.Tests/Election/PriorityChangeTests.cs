using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class PriorityChangeTests
{
    [Fact]
    public void An_Active_Router_advertises_a_changed_priority_at_once()
    {
        RouterDriver router = RouterDriver.Active();
        router.Wait(10);
        Assert.Equal("", router.Tell(RouterEvent.PriorityChanged(new Priority(60))));

        Assert.Equal("advertise 60", router.FireDue());
        Assert.Equal(RouterState.Active, router.Router.State);
    }

    [Fact]
    public void The_same_priority_again_changes_nothing()
    {
        RouterDriver router = RouterDriver.Active();
        router.Wait(10);
        double due = router.Due;
        router.Tell(RouterEvent.PriorityChanged(new Priority(100)));

        Assert.Equal(due, router.Due);
    }

    [Fact]
    public void A_Backup_Routers_wait_follows_its_priority_from_when_it_began()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Wait(100);
        router.Tell(RouterEvent.PriorityChanged(new Priority(228)));

        Assert.Equal(600 + (200.0 * 28 / 256) + router.Spread - 100, router.Due, tolerance: 0.001);
    }

    [Fact]
    public void A_Backup_Router_that_is_no_longer_better_does_not_preempt()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(80);
        router.Tell(RouterEvent.PriorityChanged(new Priority(60)));

        Assert.True(router.Due > 600);
    }

    [Fact]
    public void A_Backup_Router_that_has_become_better_preempts_with_the_next_Advertisement()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(120);
        router.Tell(RouterEvent.PriorityChanged(new Priority(150)));
        Assert.True(router.Due > 600);
        router.Hear(120);

        Assert.Equal("Backup->Active Preempting; advertise 150", router.Fire());
    }

    [Fact]
    public void Nobody_gives_the_address_up_because_it_has_become_worse_alone()
    {
        RouterDriver router = RouterDriver.Active();
        router.Tell(RouterEvent.PriorityChanged(Priority.Lowest));
        string story = router.Run(10_000);

        Assert.DoesNotContain("Backup", story, StringComparison.Ordinal);
        Assert.DoesNotContain("remove", story, StringComparison.Ordinal);
    }
}
