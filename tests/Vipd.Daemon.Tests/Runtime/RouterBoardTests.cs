using NSubstitute;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Runtime;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>What RouterRuntime shows on its board, and when.</summary>
public class RouterBoardTests
{
    [Fact]
    public void In_Backup_an_ordinary_Advertisement_publishes_nothing_and_allocates_nothing()
    {
        var bench = new RouterBench(ports: new SilentPorts());
        bench.Start();
        bench.Hear(Priority.Default, RouterBench.Higher);
        RouterSnapshot before = bench.Board.Current;
        Assert.Equal((RouterBench.Higher, Priority.Default), (before.ActiveRouter, before.ActivePriority));
        Allocation.None(() =>
        {
            bench.Advance(200);
            bench.Hear(Priority.Default, RouterBench.Higher);
            bench.Router.FireDeadlines(bench.Now);
        });
        Assert.Same(before, bench.Board.Current);
        Assert.Equal(RouterState.Backup, before.State);
    }

    [Fact]
    public void In_Active_sending_and_hearing_a_worse_one_publish_nothing_and_allocate_nothing()
    {
        var ports = new SilentPorts();
        var bench = new RouterBench(ports: ports);
        bench.BecomeActive();
        RouterSnapshot before = bench.Board.Current;
        int sent = ports.AdvertisementsSent;
        Allocation.None(() =>
        {
            bench.Advance(200);
            bench.Hear(Priority.Lowest, RouterBench.Higher);
            bench.FireDue();
            bench.Router.HearAnnouncement(bench.Board.Identity.Addresses[0], RouterBench.PeerMac, bench.Now);
            bench.Router.ObserveAddress(
                bench.Board.Identity.Addresses[0], new AddressSighting(true, PrefixLength: 32), bench.Now);
        });
        Assert.Same(before, bench.Board.Current);
        Assert.Equal(sent + 102, ports.AdvertisementsSent);
    }

    [Fact]
    public void A_snapshot_is_published_when_what_it_shows_has_changed_and_not_before()
    {
        var bench = new RouterBench();
        bench.Start();
        AssertPublishes(bench, () => bench.Hear(new Priority(120), RouterBench.Higher));
        AssertSilent(bench, () => bench.Hear(new Priority(120), RouterBench.Higher));
        AssertPublishes(bench, () => bench.Hear(new Priority(110), RouterBench.Higher));
        AssertPublishes(bench, () => bench.Hear(new Priority(110), RouterBench.Lower));
        AssertPublishes(bench, () => bench.Router.Handle(RouterEvent.AdvertisementReceived(
            new Priority(110), RouterBench.Lower, new Centiseconds(100)), bench.Now));
        Assert.Equal(TimeSpan.FromMilliseconds(3609.375), bench.Board.Current.ActiveDownInterval);
        AssertSilent(bench, () => bench.Router.Handle(RouterEvent.FaultCleared(RouterFaults.Interface), bench.Now));
        IReadOnlyList<string> reasons = ["check a is down: 30"];
        AssertPublishes(bench, () => bench.Router.ChangeHealth(new(0, 30, false, reasons), bench.Now));
        AssertSilent(bench, () => bench.Router.ChangeHealth(new(0, 30, false, reasons), bench.Now));
        Assert.Equal((RouterState.Backup, new Priority(70)),
            (bench.Board.Current.State, bench.Board.Current.EffectivePriority));
        Assert.Same(reasons, bench.Board.Current.HealthReasons);
    }

