using System.Collections.Concurrent;
using Vipd.Daemon.Health;
using Vipd.Daemon.Tests.Support;

namespace Vipd.Daemon.Tests.Health;

public sealed class SelfWatchTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_thread_pool_that_sleeps_over_its_work_is_roused_again_and_again_until_it_comes_to_it()
    {
        var log = new RememberingLogger();
        var work = new ConcurrentQueue<Action>();
        ThreadPool.GetMinThreads(out int threads, out int ports);
        using var watch = new SelfWatch(TimeProvider.System, log, work.Enqueue, hasWork: static () => true);
        watch.Start();
        Assert.True(SpinWait.SpinUntil(() => work.Count >= 3, Soon)); // What was asked, and two that rouse.
        Assert.Single(log.Lines, line => line.StartsWith("Warning: the thread pool has begun no work for "));
        ThreadPool.GetMinThreads(out int more, out _);
        Assert.InRange(more, threads + 1, threads + 16);

        while (work.TryDequeue(out Action? piece))
            piece();
        Assert.Equal(1, watch.Total(SelfTrouble.ThreadPoolStarved).Count);
        Assert.True(SpinWait.SpinUntil(() => !work.IsEmpty, Soon)); // Asked anew.
        ThreadPool.SetMinThreads(threads, ports);
    }

    [Fact]
    public void A_thread_pool_that_nobody_waits_for_is_not_woken_to_be_asked()
    {
        var work = new ConcurrentQueue<Action>();
        int beats = 0;
        using var watch = new SelfWatch(
            TimeProvider.System, new RememberingLogger(), work.Enqueue, () => Interlocked.Increment(ref beats) >= 4);
        watch.Start();
        Assert.True(SpinWait.SpinUntil(() => !work.IsEmpty, Soon));
        Assert.Equal(4, beats);
    }
}
