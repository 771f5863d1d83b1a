using NSubstitute;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>What RouterRuntime makes of the election's actions, and of ports that fail.</summary>
public class RouterActionTests
{
    private static readonly AddressSighting There = new(IsPresent: true, PrefixLength: 32);
    private static readonly AddressSighting Gone = new(IsPresent: false, PrefixLength: 32);

    [Fact]
    public void A_take_over_advertises_then_adds_then_announces_step_by_step()
    {
        var bench = new RouterBench(addressCount: 100);
        bench.BecomeActive();
        Received.InOrder(() =>
        {
            bench.Ports.SendAdvertisement(Priority.Default);
            bench.Ports.AddAddresses(0, 64, bench.Now);
            bench.Ports.Announce(0, 64, out _);
            bench.Ports.AddAddresses(64, 36, bench.Now);
            bench.Ports.Announce(64, 36, out _);
        });
        bench.Ports.DidNotReceive().RemoveAddresses();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Clients_are_sent_on_to_a_winner_that_has_claimed_at_the_virtual_MAC_address_alone(bool isVirtual)
    {
        var bench = new RouterBench(addressCount: 1);
        bench.BecomeActive();
        bench.Ports.PointTo(default, out _).ReturnsForAnyArgs(call =>
        {
            call[1] = 2;
            return null;
        });
        MacAddress virtualMac = bench.Board.Identity.VirtualRouterMac;
        bench.Router.HearAnnouncement(
            bench.Board.Identity.Addresses[0], isVirtual ? virtualMac : RouterBench.PeerMac, bench.Now);
        bench.FireDue();
        long announced = bench.Board.Counters.AnnouncementsSent;
        for (int i = 0; i < 10; i++)
        {
            bench.Hear(new Priority(200), RouterBench.Higher);
            bench.Advance(100);
            bench.FireDue();
        }

        bench.Ports.Received(isVirtual ? 1 : 0).PointTo(virtualMac, out _);
        bench.Ports.Received(1).RemoveAddresses();
        Assert.Equal(announced + (isVirtual ? 2 : 0), bench.Board.Counters.AnnouncementsSent);
    }

    [Fact]
    public void A_refused_removal_is_named_and_tried_again_until_the_addresses_are_gone()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.Ports.RemoveAddresses().Returns(RouterBench.Refusal(105), RouterBench.Refusal(105), null);
        bench.Router.Handle(RouterEvent.FaultRaised(RouterFaults.Interface), bench.Now);
        Assert.Contains(bench.TakeNotes(), note =>
            note.Text == "RemoveAddresses: RTM_NEWADDR: ENOBUFS (No buffer space available)");
        Assert.Equal((true, false), (bench.Router.IsReleased, bench.Router.HasLetGo));
        for (int removals = 2; removals <= 3; removals++)
        {
            Assert.InRange(bench.Router.NextDeadline - bench.Now, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
            bench.FireNext();
            bench.Ports.Received(removals).RemoveAddresses();
        }

        Assert.Equal((true, MonotonicTime.Never), (bench.Router.HasLetGo, bench.Router.NextDeadline));
    }

    [Fact]
    public void A_refused_removal_is_not_tried_again_by_a_router_that_is_active_again()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.Ports.RemoveAddresses().Returns(RouterBench.Refusal(105));
        bench.Router.Handle(RouterEvent.FaultRaised(RouterFaults.Interface), bench.Now);
        bench.Router.Handle(RouterEvent.FaultCleared(RouterFaults.Interface), bench.Now);
        while (bench.Board.Current.State != RouterState.Active)
            bench.FireNext();
        bench.FireDue();
        bench.Ports.ClearReceivedCalls();
        bench.Advance(150);
        bench.FireDue();
        bench.Ports.DidNotReceive().RemoveAddresses();
        Assert.Equal(RouterState.Active, bench.Board.Current.State);
    }

    [Fact]
    public void Nothing_is_announced_before_it_is_reached_and_then_all_of_it()
    {
        RouterBench bench = ClaimsUnreached(addressCount: 100);
        bench.Ports.Received().AddAddresses(64, 36, bench.Now);
        bench.Advance(5);
        bench.FireDue();
        bench.Ports.DidNotReceiveWithAnyArgs().Announce(0, 0, out _);

        bench.Ports.AreReached().Returns(true);
        bench.FireNext();
        bench.FireDue();
        Received.InOrder(() =>
        {
            bench.Ports.Announce(0, 64, out _);
            bench.Ports.Announce(64, 36, out _);
        });
        Assert.True(bench.Router.NextDeadline > bench.Now);
    }