    [Fact]
    public void An_Active_router_shows_itself_as_the_Active_Router()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        Assert.Equal((RouterBench.Own, Priority.Default),
            (bench.Board.Current.ActiveRouter, bench.Board.Current.ActivePriority));
        bench.Hear(new Priority(101), RouterBench.Lower);
        Assert.Equal((RouterState.Backup, TransitionCause.HigherPriority, true),
            (bench.Board.Current.State, bench.Board.Current.Cause, bench.Board.Current.HandingOver));
        Assert.Equal((RouterBench.Lower, new Priority(101)),
            (bench.Board.Current.ActiveRouter, bench.Board.Current.ActivePriority));
    }

    [Fact]
    public void A_transition_is_recorded_with_cause_peer_and_duration()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.TakeNotes();
        bench.Elapsed = TimeSpan.FromMilliseconds(1.5);
        DateTimeOffset before = DateTimeOffset.UtcNow;
        bench.Hear(Priority.Default, RouterBench.Higher);
        TransitionRecord last = bench.Board.Transitions[^1];
        Assert.Equal((RouterState.Active, RouterState.Backup), (last.From, last.To));
        Assert.Equal((TransitionCause.HigherAddress, RouterBench.Higher), (last.Cause, last.Peer));
        Assert.Equal(bench.Elapsed, last.SinceTrigger);
        Assert.InRange(last.At, before, DateTimeOffset.UtcNow);
        Assert.InRange(bench.Board.Current.Since, before, DateTimeOffset.UtcNow);
        Assert.Equal(
            "Active -> Backup: another router has equal priority and the higher address, heard 192.0.2.12 "
            + "with priority 100; 1.50 ms after it was due",
            Assert.Single(bench.TakeNotes()).Text);
        Assert.Equal(1, bench.Board.Counters.Transitions(
            RouterState.Active, RouterState.Backup, TransitionCause.HigherAddress));
        Assert.Equal(
            [null, null, (InternetAddress?)RouterBench.Higher], bench.Board.Transitions.Select(one => one.Peer));
    }

    [Fact]
    public void Two_transitions_by_one_event_are_both_recorded()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.Advance(5000);
        bench.Router.Handle(RouterEvent.Shutdown(), bench.Now);
        Assert.Equal(
            [(RouterState.Backup, TransitionCause.Stalled), (RouterState.Initialize, TransitionCause.Shutdown)],
            bench.Board.Transitions.TakeLast(2).Select(one => (one.To, one.Cause)));
        Assert.Equal((RouterState.Initialize, TransitionCause.Shutdown),
            (bench.Board.Current.State, bench.Board.Current.Cause));
        Assert.Equal(1, bench.Board.Counters.Transitions(
            RouterState.Active, RouterState.Backup, TransitionCause.Stalled));
    }

    [Fact]
    public void The_last_twenty_transitions_are_kept_oldest_first()
    {
        var bench = new RouterBench();
        bench.Start();
        for (int i = 0; i < 12; i++)
        {
            bench.Router.Drain(bench.Now);
            bench.Router.Undrain(bench.Now);
        }

        Assert.Equal(20, bench.Board.Transitions.Count);
        Assert.Equal(
            [TransitionCause.Drained, TransitionCause.Undrained],
            bench.Board.Transitions.TakeLast(2).Select(one => one.Cause));
        Assert.Equal(12, bench.Board.Counters.Transitions(
            RouterState.Backup, RouterState.Initialize, TransitionCause.Drained));
    }

    [Fact]
    public void A_fault_of_a_check_resigns_and_its_recovery_returns_to_Backup()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.Router.ChangeHealth(new(0, 0, true, ["check a is down: fault"]), bench.Now);
        bench.Ports.Received(1).SendAdvertisement(Priority.Resign);
        Assert.Equal((RouterState.Fault, TransitionCause.CheckFault, "check a is down: fault"),
            (bench.Board.Current.State, bench.Board.Current.Cause, bench.Board.Current.HealthReasons[0]));
        bench.Router.ChangeHealth(new(0, 0, false, []), bench.Now);
        Assert.Equal((RouterState.Backup, TransitionCause.CheckRecovered, 0),
            (bench.Board.Current.State, bench.Board.Current.Cause, bench.Board.Current.HealthReasons.Count));
    }

    [Fact]
    public void Health_known_before_the_start_decides_with_what_priority_the_router_starts()
    {
        var bench = new RouterBench();
        bench.Router.ChangeHealth(new(0, 80, false, ["check a is down: 80"]), bench.Now);
        bench.BecomeActive();
        bench.Ports.Received(1).SendAdvertisement(new Priority(20));
        bench.Ports.DidNotReceive().SendAdvertisement(Priority.Default);
        bench.Router.ChangeHealth(new(0, 1000, false, []), bench.Now);
        Assert.Equal(Priority.Lowest, bench.Board.Current.EffectivePriority);
    }

    [Fact]
    public void Drain_hands_over_and_stays_out_until_undrain()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.Router.Drain(bench.Now);
        Assert.Equal((RouterState.Initialize, true, true, TransitionCause.Drained),
            (bench.Board.Current.State, bench.Board.Current.Drained, bench.Board.Current.HandingOver,
            bench.Board.Current.Cause));
        bench.FireNext();
        Assert.True(bench.Router.IsReleased);
        Assert.Equal(MonotonicTime.Never, bench.Router.NextDeadline);
        bench.Router.Undrain(bench.Now);
        Assert.Equal((RouterState.Backup, false, TransitionCause.Undrained),
            (bench.Board.Current.State, bench.Board.Current.Drained, bench.Board.Current.Cause));
    }

    [Fact]
    public void Contenders_are_counted_only_while_Active_and_a_resignation_is_none()
    {
        var bench = new RouterBench();
        bench.Start();
        bench.Hear(Priority.Lowest, RouterBench.Lower);
        bench.Router.HearAnnouncement(bench.Board.Identity.Addresses[0], RouterBench.PeerMac, bench.Now);
        Assert.Equal((0, 0), Contenders(bench));
        bench.FireNext();
        bench.FireDue();
        bench.Hear(Priority.Lowest, RouterBench.Higher);
        bench.Hear(Priority.Resign, RouterBench.Higher);
        bench.Router.HearAnnouncement(bench.Board.Identity.Addresses[1], RouterBench.PeerMac, bench.Now);
        bench.Router.HearAnnouncement(RouterBench.Higher, RouterBench.PeerMac, bench.Now);
        Assert.Equal((1, 1), Contenders(bench));
        bench.Hear(new Priority(200), RouterBench.Higher);
        Assert.Equal((1, 1), Contenders(bench));
    }

    private static (long SecondActive, long Foreign) Contenders(RouterBench bench) =>
        (bench.Board.Counters.SecondActive, bench.Board.Counters.ForeignAnnouncements);

    private static void AssertPublishes(RouterBench bench, Action change)
    {
        RouterSnapshot before = bench.Board.Current;
        change();
        Assert.NotEqual(before, bench.Board.Current);
    }

    private static void AssertSilent(RouterBench bench, Action change)
    {
        RouterSnapshot before = bench.Board.Current;
        change();
        Assert.Same(before, bench.Board.Current);
    }
}
