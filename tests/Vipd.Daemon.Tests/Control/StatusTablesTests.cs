using Vipd.Daemon.Control;
using Vipd.Daemon.Health;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Control;

public sealed class StatusTablesTests
{
    private readonly SampleBoards _boards = new();

    [Fact]
    public void The_table_shows_state_cause_priority_timers_checks_and_transitions()
    {
        _boards.Pass();
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        _boards.Probe(CheckAnswer.NotReady("500: [-]etcd failed", "[-]poststarthook\u001b[2J failed"));

        Assert.Equal(
            """
            ROUTER      STATE    FOR     CAUSE        PRIORITY    ACTIVE ROUTER            ADDRESSES
            apiserver   active   3m12s   activeDown   60 of 100   192.0.2.11 (this node)   1/2

            ROUTER      INTERVAL   ACTIVE DOWN INTERVAL   SPREAD   LEASE
            apiserver   200ms      721ms                  4.5ms    1s

            ROUTER      PRIORITY LOWERED BY
            apiserver   check kube-apiserver is notReady: 40

            ROUTER      ADDRESS       PRESENT
            apiserver   192.0.2.101   no

            CHECK            STATE      FOR     TOOK   LAST ANSWER
            kube-apiserver   notReady   3m12s   12ms   notReady: 500: [-]etcd failed; [-]poststarthook?[2J failed

            ROUTER      AT                         FROM         TO       CAUSE        PEER         TOOK
            apiserver   2026-03-01T12:00:00.000Z   initialize   active   activeDown   192.0.2.12   0.85ms

            """,
            Text(wide: false));
    }

    [Fact]
    public void Wide_adds_columns_and_every_address()
    {
        _boards.Become(RouterState.Backup, TransitionCause.HigherPriority);

        string text = Text(wide: true);

        Assert.Contains(
            "192.0.2.12 (priority 100)   0/2         51     3         eth0        192.0.2.11",
            text,
            StringComparison.Ordinal);
        Assert.Contains(
            "apiserver   192.0.2.100   no        eth0\napiserver   192.0.2.101   no        eth0\n",
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_hold_down_that_runs_says_who_keeps_the_addresses_and_for_how_long()
    {
        _boards.Become(RouterState.Backup, TransitionCause.HigherPriority);
        Assert.DoesNotContain("WAITS", Text(wide: false), StringComparison.Ordinal);

        _boards.Router.Publish(_boards.Router.Current with { HeldDownUntil = LoopClock.Now + TimeSpan.FromHours(1) });

        Assert.Matches(
            @"ROUTER +WAITS\napiserver +holding down for 3\d{3}(\.\d)?s more: 192\.0\.2\.12 is worse and keeps the ",
            Text(wide: false));
    }

    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(59.9, "59s")]
    [InlineData(192, "3m12s")]
    [InlineData(18_180, "5h3m")]
    [InlineData(187_200, "2d4h")]
    public void Ages_show_their_two_largest_units(double seconds, string text) =>
        Assert.Equal(text, HumanDuration.Coarse(TimeSpan.FromSeconds(seconds)));

    private string Text(bool wide)
    {
        var report = new StatusReport(
            _boards.Board, [_boards.Check], _boards.Liveness, new StoppedClock(SampleBoards.Start.AddSeconds(192)));
        return PlainTables.Write(StatusTables.From(report.Make(), wide));
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
