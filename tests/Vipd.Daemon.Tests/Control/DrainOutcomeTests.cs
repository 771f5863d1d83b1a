using Vipd.Daemon.Control;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Control;

public sealed class DrainOutcomeTests
{
    private static readonly ActiveRouterStatus Peer = new("192.0.2.12", 100, Self: false);

    private readonly StatusDocument _active;
    private readonly StatusDocument _backup;

    public DrainOutcomeTests()
    {
        _active = Status(RouterState.Active);
        _backup = Status(RouterState.Backup);
    }

    [Fact]
    public void A_successor_that_is_heard_ends_the_wait_once_the_addresses_are_gone()
    {
        DrainOutcome holding = Outcome(_active, Drained(Peer, handingOver: true));
        Assert.False(holding.IsComplete);
        DrainOutcome done = Outcome(_active, Drained(Peer));
        Assert.True(done.IsComplete && done.IsGood);
        Assert.Equal("apiserver: handed over to 192.0.2.12", done.Describe(TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Without_a_successor_the_wait_goes_on_and_the_outcome_is_bad()
    {
        DrainOutcome alone = Outcome(_active, Drained(activeRouter: null));
        Assert.False(alone.IsComplete || alone.IsGood);
        Assert.Equal(
            "apiserver: nobody took over within 2.5s; its addresses are on no node that is heard here",
            alone.Describe(TimeSpan.FromSeconds(2.5)));
    }

    [Fact]
    public void A_Backup_Router_has_nothing_to_hand_over()
    {
        DrainOutcome idle = Outcome(_backup, Drained(Peer));
        Assert.True(idle.IsComplete && idle.IsGood);
        Assert.Equal(
            "apiserver: drained, had no addresses; 192.0.2.12 is the Active Router", idle.Describe(TimeSpan.Zero));
        Assert.Equal("apiserver: was drained already", Outcome(Drained(null), Drained(null)).Describe(TimeSpan.Zero));
    }

    [Fact]
    public void A_drain_that_the_election_thread_has_not_taken_up_is_not_complete() =>
        Assert.False(Outcome(_backup, _backup).IsComplete);

    [Fact]
    public void The_wait_is_longer_than_two_Active_Down_Intervals() =>
        Assert.Equal(TimeSpan.FromSeconds(2.442), DrainOutcome.Patience(_active));

    private static DrainOutcome Outcome(StatusDocument before, StatusDocument now) =>
        Assert.Single(DrainOutcome.Of(before, now));

    private StatusDocument Drained(ActiveRouterStatus? activeRouter, bool handingOver = false) => _active with
    {
        VirtualRouters =
        [
            _active.VirtualRouters[0] with
            {
                State = "initialize",
                Drained = true,
                HandingOver = handingOver,
                ActiveRouter = activeRouter,
            },
        ],
    };

    private static StatusDocument Status(RouterState state)
    {
        var boards = new SampleBoards();
        boards.Become(state, TransitionCause.Startup);
        return new StatusReport(boards.Board, [], boards.Liveness, TimeProvider.System).Make();
    }
}