    [Fact]
    public void What_is_never_reached_is_announced_after_100_ms()
    {
        RouterBench bench = ClaimsUnreached(addressCount: 2);
        bench.Advance(99);
        bench.FireDue();
        bench.Ports.DidNotReceiveWithAnyArgs().Announce(0, 0, out _);
        bench.Advance(1);
        bench.FireDue();
        bench.Ports.Received(1).Announce(0, 2, out _);
    }

    [Fact]
    public void What_was_not_reached_in_time_is_not_announced_by_a_router_that_is_Active_no_more()
    {
        RouterBench bench = ClaimsUnreached(addressCount: 2);
        bench.Router.Handle(RouterEvent.Shutdown(), bench.Now);
        bench.Ports.AreReached().Returns(true);
        bench.Advance(150);
        bench.FireDue();
        bench.Ports.DidNotReceiveWithAnyArgs().Announce(0, 0, out _);
    }

    [Fact]
    public void A_hold_down_is_on_the_board_while_it_runs()
    {
        var bench = new RouterBench();
        bench.Start();
        bench.Hear(new Priority(100), RouterBench.Lower);
        bench.Hear(new Priority(150), RouterBench.Higher);
        Assert.Null(bench.Board.Current.HoldDownLeft(bench.Now));

        bench.Hear(new Priority(20), RouterBench.Higher);
        RouterSnapshot held = bench.Board.Current;
        Assert.Equal(TimeSpan.FromSeconds(3), held.HoldDownLeft(bench.Now));
        Assert.Equal(TimeSpan.FromSeconds(1), held.HoldDownLeft(bench.Now + TimeSpan.FromSeconds(2)));
        Assert.Null(held.HoldDownLeft(bench.Now + TimeSpan.FromSeconds(3)));

        // The same wait is the same snapshot: nothing is allocated for each Advertisement.
        bench.Hear(new Priority(20), RouterBench.Higher);
        Assert.Same(held, bench.Board.Current);
        bench.FireNext();
        bench.FireDue();
        Assert.Null(bench.Board.Current.HoldDownLeft(bench.Now));
    }

