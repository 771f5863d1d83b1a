namespace Vipd.Daemon.Tests.Observability;

public sealed class LoopLivenessTests
{
    private readonly SampleBoards _boards = new();

    [Fact]
    public void A_loop_that_never_made_a_pass_is_not_alive()
    {
        _boards.NowNanoseconds = 1_000_000_000;

        Assert.False(_boards.Liveness.IsAlive);
    }

    [Fact]
    public void A_loop_is_alive_for_three_seconds_after_a_pass()
    {
        _boards.Pass();
        _boards.NowNanoseconds += 3_000_000_000;
        Assert.True(_boards.Liveness.IsAlive);

        _boards.NowNanoseconds += 1_000_000;
        Assert.False(_boards.Liveness.IsAlive);
    }

    [Fact]
    public void A_loop_that_does_not_take_part_is_alive_but_not_ready()
    {
        _boards.Pass();
        _boards.Board.Loop.SetRunning(false);

        Assert.True(_boards.Liveness.IsAlive);
        Assert.False(_boards.Liveness.IsReady);
    }
}
