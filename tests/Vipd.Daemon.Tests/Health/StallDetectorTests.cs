using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

public sealed class StallDetectorTests
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly StallDetector _detector = new();

    [Fact]
    public void Beats_that_are_on_time_or_a_little_late_show_nothing()
    {
        for (int beat = 0, ms = 0; ms < 10_000; beat++, ms += beat % 3 == 0 ? 490 : 250)
            Assert.Empty(Beat(ms));
        Assert.Equal(TimeSpan.Zero, Stalled(0, 10_000));
    }

    [Fact]
    public void A_late_beat_is_a_stall_of_the_process()
    {
        Beat(0);
        SelfFinding finding = Assert.Single(Beat(1500));

        Assert.Equal((SelfTrouble.ProcessStalled, 1250), (finding.Trouble, finding.Duration.TotalMilliseconds));
        Assert.Equal("vipd stood still for 1.25 s: no thread of it ran", finding.Describe());
        Assert.Equal(1000, Stalled(500, 1600).TotalMilliseconds);
        Assert.Equal(0, Stalled(1500, 1600).TotalMilliseconds);
    }

    [Fact]
    public void Without_checks_and_waiting_work_the_beats_are_rarer_and_a_late_one_is_a_stall_all_the_same()
    {
        Beat(0);
        Assert.Equal(Ms(1000), _detector.NextBeat(hasChecks: false));
        Assert.Empty(Beat(1200));
        Assert.Equal(Ms(1300), Assert.Single(Beat(3500)).Duration);

        _detector.PoolAsked(Ms(3500));
        Assert.Equal(Ms(250), _detector.NextBeat(hasChecks: false));
        _detector.PoolAnswered(At(3600));
        Assert.Equal(Ms(250), _detector.NextBeat(hasChecks: true));
        Assert.Single(Beat(4100));
    }

    [Fact]
    public void A_stall_that_no_beat_has_shown_yet_counts_already()
    {
        Beat(0);
        Assert.Equal(0, Stalled(0, 500).TotalMilliseconds);
        Assert.Equal(2600, Stalled(0, 2600).TotalMilliseconds);
        Assert.Equal(100, Stalled(2500, 2600).TotalMilliseconds);
    }

    [Fact]
    public void Before_the_first_beat_nothing_is_known() => Assert.Equal(TimeSpan.Zero, Stalled(0, 10_000));

    [Fact]
    public void A_thread_pool_that_comes_late_to_its_work_is_starved()
    {
        Beat(0);
        _detector.PoolAsked(Ms(0));
        for (int ms = 100; ms <= 900; ms += 100)
            Beat(ms);
        Assert.Equal(900, Stalled(0, 900).TotalMilliseconds);
        SelfFinding? finding = _detector.PoolAnswered(At(950));

        Assert.Equal((SelfTrouble.ThreadPoolStarved, 950), (finding!.Trouble, finding.Duration.TotalMilliseconds));
        Beat(1000);
        Assert.Equal(950, Stalled(0, 1000).TotalMilliseconds);
        Assert.Null(_detector.PoolSilence(Ms(1000)));
    }

    [Fact]
    public void A_thread_pool_that_answers_soon_is_well()
    {
        _detector.PoolAsked(Ms(0));
        Assert.Equal(Ms(150), _detector.PoolSilence(Ms(150)));
        Assert.Null(_detector.PoolAnswered(At(200)));
        Assert.Null(_detector.PoolAnswered(At(900)));
    }

    [Fact]
    public void While_no_thread_ran_the_pool_is_not_to_blame_and_no_moment_counts_twice()
    {
        Beat(0);
        _detector.PoolAsked(Ms(0));
        Assert.Equal(SelfTrouble.ProcessStalled, Assert.Single(Beat(2000)).Trouble);
        Assert.Equal(Ms(5), _detector.PoolSilence(Ms(2005)));
        Assert.Null(_detector.PoolAnswered(At(2010)));

        Beat(2100);
        Assert.Equal(2010, Stalled(0, 2100).TotalMilliseconds);
    }

    [Theory]
    [InlineData(5_000, 5)]
    [InlineData(-3_600_000, -3600)]
    public void A_wall_clock_that_is_set_is_a_jump_and_no_stall(int jumpMs, double seconds)
    {
        Beat(0);
        ClockReading jumped = At(100) with { Wall = Epoch.AddMilliseconds(100 + jumpMs) };
        SelfFinding finding = Assert.Single(_detector.Beat(jumped));

        Assert.Equal((SelfTrouble.ClockJumped, seconds), (finding.Trouble, finding.Duration.TotalSeconds));
        Assert.Equal(TimeSpan.Zero, Stalled(0, 200));
    }

    [Fact]
    public void A_clock_that_is_slewed_is_no_jump()
    {
        for (int i = 0; i < 100; i++)
            Assert.Empty(_detector.Beat(At(100 * i) with { Wall = Epoch.AddMilliseconds(150 * i) }));
    }

    [Fact]
    public void A_machine_that_slept_stood_still_for_nobody_but_is_told()
    {
        Beat(0);
        var awake = new ClockReading(Ms(100), Ms(60_100), Epoch.AddMilliseconds(60_100));
        SelfFinding finding = Assert.Single(_detector.Beat(awake));

        Assert.Equal((SelfTrouble.Suspended, 60), (finding.Trouble, finding.Duration.TotalSeconds));
        Assert.Equal(TimeSpan.Zero, Stalled(0, 100));
    }

    [Fact]
    public void Any_beats_leave_what_stood_still_within_what_passed()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var detector = new StallDetector();
            int now = 0;
            for (int i = 0; i < 300; i++)
            {
                now += random.Next(random.Next(10) == 0 ? 3000 : 200);
                int from = random.Next(now + 1);
                switch (random.Next(3))
                {
                    case 0:
                        detector.Beat(At(now));
                        break;
                    case 1:
                        detector.PoolAsked(Ms(now));
                        break;
                    default:
                        detector.PoolAnswered(At(now));
                        break;
                }

                Assert.InRange(detector.StalledBetween(Ms(from), Ms(now)), TimeSpan.Zero, Ms(now - from));
            }
        }
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static ClockReading At(int ms) => new(Ms(ms), Ms(ms), Epoch.AddMilliseconds(ms));

    private IReadOnlyList<SelfFinding> Beat(int ms) => _detector.Beat(At(ms));

    private TimeSpan Stalled(int fromMs, int nowMs) => _detector.StalledBetween(Ms(fromMs), Ms(nowMs));
}
