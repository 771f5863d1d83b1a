using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

public sealed class HeldAddressesTests
{
    private static readonly RecordedAddress Vip = new(
        new InterfaceIndex(2), InternetAddress.Parse("192.0.2.100"), 32, 77);

    [Fact]
    public void A_change_is_told_and_a_renewal_is_none()
    {
        var held = new HeldAddresses();
        int changes = 0;
        held.OnChange(() => changes++);
        held.Set(Vip, held: true);
        held.Publish();
        Allocation.None(() => held.Set(Vip, held: true));
        Assert.Equal(Vip, Assert.Single(held.Addresses));
        Assert.Equal(1, changes);
        held.Publish();
        held.Set(Vip with { CreatedAt = 78 }, held: false);
        held.Publish();
        Assert.Equal(Vip, Assert.Single(held.Addresses));
        held.Set(Vip, held: false);
        held.Publish();
        Assert.Empty(held.Addresses);
        Assert.Equal(2, changes);
    }

    [Fact]
    public void A_listing_counts_for_more_than_reports_and_is_told_only_where_it_is_news()
    {
        var held = new HeldAddresses();
        int changes = 0;
        held.OnChange(() => changes++);
        held.Replace([]);
        Assert.Equal(0, changes);
        held.Set(Vip, held: true);
        held.Replace([Vip with { CreatedAt = 78 }]);
        held.Publish();
        Assert.Equal(78u, Assert.Single(held.Addresses).CreatedAt);
        held.Replace([Vip with { CreatedAt = 78 }]);
        Assert.Equal(1, changes);
    }

    [Fact]
    public void Changes_that_come_together_are_told_once_and_the_set_from_before_stays_what_it_was()
    {
        var held = new HeldAddresses();
        int changes = 0;
        held.OnChange(() => changes++);
        IReadOnlySet<RecordedAddress> before = held.Addresses;
        held.Set(Vip, held: true);
        held.Set(Vip with { CreatedAt = 78 }, held: true);
        held.Set(Vip, held: false);
        Assert.Empty(held.Addresses);
        held.Publish();
        held.Publish();
        Assert.Empty(before);
        Assert.Equal(78u, Assert.Single(held.Addresses).CreatedAt);
        Assert.Equal(1, changes);
    }
}
