using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>What becomes of each router, from nothing but the two lists of plans.</summary>
public sealed class PlanDifferenceTests
{
    private static readonly InternetAddress Primary = InternetAddress.Parse("192.0.2.11");

    [Fact]
    public void The_same_plans_made_anew_are_kept() => Assert.Equal(
        [new RouterChange(RouterFate.Kept, 0, 0), new RouterChange(RouterFate.Kept, 1, 1)],
        PlanDifference.Between([Plan("a"), Plan("b", vrid: 52)], [Plan("a"), Plan("b", vrid: 52)]));

    [Fact]
    public void Another_order_of_the_routers_is_no_difference() => Assert.Equal(
        [new RouterChange(RouterFate.Kept, 1, 0), new RouterChange(RouterFate.Kept, 0, 1)],
        PlanDifference.Between([Plan("a"), Plan("b", vrid: 52)], [Plan("b", vrid: 52), Plan("a")]));

    [Fact]
    public void The_state_of_the_link_and_its_hardware_address_are_no_difference()
    {
        RouterPlan other = Plan("a");
        other = other with
        {
            Interface = other.Interface with { LinkLayerAddress = MacAddress.Broadcast },
        };
        Assert.Equal(RouterFate.Kept, FateOf(Plan("a"), other));
    }

    [Fact]
    public void Parameters_and_addresses_change_in_place()
    {
        RouterPlan plan = Plan("a");
        Assert.Equal(RouterFate.Changed, FateOf(plan, Plan("a", priority: 120)));
        Assert.Equal(RouterFate.Changed, FateOf(plan, Plan("a", addresses: ["192.0.2.100", "192.0.2.101"])));
        Assert.Equal(RouterFate.Changed, FateOf(plan, Plan("renamed")));
        Assert.Equal(RouterFate.Changed, FateOf(plan, plan with { ChecksumForm = ChecksumForm.MessageOnly }));
        Assert.Equal(RouterFate.Changed, FateOf(plan, plan with { Tracked = [new("eth1", 0)] }));
        Assert.Equal(RouterFate.Changed, FateOf(plan, plan with
        {
            Parameters = plan.Parameters with { AnnounceAfter = [TimeSpan.Zero] },
        }));
        Assert.Equal(RouterFate.Changed, FateOf(plan, plan with
        {
            Identity = plan.Identity with { Lease = TimeSpan.FromSeconds(7) },
        }));
    }

    [Fact]
    public void Addresses_in_another_order_are_a_change() => Assert.Equal(RouterFate.Changed, FateOf(
        Plan("a", addresses: ["192.0.2.100", "192.0.2.101"]), Plan("a", addresses: ["192.0.2.101", "192.0.2.100"])));

    [Fact]
    public void Another_VRID_interface_or_version_and_an_address_owner_are_a_planned_move()
    {
        RouterPlan plan = Plan("a");
        Assert.Equal(RouterFate.Moved, FateOf(plan, Plan("a", vrid: 52)));
        Assert.Equal(RouterFate.Moved, FateOf(plan, Plan("a", index: 3)));
        Assert.Equal(RouterFate.Moved, FateOf(plan, Plan("a", priority: 255)));
        Assert.Equal(RouterFate.Moved, FateOf(plan, plan with { Identity = plan.Identity with { Version = 2 } }));
    }

    [Fact]
    public void An_address_with_another_prefix_is_a_planned_move_and_a_new_address_with_one_is_not()
    {
        RouterPlan plan = Plan("a");
        Assert.Equal(RouterFate.Moved, FateOf(plan, plan with { PrefixLengths = [24] }));
        RouterPlan both = Plan("a", addresses: ["192.0.2.100", "192.0.2.101"]);
        Assert.Equal(RouterFate.Changed, FateOf(plan, both with { PrefixLengths = [32, 24] }));
    }

    [Fact]
    public void Routers_come_and_go() => Assert.Equal(
        [
            new RouterChange(RouterFate.Added, null, 0),
            new RouterChange(RouterFate.Kept, 1, 1),
            new RouterChange(RouterFate.Removed, 0, null),
        ],
        PlanDifference.Between([Plan("a"), Plan("b", vrid: 52)], [Plan("c", vrid: 53), Plan("b", vrid: 52)]));

    [Fact]
    public void A_VRID_that_two_routers_exchange_takes_the_names_with_it() => Assert.Equal(
        [new RouterChange(RouterFate.Changed, 1, 0), new RouterChange(RouterFate.Changed, 0, 1)],
        PlanDifference.Between([Plan("a"), Plan("b", vrid: 52)], [Plan("a", vrid: 52), Plan("b")]));

    [Fact]
    public void An_interface_that_goes_or_comes_is_a_move_and_one_that_is_still_missing_is_not()
    {
        RouterPlan waiting = Plan("a", index: 0) with { WaitsFor = "interface eth0 is not there" };
        Assert.Equal(RouterFate.Moved, FateOf(Plan("a"), waiting));
        Assert.Equal(RouterFate.Moved, FateOf(waiting, Plan("a")));
        Assert.Equal(RouterFate.Kept, FateOf(waiting, waiting with { }));
        Assert.Equal(RouterFate.Moved, FateOf(waiting, waiting with { WaitsFor = "eth0 has no IPv4 address" }));
    }

    [Fact]
    public void To_and_from_a_virtual_MAC_address_is_a_move()
    {
        RouterPlan own = Plan("a");
        RouterPlan with = own with { Identity = own.Identity with { VirtualMacLink = "vipd4-2-51" } };
        Assert.Equal(RouterFate.Moved, FateOf(own, with));
        Assert.Equal(RouterFate.Moved, FateOf(with, own));
        Assert.Equal(RouterFate.Kept, FateOf(with, with with { }));
    }

    private static RouterFate FateOf(RouterPlan before, RouterPlan after) =>
        Assert.Single(PlanDifference.Between([before], [after])).Fate;

    internal static RouterPlan Plan(
        string name, byte vrid = 51, int index = 2, byte priority = 100, params string[] addresses)
    {
        InternetAddress[] parsed =
            [.. (addresses.Length == 0 ? ["192.0.2.100"] : addresses).Select(text => InternetAddress.Parse(text))];
        var interval = new Centiseconds(20);
        return new RouterPlan(
            new RouterIdentity(
                name, new Vrid(vrid), 3, "eth0", Primary, parsed, new Priority(priority), interval.ToTimeSpan(),
                TimeSpan.Zero, TimeSpan.FromSeconds(1)),
            new RouterParameters
            {
                Priority = new Priority(priority),
                AdvertisementInterval = interval,
                PrimaryAddress = Primary,
                AddressCount = parsed.Length,
                AnnounceAfter = [TimeSpan.Zero, TimeSpan.FromSeconds(1)],
            },
            new InterfacePlan(new InterfaceIndex(index), "eth0", default),
            [.. parsed.Select(_ => (byte)32)],
            ChecksumForm.PseudoHeader);
    }
}
