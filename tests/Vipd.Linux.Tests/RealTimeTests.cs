using Vipd.Linux.Interop;
using Vipd.Linux.Tests.Support;

namespace Vipd.Linux.Tests;

public class RealTimeTests
{
    private const int CallingThread = 0;

    [NetnsFact]
    public void Only_the_calling_thread_becomes_real_time_and_what_it_starts_does_not()
    {
        RealTimeOutcome outcome = default;
        int own = -1;
        int child = -1;
        OnThread(() =>
        {
            outcome = RealTime.TrySetFifo(50);
            own = Sched.sched_getscheduler(CallingThread);
            OnThread(() => child = Sched.sched_getscheduler(CallingThread));
        });
        Assert.Equal(new RealTimeOutcome(true, null), outcome);
        Assert.Equal(Sched.SCHED_FIFO | Sched.SCHED_RESET_ON_FORK, own);
        Assert.Equal(Sched.SCHED_OTHER, child);
        Assert.Equal(Sched.SCHED_OTHER, Sched.sched_getscheduler(CallingThread));
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
            Assert.Equal(Sched.SCHED_OTHER, Sched.sched_getscheduler(int.Parse(Path.GetFileName(task), null)));
    }

    [Fact]
    public void A_priority_outside_1_to_99_is_a_bug_of_the_caller()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RealTime.TrySetFifo(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RealTime.TrySetFifo(100));
    }

    [Fact]
    public void A_refusal_tells_a_missing_right_from_a_low_limit_and_from_group_scheduling()
    {
        AssertRefusal("CAP_SYS_NICE is missing and RLIMIT_RTPRIO is 0", hasSysNice: false, rtprioLimit: 0);
        AssertRefusal("RLIMIT_RTPRIO is 10, below 50", hasSysNice: false, rtprioLimit: 10);
        AssertRefusal("in spite of CAP_SYS_NICE", hasSysNice: true, rtprioLimit: 0);
        AssertRefusal("in spite of RLIMIT_RTPRIO 50", hasSysNice: false, rtprioLimit: 50);
    }

    [Fact]
    public void Memory_is_locked_with_the_capability_or_without_a_limit_and_in_no_other_case()
    {
        Assert.Null(RealTime.LockRefusal(hasIpcLock: true, 8 << 20));
        Assert.Null(RealTime.LockRefusal(hasIpcLock: false, nuint.MaxValue));
        string? refusal = RealTime.LockRefusal(hasIpcLock: false, 8 << 20);
        Assert.Contains("RLIMIT_MEMLOCK is 8388608 bytes", refusal, StringComparison.Ordinal);
        Assert.Contains("LimitMEMLOCK=infinity", refusal, StringComparison.Ordinal);
    }

    private static void AssertRefusal(string expected, bool hasSysNice, nuint rtprioLimit) =>
        Assert.Contains(expected, RealTime.FifoRefusal(50, hasSysNice, rtprioLimit), StringComparison.Ordinal);

    private static void OnThread(Action body)
    {
        var thread = new Thread(() => body());
        thread.Start();
        thread.Join();
    }
}
