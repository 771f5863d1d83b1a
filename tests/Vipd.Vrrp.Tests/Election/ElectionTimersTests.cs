using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class ElectionTimersTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData(1, 1000, 3996.09375)]
    [InlineData(100, 1000, 3609.375)]
    [InlineData(100, 200, 721.875)]
    [InlineData(254, 200, 601.5625)]
    [InlineData(255, 10, 30.0390625)]
    public void Active_Down_Interval_is_three_intervals_and_the_skew(int priority, int interval, double expected) =>
        Assert.Equal(
            expected,
            ElectionTimers.ActiveDownInterval(new Priority((byte)priority),
                TimeSpan.FromMilliseconds(interval)).TotalMilliseconds,
            tolerance: 0.0001);

    [Theory]
    [InlineData(100, 1000, 24.375)]
    [InlineData(100, 40, 24.375)]
    [InlineData(100, 10, 6.09375)]
    [InlineData(254, 200, 0.3125)]
    public void The_short_wait_is_the_skew_of_at_most_40_ms(int priority, int interval, double expected) =>
        Assert.Equal(
            expected,
            ElectionTimers.ShortWait(new Priority((byte)priority),
                TimeSpan.FromMilliseconds(interval)).TotalMilliseconds,
            tolerance: 0.0001);

    [Theory]
    [InlineData(1000, 10)]
    [InlineData(200, 10)]
    [InlineData(100, 6.25)]
    [InlineData(10, 0.625)]
    public void The_spread_is_at_most_10_ms_and_a_sixteenth_of_the_interval(int interval, double expected) =>
        Assert.Equal(expected, ElectionTimers.SpreadLimit(TimeSpan.FromMilliseconds(interval)).TotalMilliseconds);

    [Fact]
    public void The_spread_of_every_address_lies_below_its_limit()
    {
        for (uint i = 0; i < 100_000; i++)
        {
            TimeSpan spread = ElectionTimers.Spread(Address(i * 2_654_435_761), Interval);
            Assert.InRange(spread, TimeSpan.Zero, ElectionTimers.SpreadLimit(Interval) - TimeSpan.FromTicks(1));
        }
    }

    [Theory]
    [InlineData(2, 2.3)]
    [InlineData(3, 2.3)]
    [InlineData(5, 1.4)]
    public void Neighbouring_addresses_are_spread_apart(int nodes, double apartMs)
    {
        for (uint first = 0xC000_0201; first < 0xC000_02F0; first++)
        {
            double[] spreads = [.. Enumerable.Range(0, nodes)
                .Select(i => ElectionTimers.Spread(Address(first + (uint)i), Interval).TotalMilliseconds).Order()];
            for (int i = 1; i < nodes; i++)
                Assert.True(spreads[i] - spreads[i - 1] >= apartMs, $"{Address(first)}: {string.Join(' ', spreads)}");
        }
    }

    [Fact]
    public void The_spread_is_the_golden_fraction_of_the_address()
    {
        // 0xC000020C * 0x9E3779B97F4A7C15 mod 2^64, as a fraction of 2^64.
        double fraction = unchecked(0xC000_020CUL * 0x9E37_79B9_7F4A_7C15UL) / Math.Pow(2, 64);
        Assert.Equal(10 * fraction, ElectionTimers.Spread(RouterDriver.Own, Interval).TotalMilliseconds,
            tolerance: 0.0001);
    }

    [Fact]
    public void A_handover_outlasts_the_least_eager_Backup_Router_but_never_ten_seconds()
    {
        TimeSpan limit = ElectionTimers.HandoverLimit(Interval);

        Assert.True(limit >= ElectionTimers.ActiveDownInterval(Priority.Lowest, Interval) +
            ElectionTimers.SpreadLimit(Interval));
        Assert.Equal(TimeSpan.FromSeconds(10), ElectionTimers.HandoverLimit(TimeSpan.FromSeconds(40)));
    }

    [Theory]
    [InlineData(10, 500)]
    [InlineData(200, 910)]
    [InlineData(1000, 4110)]
    [InlineData(40_000, 10_000)]
    public void Who_yields_outlasts_a_burst_against_it_and_a_winner_that_is_gone_again(int intervalMs, int limitMs) =>
        Assert.Equal(limitMs, ElectionTimers.YieldLimit(TimeSpan.FromMilliseconds(intervalMs)).TotalMilliseconds);

    private static InternetAddress Address(uint value) =>
        InternetAddress.From([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
}
