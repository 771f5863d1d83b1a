using NSubstitute;
using Vipd.Linux;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>When the connections on the addresses are cut, and when the addresses go.</summary>
public sealed class ConnectionCutTests
{
    private readonly RouterBench _bench = new();

    [Fact]
    public void With_a_successor_the_connections_are_cut_before_the_addresses_go()
    {
        Cut(steps: 2);
        HandOver();
        _bench.Ports.DidNotReceiveWithAnyArgs().CutConnections(out _);
        Assert.True(_bench.Board.Current.HandingOver);
        Assert.False(_bench.Router.IsReleased);

        // One step a pass, so that the loop hears of everything else between any two of them.
        for (int step = 1; step <= 2; step++)
        {
            Assert.True(_bench.Router.NextDeadline <= _bench.Now);
            _bench.Router.FireDeadlines(_bench.Now);
            _bench.Ports.ReceivedWithAnyArgs(step).CutConnections(out _);
            _bench.Ports.DidNotReceive().RemoveAddresses();
        }

        _bench.Router.FireDeadlines(_bench.Now);
        _bench.Ports.Received(1).RemoveAddresses();
        Assert.True(_bench.Router.IsReleased);
        Assert.False(_bench.Board.Current.HandingOver);
        Assert.True(_bench.Router.NextDeadline > _bench.Now);
    }

    [Fact]
    public void A_successor_that_is_only_heard_to_announce_is_one_too()
    {
        _bench.BecomeActive();
        _bench.Router.Handle(RouterEvent.Shutdown(), _bench.Now);
        AnnounceAll();
        _bench.FireDue();
        _bench.Ports.ReceivedWithAnyArgs(1).CutConnections(out _);
        _bench.Ports.Received(1).RemoveAddresses();
    }

    [Fact]
    public void Without_a_successor_nothing_is_cut_for_the_addresses_may_soon_be_back()
    {
        _bench.BecomeActive();
        _bench.Router.Handle(RouterEvent.Shutdown(), _bench.Now);
        _bench.FireNext();
        _bench.Ports.Received(1).RemoveAddresses();
        _bench.Ports.DidNotReceiveWithAnyArgs().CutConnections(out _);
    }

    [Fact]
    public void A_refusal_is_noted_once_and_the_addresses_go_all_the_same()
    {
        _bench.Ports.CutConnections(out _).ReturnsForAnyArgs(call =>
        {
            call[0] = new LinuxException("SOCK_DESTROY", 1);
            return false;
        });
        for (int move = 1; move <= 2; move++)
        {
            HandOver();
            _bench.FireDue();
            _bench.Ports.Received(move).RemoveAddresses();
            _bench.Hear(Priority.Resign, RouterBench.Higher);
            _bench.FireNext();
            _bench.FireDue();
            Assert.Equal(RouterState.Active, _bench.Board.Current.State);
        }

        Assert.Equal(
            "connections on the addresses are not cut when they move: SOCK_DESTROY: EPERM (Operation not permitted)",
            Assert.Single(_bench.TakeNotes(), note => note.Text.Contains("DESTROY", StringComparison.Ordinal)).Text);
    }

    [Fact]
    public void Addresses_that_are_wanted_again_during_the_cut_stay()
    {
        Cut(steps: int.MaxValue);
        HandOver();
        _bench.Hear(Priority.Resign, RouterBench.Higher);
        _bench.Advance(100);
        for (int pass = 0; pass < 3; pass++)
            _bench.Router.FireDeadlines(_bench.Now);
        Assert.Equal(RouterState.Active, _bench.Board.Current.State);
        _bench.Ports.DidNotReceive().RemoveAddresses();
        _bench.FireDue();
        _bench.Ports.DidNotReceive().RemoveAddresses();
        Assert.False(_bench.Router.IsReleased);
    }

    /// <summary>To a better router, up to the moment when it has announced everything.</summary>
    private void HandOver()
    {
        if (_bench.Board.Current.State != RouterState.Active)
            _bench.BecomeActive();
        _bench.Hear(new Priority(200), RouterBench.Higher);
        Assert.Equal(RouterState.Backup, _bench.Board.Current.State);
        _bench.Advance(ElectionTimers.CrossingTime.TotalMilliseconds);
        AnnounceAll();
    }

    private void AnnounceAll()
    {
        foreach (InternetAddress address in _bench.Board.Identity.Addresses)
            _bench.Router.HearAnnouncement(address, RouterBench.PeerMac, _bench.Now);
    }

    private void Cut(int steps)
    {
        int done = 0;
        _bench.Ports.CutConnections(out _).ReturnsForAnyArgs(call =>
        {
            call[0] = null;
            return done++ < steps;
        });
    }
}
