using NSubstitute;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>When a take-over is told of, and how the loop is to wake for it.</summary>
public class TakeOverReportTests
{
    [Fact]
    public void A_take_over_is_told_of_when_every_address_is_announced_with_the_time_at_which_it_began()
    {
        var bench = new RouterBench(addressCount: 100);
        bench.Start();
        bench.TakeNotes();
        bench.Elapsed = TimeSpan.FromMilliseconds(2);
        bench.FireNext();
        bench.Elapsed = TimeSpan.FromMilliseconds(50);
        bench.Ports.WhenForAnyArgs(ports => ports.Announce(0, 0, out _)).Do(_ =>
        {
            Assert.Equal(RouterState.Backup, bench.Board.Current.State);
            Assert.Empty(bench.TakeNotes());
        });
        bench.FireDue();
        bench.Ports.Received(1).Announce(64, 36, out _);
        Assert.Equal(RouterState.Active, bench.Board.Current.State);
        Assert.EndsWith("; 2.00 ms after it was due", Assert.Single(bench.TakeNotes()).Text, StringComparison.Ordinal);
        TransitionRecord told = bench.Board.Transitions[^1];
        Assert.Equal((RouterState.Active, TimeSpan.FromMilliseconds(2)), (told.To, told.SinceTrigger));
        Assert.Equal(told.At, bench.Board.Current.Since);
    }

    [Fact]
    public void A_take_over_that_a_better_router_ends_is_told_of_before_its_end()
    {
        var bench = new RouterBench(addressCount: 100);
        bench.Start();
        bench.FireNext();
        bench.Router.FireDeadlines(bench.Now);
        bench.Hear(new Priority(200), RouterBench.Higher);
        Assert.Equal(
            [RouterState.Backup, RouterState.Active, RouterState.Backup],
            bench.Board.Transitions.Select(transition => transition.To));
        Assert.Equal(
            (RouterState.Backup, TransitionCause.HigherPriority),
            (bench.Board.Current.State, bench.Board.Current.Cause));
        Assert.Contains($"heard {RouterBench.Higher} with priority 200", bench.TakeNotes()[^1].Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_loop_is_awake_shortly_before_a_take_over_and_sleeps_until_everything_else()
    {
        var bench = new RouterBench();
        bench.Start();
        Assert.Equal(TimeSpan.FromMicroseconds(300), bench.Router.NextDeadline - bench.Router.NextWake);
        bench.FireNext();
        bench.FireDue();
        Assert.Equal(bench.Router.NextDeadline, bench.Router.NextWake);
    }
}
