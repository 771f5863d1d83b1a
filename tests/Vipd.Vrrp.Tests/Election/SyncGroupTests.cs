using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class SyncGroupTests
{
    private static RouterDriver Member(SyncPlace place) => RouterDriver.Backup(with => with with { Sync = place });

    private static RouterDriver ReadyMember(SyncPlace place = SyncPlace.Other)
    {
        RouterDriver router = Member(place);
        router.Fire();
        return router;
    }

    private static RouterDriver ActiveMember(SyncPlace place = SyncPlace.Other)
    {
        RouterDriver router = ReadyMember(place);
        router.Tell(new RouterEvent(RouterEventKind.GroupClaims));
        router.FireDue();
        return router;
    }

    /// <summary>What the group has to say, all told, in words.</summary>
    private static string Settle(SyncGroup group, params RouterDriver[] members)
    {
        List<string> told = [];
        while (group.TryNext(out int member, out RouterEvent next))
        {
            Assert.True(told.Count < 20, "there is no end of it");
            told.Add($"{member} {next.Kind}: {members[member].Tell(next)}");
        }

        return string.Join('\n', told);
    }

    private static SyncGroup GroupOf(params RouterDriver[] members) => new([.. members.Select(one => one.Router)]);

    [Fact]
    public void A_member_whose_take_over_is_due_waits_until_the_others_are_ready()
    {
        RouterDriver first = Member(SyncPlace.First);
        RouterDriver other = Member(SyncPlace.Other);
        SyncGroup group = GroupOf(first, other);
        Assert.Equal("", first.Fire());
        Assert.True(first.Router.IsReadyToClaim);
        Assert.Equal(MonotonicTime.Never, first.Router.NextDeadline);
        Assert.Equal("", first.Tell(RouterEvent.DeadlineReached));
        Assert.Equal("", Settle(group, first, other));

        other.Fire();
        Assert.Equal(
            "1 GroupClaims: Backup->Active ActiveDown; advertise 100\n"
            + "0 GroupClaims: Backup->Active ActiveDown; advertise 100",
            Settle(group, first, other));
        Assert.Equal("add 0..0; announce 0..0", first.FireDue());
    }

    [Fact]
    public void A_ready_member_that_hears_an_Active_Router_is_ready_no_more()
    {
        RouterDriver router = ReadyMember();
        router.Hear(100);
        Assert.False(router.Router.IsReadyToClaim);
        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
        Assert.Equal("", router.Tell(new RouterEvent(RouterEventKind.GroupClaims)));
    }

    [Fact]
    public void A_ready_member_stays_ready_when_somebody_resigns_or_its_priority_changes()
    {
        RouterDriver router = ReadyMember();
        router.Wait(5000);
        Assert.Equal("", router.Hear(0));
        Assert.Equal("", router.Tell(RouterEvent.PriorityChanged(new Priority(50))));
        Assert.True(router.Router.IsReadyToClaim);
        Assert.Equal("", router.Tell(RouterEvent.DeadlineReached));
        Assert.Equal(
            "Backup->Active ActiveDown; advertise 50", router.Tell(new RouterEvent(RouterEventKind.GroupClaims)));
    }

    [Fact]
    public void A_member_that_is_late_joins_those_that_are_Active()
    {
        RouterDriver first = ActiveMember(SyncPlace.First);
        RouterDriver other = Member(SyncPlace.Other);
        SyncGroup group = GroupOf(first, other);
        Assert.Equal("", Settle(group, first, other));
        other.Fire();
        Assert.Equal("1 GroupClaims: Backup->Active ActiveDown; advertise 100", Settle(group, first, other));
    }

    [Fact]
    public void When_one_hears_a_better_router_the_others_resign_and_hand_over()
    {
        RouterDriver first = ActiveMember(SyncPlace.First);
        RouterDriver other = ActiveMember();
        SyncGroup group = GroupOf(first, other);
        first.Hear(150);
        Assert.Equal("1 GroupLeaves: resign; Active->Backup GroupLeft", Settle(group, first, other));
        Assert.True(other.Router.IsHandingOver);
        Assert.Equal(RouterDriver.ActiveDown + other.Spread, MillisecondsToTakeOver(other), tolerance: 0.001);
    }

    /// <summary>
    /// Of two nodes that claim together, as far as the first member tells; the other members go by no address. Clients
    /// may have heard the loser last.
    /// </summary>
    [Fact]
    public void A_member_that_leaves_an_Active_Router_behind_answers_until_that_one_has_announced()
    {
        RouterDriver first = ActiveMember(SyncPlace.First);
        RouterDriver other = ActiveMember();
        SyncGroup group = GroupOf(first, other);
        Wait(10, first, other);
        other.Hear(100, RouterDriver.Higher);
        first.Hear(100, RouterDriver.Higher);
        Assert.Equal("1 GroupLeaves: advertise 100; Active->Backup GroupLeft", Settle(group, first, other));
        other.Hear(100, RouterDriver.Higher);
        Assert.DoesNotContain("remove", other.Run(150), StringComparison.Ordinal);
        Assert.Equal("remove", other.Tell(RouterEvent.AnnouncementHeard(0)));
    }

    /// <summary>By its last word: one that has resigned is nobody to wait for, until it is heard again.</summary>
    [Theory]
    [InlineData(100, 0, "resign")]
    [InlineData(0, 100, "advertise 100")]
    public void A_member_that_leaves_resigns_if_the_other_Active_Router_has_resigned(int heard, int last, string word)
    {
        RouterDriver first = ActiveMember(SyncPlace.First);
        RouterDriver other = ActiveMember();
        SyncGroup group = GroupOf(first, other);
        Wait(10, first, other);
        other.Hear(heard, RouterDriver.Higher);
        other.Hear(last, RouterDriver.Higher);
        first.Hear(100, RouterDriver.Higher);
        Assert.Equal($"1 GroupLeaves: {word}; Active->Backup GroupLeft", Settle(group, first, other));
    }

    [Fact]
    public void The_first_member_alone_spreads_equal_priorities()
    {
        Assert.True(Member(SyncPlace.First).Spread > 0);
        Assert.Equal(0, Member(SyncPlace.Other).Spread);
    }

    [Fact]
    public void When_one_meets_an_Active_Router_elsewhere_as_it_joins_the_others_resign()
    {
        RouterDriver first = ActiveMember(SyncPlace.First);
        RouterDriver other = Member(SyncPlace.Other);
        other.Hear(100);
        Assert.Equal(
            "0 GroupLeaves: resign; Active->Backup GroupLeft", Settle(GroupOf(first, other), first, other));
    }

    [Fact]
    public void A_joining_member_that_is_about_to_preempt_takes_nobody_out()
    {
        RouterDriver first = ActiveMember(SyncPlace.First);
        RouterDriver other = Member(SyncPlace.Other);
        SyncGroup group = GroupOf(first, other);
        other.Hear(50);
        Assert.Equal("", Settle(group, first, other));
        other.Fire();
        Assert.Equal("1 GroupClaims: Backup->Active Preempting; advertise 100", Settle(group, first, other));
    }

    [Fact]
    public void Between_equal_priorities_the_first_member_alone_goes_by_the_address()
    {
        RouterDriver first = ActiveMember(SyncPlace.First);
        Assert.Equal("advertise 100; Active->Backup HigherAddress", first.Hear(100, RouterDriver.Higher));
        RouterDriver other = ActiveMember();
        Assert.Equal("", other.Hear(100, RouterDriver.Higher));
        Assert.Equal(RouterState.Active, other.Router.State);
        Assert.Equal("advertise 100; announce 0..0", other.FireDue());
        Assert.Equal("advertise 100; Active->Backup HigherPriority", other.Hear(101, RouterDriver.Higher));
    }

    [Fact]
    public void A_fault_of_one_is_a_fault_of_all_until_it_has_cleared()
    {
        RouterDriver first = ActiveMember(SyncPlace.First);
        RouterDriver other = ActiveMember();
        SyncGroup group = GroupOf(first, other);
        first.Tell(RouterEvent.FaultRaised(RouterFaults.Interface));
        Assert.Equal("1 FaultRaised: resign; Active->Fault GroupFault", Settle(group, first, other));
        Assert.Equal((-1, 0), (group.FaultyBeside(0), group.FaultyBeside(1)));

        first.Tell(RouterEvent.FaultCleared(RouterFaults.Interface));
        Assert.Equal("1 FaultCleared: Fault->Backup GroupRecovered", Settle(group, first, other));
    }

    [Fact]
    public void A_member_that_this_node_has_no_interface_for_is_a_fault()
    {
        RouterDriver first = Member(SyncPlace.First);
        var group = new SyncGroup([first.Router, null]);
        Assert.Equal("0 FaultRaised: Backup->Fault GroupFault", Settle(group, first));
        Assert.Equal(1, group.FaultyBeside(0));
    }

    [Fact]
    public void A_member_that_has_not_started_keeps_the_others_from_claiming()
    {
        RouterDriver first = ReadyMember(SyncPlace.First);
        var other = new RouterDriver(with => with with { Sync = SyncPlace.Other });
        Assert.Equal("", Settle(GroupOf(first, other), first, other));
    }

    [Fact]
    public void All_have_the_lowest_priority_that_any_has_earned()
    {
        RouterDriver first = ActiveMember(SyncPlace.First);
        RouterDriver other = ActiveMember();
        SyncGroup group = GroupOf(first, other);
        group.SetEarned(1, new Priority(60));
        Assert.Equal("0 PriorityChanged: \n1 PriorityChanged: ", Settle(group, first, other));
        Assert.Equal("advertise 60", first.FireDue());
        group.SetEarned(1, new Priority(120));
        Settle(group, first, other);
        Assert.Equal((Priority.Default, Priority.Default), (first.Router.Priority, other.Router.Priority));
    }

    [Fact]
    public void Priority_0_heard_by_one_lets_the_others_wait_for_their_next_Advertisement_alone()
    {
        RouterDriver first = Member(SyncPlace.First);
        RouterDriver other = Member(SyncPlace.Other);
        SyncGroup group = GroupOf(first, other);
        first.Hear(100);
        other.Hear(100);
        Wait(50, first, other);
        first.Hear(0);
        Assert.Equal("1 GroupHurries: ", Settle(group, first, other));
        Assert.Equal(150 + RouterDriver.ShortWait + other.Spread, other.Due, tolerance: 0.001);

        Wait(100, first, other);
        other.Hear(100);
        Assert.Equal("", Settle(group, first, other));
        Assert.Equal(RouterDriver.ActiveDown + other.Spread, other.Due, tolerance: 0.001);
    }

    [Fact]
    public void Who_hurries_claims_for_that_reason_and_never_later_than_without()
    {
        RouterDriver first = Member(SyncPlace.First);
        RouterDriver other = Member(SyncPlace.Other);
        SyncGroup group = GroupOf(first, other);
        first.Hear(100);
        other.Hear(100);
        Wait(715, first, other);
        first.Hear(0);
        double due = other.Due;
        Settle(group, first, other);
        Assert.Equal(due, other.Due, tolerance: 0.001);
        first.Fire();
        other.Fire();
        Assert.Contains(
            "1 GroupClaims: Backup->Active GroupResigned; advertise 100", Settle(group, first, other),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_leaves_its_group_listens_before_it_claims_for_itself()
    {
        RouterDriver router = ReadyMember();
        router.Reconfigure(with => with with { Sync = SyncPlace.None });
        Assert.Equal(RouterDriver.ActiveDown + router.Spread, router.Due, tolerance: 0.001);
        Assert.Equal("Backup->Active ActiveDown; advertise 100", router.Fire());
    }

    [Fact]
    public void A_member_that_is_ready_is_so_when_it_is_restored()
    {
        RouterDriver router = ReadyMember();
        byte[] state = new byte[router.Router.StateSize];
        router.Router.SaveState(state);
        var parameters = new RouterParameters
        {
            PrimaryAddress = RouterDriver.Own,
            AddressCount = 1,
            Sync = SyncPlace.Other,
        };
        Assert.True(VirtualRouter.TryRestore(parameters, state, out VirtualRouter? restored));
        Assert.True(restored.IsReadyToClaim);
    }

    private static void Wait(double milliseconds, params RouterDriver[] members)
    {
        foreach (RouterDriver member in members)
            member.Wait(milliseconds);
    }

    /// <summary>The handover's own end comes first.</summary>
    private static double MillisecondsToTakeOver(RouterDriver router)
    {
        double waited = 0;
        while (!router.Router.IsReadyToClaim)
        {
            Assert.Equal(RouterState.Backup, router.Router.State);
            waited += router.Due;
            router.Fire();
        }

        return waited;
    }
}