    [Fact]
    public void A_stop_resigns_and_removes_the_addresses_when_the_handover_ends()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.Ports.ClearReceivedCalls();
        bench.Router.Handle(RouterEvent.Shutdown(), bench.Now);
        Assert.True(bench.Board.Current.HandingOver);
        Assert.False(bench.Router.IsReleased);
        bench.Ports.DidNotReceive().RemoveAddresses();
        bench.FireNext();
        Assert.True(bench.Router.IsReleased);
        Assert.False(bench.Board.Current.HandingOver);
        Received.InOrder(() =>
        {
            bench.Ports.SendAdvertisement(Priority.Resign);
            bench.Ports.RemoveAddresses();
        });
    }

    [Fact]
    public void A_refused_address_ends_in_Fault_after_a_resignation_and_is_tried_again()
    {
        var bench = new RouterBench();
        bench.Ports.AddAddresses(0, 0, default).ReturnsForAnyArgs(RouterBench.Refusal());
        bench.Start();
        bench.FireNext();
        bench.FireDue();
        Assert.Equal((RouterState.Fault, TransitionCause.KernelRefused),
            (bench.Board.Current.State, bench.Board.Current.Cause));
        bench.Ports.Received(1).SendAdvertisement(Priority.Resign);
        bench.Ports.DidNotReceiveWithAnyArgs().Announce(0, 0, out _);
        Assert.Contains(bench.TakeNotes(), note => note.Severity == NoteSeverity.Error
            && note.Text.StartsWith("AddAddresses: RTM_NEWADDR: EACCES", StringComparison.Ordinal));
        bench.Advance(6000);
        bench.FireDue();
        Assert.Equal(RouterState.Backup, bench.Board.Current.State);
        bench.Ports.Received(1).RemoveAddresses();
    }

    [Fact]
    public void An_address_that_was_refused_is_not_announced()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.Ports.ClearReceivedCalls();
        bench.Ports.Observe(1, Gone, bench.Now).Returns(AddressNews.Taken);
        bench.Ports.AddAddresses(1, 1, bench.Now).Returns(RouterBench.Refusal());
        bench.Router.ObserveAddress(bench.Board.Identity.Addresses[1], Gone, bench.Now);
        bench.Ports.Received(1).AddAddresses(1, 1, bench.Now);
        bench.Ports.DidNotReceiveWithAnyArgs().Announce(0, 0, out _);
        Assert.Equal(RouterState.Fault, bench.Board.Current.State);
    }

    [Fact]
    public void An_address_taken_away_comes_back_and_is_noted()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        InternetAddress taken = bench.Board.Identity.Addresses[1];
        bench.Router.ObserveAddress(taken, There, bench.Now);
        Assert.True(bench.Board.AddressPresent(1));
        bench.TakeNotes();
        bench.Ports.ClearReceivedCalls();
        bench.Ports.Observe(1, Gone, bench.Now).Returns(AddressNews.Taken);
        bench.Router.ObserveAddress(taken, Gone, bench.Now);
        Assert.False(bench.Board.AddressPresent(1));
        bench.Ports.Received(1).AddAddresses(1, 1, bench.Now);
        bench.Ports.Received(1).Announce(1, 1, out _);
        LoopNote note = Assert.Single(bench.TakeNotes());
        Assert.Equal((NoteSeverity.Warning, "apiserver"), (note.Severity, note.Router));
        Assert.Contains($"{taken} was taken off eth0", note.Text, StringComparison.Ordinal);
        bench.Router.ObserveAddress(taken, Gone, bench.Now);
        Assert.Empty(bench.TakeNotes());
        Assert.Equal(2, bench.Board.Counters.AddressesTaken);
    }

    [Fact]
    public void An_address_that_this_router_removed_itself_or_does_not_have_is_not_missed()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.TakeNotes();
        bench.Ports.ClearReceivedCalls();
        bench.Router.ObserveAddress(bench.Board.Identity.Addresses[0], Gone, bench.Now);
        bench.Router.ObserveAddress(RouterBench.Higher, Gone, bench.Now);
        bench.Ports.DidNotReceiveWithAnyArgs().AddAddresses(0, 0, default);
        bench.Ports.ReceivedWithAnyArgs(1).Observe(0, default, default);
        Assert.Empty(bench.TakeNotes());
    }

    [Fact]
    public void After_a_lease_that_ran_out_the_router_listens_and_leaves_the_addresses_alone()
    {
        var bench = new RouterBench(addressCount: 100);
        bench.BecomeActive();
        bench.Ports.ClearReceivedCalls();
        bench.Ports.NextRenewal.Returns(bench.Now);
        bench.Ports.Renew(bench.Now).Returns(false);
        bench.Router.FireDeadlines(bench.Now);
        Assert.Equal(
            (RouterState.Backup, TransitionCause.Stalled), (bench.Board.Current.State, bench.Board.Current.Cause));
        bench.Ports.Received(1).RemoveAddresses();
        bench.Ports.DidNotReceiveWithAnyArgs().AddAddresses(0, 0, default);
        bench.Ports.DidNotReceiveWithAnyArgs().Announce(0, 0, out _);
        bench.Ports.DidNotReceiveWithAnyArgs().SendAdvertisement(default);
        bench.Ports.NextRenewal.Returns(MonotonicTime.Never);
        Assert.True(bench.Router.NextDeadline > bench.Now + (3 * RouterBench.Interval.ToTimeSpan()));
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(101, 0)]
    public void A_lease_that_is_due_within_the_time_asked_for_is_renewed_early(int milliseconds, int renewals)
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.Ports.NextRenewal.Returns(bench.Now + TimeSpan.FromMilliseconds(milliseconds));
        bench.Ports.Renew(default).ReturnsForAnyArgs(true);
        bench.Router.RenewUntil(bench.Now + TimeSpan.FromMilliseconds(100), bench.Now);
        bench.Ports.Received(renewals).Renew(bench.Now);
    }

    [Fact]
    public void A_lease_that_turns_out_to_have_run_out_when_it_is_renewed_ahead_ends_the_Active_state()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.Ports.NextRenewal.Returns(bench.Now + TimeSpan.FromMilliseconds(1));
        bench.Ports.Renew(bench.Now).Returns(false);
        bench.Router.RenewUntil(bench.Now + TimeSpan.FromMilliseconds(100), bench.Now);
        Assert.Equal(RouterState.Backup, bench.Board.Current.State);
    }

    [Fact]
    public void An_address_that_the_kernel_took_at_the_end_of_its_lease_ends_the_Active_state()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.Ports.ClearReceivedCalls();
        bench.Ports.Observe(0, default, default).ReturnsForAnyArgs(AddressNews.Expired);
        bench.Router.ObserveAddress(bench.Board.Identity.Addresses[0], Gone, bench.Now);
        Assert.Equal(RouterState.Backup, bench.Board.Current.State);
        bench.Ports.DidNotReceiveWithAnyArgs().AddAddresses(0, 0, default);
        Assert.Equal(0, bench.Board.Counters.AddressesTaken);
    }

    [Fact]
    public void An_address_that_is_somebody_elses_is_shown_counted_and_noted_once_a_minute()
    {
        var bench = new RouterBench();
        bench.Ports.IsForeign(0).ReturnsForAnyArgs(true);
        bench.BecomeActive();
        Assert.True(bench.Board.AddressForeign(0) && bench.Board.AddressForeign(1));
        Assert.Equal(2, bench.Board.Counters.ForeignAddresses);
        LoopNote note = Assert.Single(bench.TakeNotes(), note => note.Severity == NoteSeverity.Warning);
        Assert.StartsWith(
            $"{bench.Board.Identity.Addresses[0]} is on eth0 and vipd has not put it there", note.Text,
            StringComparison.Ordinal);
        bench.Ports.IsForeign(0).ReturnsForAnyArgs(false);
        bench.Router.ObserveAddress(bench.Board.Identity.Addresses[0], There, bench.Now);
        Assert.Equal(
            (false, true), (bench.Board.AddressForeign(0), bench.Board.AddressForeign(1)));
        Assert.Empty(bench.TakeNotes());
    }

    [Fact]
    public void A_lease_that_is_renewed_in_time_restores_nothing()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.Ports.ClearReceivedCalls();
        MonotonicTime due = bench.Now + TimeSpan.FromMilliseconds(1);
        bench.Ports.NextRenewal.Returns(due);
        bench.Ports.Renew(default).ReturnsForAnyArgs(true);
        Assert.Equal(due, bench.Router.NextDeadline);
        bench.Router.FireDeadlines(bench.Now);
        bench.Ports.DidNotReceiveWithAnyArgs().Renew(default);
        bench.FireNext();
        bench.Router.FireDeadlines(bench.Now);
        bench.Ports.Received(2).Renew(due);
        bench.Ports.DidNotReceiveWithAnyArgs().AddAddresses(0, 0, default);
    }

    [Fact]
    public void A_failure_is_noted_once_a_minute_and_what_was_not_sent_is_not_counted()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        long sent = bench.Board.Counters.AdvertisementsSent;
        bench.TakeNotes();
        bench.Ports.SendAdvertisement(Priority.Default).Returns(new LinuxException("sendmsg", 105));
        for (int i = 0; i < 299; i++)
            bench.FireNextAdvertisement();
        Assert.Equal(sent, bench.Board.Counters.AdvertisementsSent);
        Assert.Equal("SendAdvertisement: sendmsg: ENOBUFS (No buffer space available)",
            Assert.Single(bench.TakeNotes()).Text);
        for (int i = 0; i < 10; i++)
            bench.FireNextAdvertisement();
        Assert.Single(bench.TakeNotes());
        bench.Ports.SendAdvertisement(Priority.Default).Returns((LinuxException?)null);
        bench.FireNextAdvertisement();
        Assert.Equal(sent + 1, bench.Board.Counters.AdvertisementsSent);
    }

    [Fact]
    public void Counters_count_what_the_ports_took()
    {
        var bench = new RouterBench(addressCount: 3);
        bench.BecomeActive();
        Assert.Equal((1, 6), (bench.Board.Counters.AdvertisementsSent, bench.Board.Counters.AnnouncementsSent));
        bench.FireNextAdvertisement();
        Assert.Equal(2, bench.Board.Counters.AdvertisementsSent);
    }

    [Fact]
    public void A_take_over_is_measured_in_its_three_phases_once()
    {
        var bench = new RouterBench();
        bench.Start();
        bench.Elapsed = TimeSpan.FromMilliseconds(2);
        bench.FireNext();
        bench.Elapsed = TimeSpan.FromMilliseconds(5);
        bench.Router.FireDeadlines(bench.Now);
        bench.Elapsed = TimeSpan.FromMilliseconds(6);
        bench.FireDue();
        bench.FireNextAdvertisement();
        RouterCounters counters = bench.Board.Counters;
        Assert.Equal(
            (0.002, 0.003, 0.004),
            (Sum(counters.FailoverDetect), Sum(counters.FailoverClaim), Sum(counters.FailoverAnnounce)));
        BucketHistogram[] all = [counters.FailoverDetect, counters.FailoverClaim, counters.FailoverAnnounce];
        Assert.All(all, one => Assert.Equal(1, Enumerable.Range(0, one.UpperBoundsSeconds.Count + 1).Sum(one.Count)));
    }

    [Fact]
    public void A_new_link_layer_address_reaches_the_ports()
    {
        var bench = new RouterBench();
        var mac = new MacAddress([2, 0, 0, 0, 0, 7]);
        bench.Router.ChangeLinkLayerAddress(mac);
        bench.Ports.Received(1).ChangeLinkLayerAddress(mac);
    }

    private static double Sum(BucketHistogram histogram) => Math.Round(histogram.SumSeconds, 6);

    /// <summary>Active, with addresses that are added and not reached yet: an IPv6 one is so for a moment.</summary>
    private static RouterBench ClaimsUnreached(int addressCount)
    {
        var bench = new RouterBench(addressCount);
        bench.Start();
        bench.Ports.AreReached().Returns(false);
        bench.FireNext();
        bench.FireDue();
        return bench;
    }
}
