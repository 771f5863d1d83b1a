using Vipd.Daemon.Ports;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Ports;

public sealed class LeaseScheduleTests
{
    private static readonly MonotonicTime Start = new(1_000_000_000_000);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(60, 1)]
    [InlineData(255, 5)]
    [InlineData(500, 9)]
    [InlineData(2000, 34)]
    [InlineData(4096, 69)]
    public void Each_address_is_renewed_at_a_third_of_its_lease_and_no_second_sees_200(int count, int leaseSeconds)
    {
        TimeSpan lease = TimeSpan.FromSeconds(leaseSeconds);
        var schedule = new LeaseSchedule(count, lease);
        MonotonicTime[] renewed = new MonotonicTime[count];
        for (int i = 0; i < count; i++)
        {
            schedule.Begin(i, Start);
            renewed[i] = Start;
        }

        List<(MonotonicTime At, int Count)> slices = [];
        while (schedule.Deadline < Start + (lease * 3))
        {
            MonotonicTime now = schedule.Deadline;
            Assert.InRange(schedule.End - schedule.First, 1, LeaseSchedule.SliceLength);
            for (int i = schedule.First; i < schedule.End; i++)
            {
                Assert.InRange((now - renewed[i]) / (lease / 3), 0, 1.001);
                Assert.False(schedule.IsOver(i, now));
                renewed[i] = now;
            }

            slices.Add((now, schedule.End - schedule.First));
            schedule.Advance(now);
        }

        Assert.All(slices, first => Assert.InRange(
            slices.Where(other => other.At >= first.At && other.At - first.At < Second).Sum(other => other.Count),
            1, 199));
        Assert.All(renewed, last => Assert.True(last - Start > lease * 2));
    }

    [Fact]
    public void A_lease_is_over_before_the_kernel_may_end_it()
    {
        var schedule = new LeaseSchedule(10, Second);
        schedule.Begin(0, Start);
        schedule.Begin(9, Start + (Second / 2));
        MonotonicTime early = Start + (Second - LeaseSchedule.KernelHaste);
        Assert.False(schedule.IsOver(0, new(early.Nanoseconds - 1000)));
        Assert.True(schedule.IsOver(0, early));
        Assert.False(schedule.IsOver(9, early));
        schedule.Begin(1, early);
        Assert.True(schedule.IsOver(1, early));
        schedule.Clear();
        Assert.Equal(MonotonicTime.Never, schedule.Deadline);
        Assert.False(schedule.IsOver(0, early + Second));
    }

    [Fact]
    public void Routers_that_became_Active_together_do_not_renew_together()
    {
        MonotonicTime[] first = [.. Enumerable.Range(1, 255).Select(i =>
        {
            var schedule = new LeaseSchedule(1, Second * 5, i / 255.0);
            schedule.Begin(0, Start);
            return schedule.Deadline;
        })];
        Assert.All(first, one => Assert.InRange(
            first.Count(other => other >= one && other - one < Second), 1, 199));
    }
}
