using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class ActiveTests
{
    [Fact]
    public void An_Active_Router_advertises_every_interval_without_drift()
    {
        RouterDriver router = RouterDriver.Active(p => p with { AnnounceAfter = [], AnnounceRefresh = TimeSpan.Zero });
        MonotonicTime first = router.Router.NextDeadline;
        for (int i = 0; i < 10_000; i++)
        {
            router.Wait(router.Due + 0.9); // The loop is late each time.
            Assert.Equal("advertise 100", router.Tell(RouterEvent.DeadlineReached));
        }

        Assert.Equal(first + (TimeSpan.FromMilliseconds(200) * 10_000), router.Router.NextDeadline);
    }

    [Fact]
    public void Missed_Advertisements_are_not_made_up_for()
    {
        RouterDriver router = RouterDriver.Active(p => p with { AnnounceAfter = [], AnnounceRefresh = TimeSpan.Zero });
        router.Wait(700);

        Assert.Equal("advertise 100", router.FireDue());
        Assert.Equal(200, router.Due);
    }

    [Theory]
    [InlineData(101, "192.0.2.11", "HigherPriority")]
    [InlineData(100, "192.0.2.13", "HigherAddress")]
    [InlineData(255, "192.0.2.11", "HigherPriority")]
    public void An_Active_Router_yields_to_a_better_one(int priority, string sender, string cause)
    {
        RouterDriver router = RouterDriver.Active();

        Assert.Equal($"advertise 100; Active->Backup {cause}", router.Hear(priority, InternetAddress.Parse(sender)));
        Assert.Equal(InternetAddress.Parse(sender), router.Router.ActiveRouter);
    }

    [Theory]
    [InlineData(99, "192.0.2.13")]
    [InlineData(100, "192.0.2.11")]
    [InlineData(0, "192.0.2.13")]
    public void An_Active_Router_asserts_itself_to_a_worse_one(int priority, string sender)
    {
        RouterDriver router = RouterDriver.Active();
        router.Wait(10);
        router.Hear(priority, InternetAddress.Parse(sender));

        Assert.Equal(RouterState.Active, router.Router.State);
        Assert.StartsWith("advertise 100", router.FireDue(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_queued_Advertisements_are_answered_once()
    {
        RouterDriver router = RouterDriver.Active();
        router.Wait(10);
        for (int i = 0; i < 1000; i++)
            Assert.Equal("", router.Hear(50));

        Assert.Equal("advertise 100; announce 0..0", router.FireDue());
    }

    [Fact]
    public void The_echo_of_its_own_Advertisement_is_not_answered()
    {
        RouterDriver router = RouterDriver.Active();
        router.Wait(10);
        router.Hear(100, RouterDriver.Own);

        Assert.Equal("", router.FireDue());
        Assert.Equal(RouterState.Active, router.Router.State);
    }

    [Fact]
    public void An_address_that_somebody_removed_comes_back_at_once()
    {
        RouterDriver router = RouterDriver.Active(p => p with { AddressCount = 70 });

        Assert.Equal("add 69..69; announce 69..69", router.Tell(RouterEvent.AddressLost(69)));
    }

    [Fact]
    public void An_address_that_was_not_added_yet_is_not_missed()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { AddressCount = 70 });
        router.Fire();
        Assert.Equal("add 0..63", router.Fire());

        Assert.Equal("", router.Tell(RouterEvent.AddressLost(69)));
    }

    [Fact]
    public void Learned_intervals_are_forgotten_when_a_router_becomes_Active()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Hear(150, intervalCs: 100);
        router.Fire();

        Assert.Equal(TimeSpan.FromMilliseconds(200), router.Router.ActiveAdverInterval);
        Assert.Null(router.Router.ActiveRouter);
        Assert.Null(router.Router.ActivePriority);
    }
}
