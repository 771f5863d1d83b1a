using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class ClaimTests
{
    [Fact]
    public void A_take_over_advertises_then_adds_then_announces()
    {
        RouterDriver router = RouterDriver.Backup();

        Assert.False(router.Router.IsClaiming);
        Assert.Equal("Backup->Active ActiveDown; advertise 100", router.Fire());
        Assert.Equal(0, router.Due);
        Assert.Equal("add 0..0", router.Fire());
        Assert.Equal(0, router.Due);
        Assert.True(router.Router.IsClaiming);
        Assert.Equal("announce 0..0", router.Fire());
        Assert.Equal(50, router.Due);
        Assert.False(router.Router.IsClaiming);
    }

    [Theory]
    [InlineData(1, "add 0..0; announce 0..0")]
    [InlineData(64, "add 0..63; announce 0..63")]
    [InlineData(65, "add 0..63; announce 0..63; add 64..64; announce 64..64")]
    [InlineData(130, "add 0..63; announce 0..63; add 64..127; announce 64..127; add 128..129; announce 128..129")]
    public void Addresses_are_claimed_64_at_a_time(int addresses, string expected)
    {
        RouterDriver router = RouterDriver.Backup(p => p with { AddressCount = addresses });
        router.Fire();

        Assert.Equal(expected, router.FireDue());
    }

    [Fact]
    public void Who_hears_a_better_router_before_the_first_step_adds_and_announces_nothing()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Fire();

        Assert.Equal("Active->Backup HigherAddress", router.Hear(100, RouterDriver.Higher));
        Assert.False(router.Router.HoldsAddresses || router.Router.IsClaiming);
        Assert.Equal("", router.Run(700));
    }

    [Fact]
    public void Who_hears_a_better_router_after_adding_announces_nothing()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Fire();
        router.Fire();

        Assert.Equal("Active->Backup HigherAddress", router.Hear(100, RouterDriver.Higher));
        Assert.Equal("remove", router.Tell(RouterEvent.AnnouncementHeard(0)));
    }

    [Fact]
    public void Who_hears_a_better_router_halfway_adds_no_more()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { AddressCount = 500 });
        for (int i = 0; i < 5; i++)
            router.Fire();
        router.Hear(100, RouterDriver.Higher);

        string rest = router.Run(500) + router.Hear(100, RouterDriver.Higher) + router.Run(500);
        Assert.EndsWith("remove", rest.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("add", rest, StringComparison.Ordinal);
        Assert.DoesNotContain("announce", rest, StringComparison.Ordinal);
    }

    [Fact]
    public void Advertisements_go_on_while_4096_addresses_are_claimed()
    {
        RouterDriver router = RouterDriver.Backup(p => p with { AddressCount = 4096 });
        router.Fire();
        int advertisements = 0;
        for (int steps = 0; steps < 128; steps++)
        {
            router.Wait(10);
            advertisements += router.Tell(RouterEvent.DeadlineReached).Contains("advertise", StringComparison.Ordinal)
                ? 1 : 0;
        }

        Assert.Equal(6, advertisements);
        Assert.True(router.Router.HoldsAddresses);
    }
}
