using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

/// <summary>The machine alone, on a clock of the test's own.</summary>
public sealed class DeathWatchTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly DeathWatch _watch = new();
    private TimeSpan _now = TimeSpan.FromSeconds(100);

    [Fact]
    public void An_open_connection_is_renewed_before_an_apiserver_gives_up_the_handshake()
    {
        WatchStep step = Connect();
        Assert.Equal(new WatchStep(WatchAction.Hold, TimeSpan.FromSeconds(20), WatchFinding.None), step);

        _now += step.For;
        Assert.Equal(new WatchStep(WatchAction.Connect, TimeSpan.Zero, WatchFinding.None), _watch.HeldOut(_now));
    }

    [Fact]
    public void Ended_and_refused_is_dead()
    {
        Connect();
        _now += TimeSpan.FromSeconds(5);
        Assert.Equal(new WatchStep(WatchAction.Connect, TimeSpan.Zero, WatchFinding.Broken), _watch.Ended(_now));

        _watch.Attempting(_now);
        Assert.Equal(new WatchStep(WatchAction.Rest, TimeSpan.Zero, WatchFinding.Dead), _watch.Refused());
    }

    [Fact]
    public void Refused_without_an_end_before_is_for_the_probes_to_find()
    {
        _watch.Attempting(_now);
        Assert.Equal(new WatchStep(WatchAction.Rest, TimeSpan.Zero, WatchFinding.None), _watch.Refused());
    }

    [Fact]
    public void A_listener_that_outlives_its_connections_is_found_refusing_within_20_ms()
    {
        Connect();
        _now += TimeSpan.FromSeconds(5);
        TimeSpan killedAt = _now;
        WatchStep step = _watch.Ended(_now);
        int attempts = 0;
        while (_now - killedAt < TimeSpan.FromMilliseconds(240))
        {
            _now += step.For;
            attempts++;
            step = Connect();
            Assert.Equal(DeathWatch.Spacing, step.For);
            _now += step.For;
            step = _watch.HeldOut(_now);
            Assert.Equal(WatchAction.Connect, step.Action);
        }

        _now += step.For;
        _watch.Attempting(_now);
        Assert.Equal(WatchFinding.Dead, _watch.Refused().Finding);
        Assert.True(_now - killedAt <= TimeSpan.FromMilliseconds(260));
        Assert.InRange(attempts, 10, 13);
    }

    [Fact]
    public void Accepted_and_never_answered_is_given_up_after_a_second()
    {
        Connect();
        _now += TimeSpan.FromSeconds(5);
        TimeSpan endedAt = _now;
        WatchStep step = _watch.Ended(_now);
        while (step.For <= DeathWatch.Spacing)
        {
            _now += step.For;
            step = Connect();
            _now += step.For;
            step = step.For > DeathWatch.Spacing ? step : _watch.HeldOut(_now);
        }

        Assert.InRange(_now - endedAt, DeathWatch.ProvingTime, DeathWatch.ProvingTime + (2 * DeathWatch.Spacing));
        Assert.Equal(DeathWatch.ShortestHold, step.For);
    }

    [Fact]
    public void A_server_with_an_idle_limit_is_broken_once_and_renewed_before_it_from_then_on()
    {
        Connect();
        IdleEnd(TimeSpan.FromSeconds(8));
        WatchStep step = Connect();

        Assert.Equal(TimeSpan.FromSeconds(6), step.For);
        for (int i = 0; i < 20; i++)
        {
            _now += step.For;
            Assert.Equal(WatchFinding.None, _watch.HeldOut(_now).Finding);
            step = Connect();
        }
    }

    [Fact]
    public void After_many_that_were_kept_whole_a_longer_one_is_tried()
    {
        Connect();
        IdleEnd(TimeSpan.FromSeconds(4));
        List<double> holds = [];
        for (int i = 0; i < 100; i++)
        {
            WatchStep step = Connect();
            holds.Add(step.For.TotalSeconds);
            _now += step.For;
            _watch.HeldOut(_now);
        }

        Assert.Equal([3, 6, 12, 20], holds.Distinct());
        Assert.Equal(32, holds.Count(hold => hold == 3));
    }

    [Fact]
    public void A_server_that_ends_every_connection_at_once_is_left_alone_ever_longer()
    {
        List<double> pauses = [];
        for (int i = 0; i < 9; i++)
        {
            Connect();
            _now += Millisecond;
            WatchStep step = _watch.Ended(_now);
            Assert.Equal(WatchFinding.Broken, step.Finding);
            pauses.Add(step.For.TotalSeconds);
            _watch.Answered(_now);
            _now += step.For;
        }

        Assert.Equal([0.019, 1, 2, 4, 8, 16, 32, 60, 60], pauses);
    }

    [Fact]
    public void A_restart_that_is_quick_costs_nothing_but_a_shorter_hold()
    {
        Connect();
        IdleEnd(TimeSpan.FromMinutes(10));
        Assert.Equal(DeathWatch.LongestHold, Connect().For);
    }

    [Fact]
    public void An_answer_to_a_probe_that_began_before_the_end_proves_nothing()
    {
        Connect();
        TimeSpan probeAt = _now += TimeSpan.FromSeconds(5);
        _now += Millisecond;
        _watch.Ended(_now);
        _watch.Answered(probeAt);

        Assert.Equal(WatchFinding.Dead, _watch.Refused().Finding);
    }

    [Fact]
    public void Whatever_happens_attempts_are_20_ms_apart_and_no_finding_comes_without_an_end()
    {
        for (int seed = 0; seed < 500; seed++)
            RunAtRandom(new Random(seed));
    }

    private static void RunAtRandom(Random random)
    {
        var watch = new DeathWatch();
        TimeSpan now = TimeSpan.FromSeconds(1);
        TimeSpan attemptedAt = TimeSpan.Zero;
        bool mayBeDead = false;
        for (int i = 0; i < 300; i++)
        {
            Assert.True(now - attemptedAt >= DeathWatch.Spacing || i == 0);
            attemptedAt = now;
            watch.Attempting(now);
            now += random.Next(3) * Millisecond;
            WatchStep step;
            switch (random.Next(10))
            {
                case 0:
                    step = watch.Refused();
                    Assert.True(step.Finding != WatchFinding.Dead || mayBeDead);
                    mayBeDead = false;
                    break;
                case 1:
                    step = watch.Unreachable();
                    break;
                default:
                    step = watch.Accepted(now);
                    Assert.InRange(step.For, DeathWatch.Spacing, DeathWatch.LongestHold);
                    bool isEnd = random.Next(2) == 0;
                    now += isEnd ? random.NextDouble() * step.For : step.For;
                    step = isEnd ? watch.Ended(now) : watch.HeldOut(now);
                    mayBeDead |= isEnd;
                    break;
            }

            if (random.Next(2) == 0)
                watch.Answered(now);
            now += step.Action == WatchAction.Connect ? step.For : TimeSpan.FromMilliseconds(250);
        }
    }

    private WatchStep Connect()
    {
        _watch.Attempting(_now);
        return _watch.Accepted(_now);
    }

    private void IdleEnd(TimeSpan after)
    {
        _now += after;
        WatchStep step = _watch.Ended(_now);
        Assert.Equal(WatchFinding.Broken, step.Finding);
        _watch.Answered(_now);
        _now += step.For;
    }
}
