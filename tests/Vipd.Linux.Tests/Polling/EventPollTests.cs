using Vipd.Linux.Interop;
using Vipd.Linux.Polling;
using Vipd.Linux.Tests.Support;

namespace Vipd.Linux.Tests.Polling;

public sealed class EventPollTests : IDisposable
{
    private const long Second = 1_000_000_000;

    private readonly EventPoll _poll = new(capacity: 4);
    private readonly DeadlineTimer _timer = new();
    private readonly WakeUp _wakeUp = new();
    private readonly int[] _ready = new int[4];

    public EventPollTests()
    {
        _poll.Add(_timer.Descriptor, 17);
        _poll.Add(_wakeUp.Descriptor, -18);
    }

    [Fact]
    public void The_boot_clock_goes_forward_and_agrees_with_the_kernel()
    {
        long before = BootClock.Nanoseconds;
        double uptimeSeconds = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], null);
        long after = BootClock.Nanoseconds;
        Assert.InRange(uptimeSeconds, (before / 1e9) - 0.02, (after / 1e9) + 0.02);
    }

    [Fact]
    public void Nothing_is_ready_before_anything_happened() => Assert.Equal(0, _poll.Poll(_ready));

    [Fact]
    public void A_deadline_is_absolute_and_never_early()
    {
        long deadline = BootClock.Nanoseconds + (Second / 50);
        _timer.Arm(deadline);
        Assert.Equal(0, _poll.Poll(_ready));
        Assert.Equal(1, _poll.Wait(_ready));
        Assert.InRange(BootClock.Nanoseconds, deadline, deadline + Second);
        Assert.Equal(17, _ready[0]);
        _timer.Arm(long.MaxValue);
        Assert.Equal(0, _poll.Poll(_ready));
    }

    [Fact]
    public void As_an_edge_a_timer_is_reported_once_each_time_that_it_fires_and_need_not_be_read()
    {
        using var poll = new EventPoll(capacity: 4);
        using var timer = new DeadlineTimer();
        poll.AddEdge(timer.Descriptor, 19);
        for (int time = 0; time < 3; time++)
        {
            long deadline = BootClock.Nanoseconds + (Second / 100);
            timer.Arm(deadline);
            Assert.Equal(0, poll.Poll(_ready));
            Assert.Equal(1, poll.Wait(_ready));
            Assert.InRange(BootClock.Nanoseconds, deadline, deadline + Second);
            Assert.Equal(19, _ready[0]);
            Assert.Equal(0, poll.Poll(_ready));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_deadline_that_has_passed_fires_at_once(long boottimeNanoseconds)
    {
        _timer.Arm(boottimeNanoseconds);
        Assert.Equal(1, _poll.Wait(_ready));
    }

    [Fact]
    public void A_deadline_that_never_comes_can_be_armed()
    {
        _timer.Arm(long.MaxValue);
        Assert.Equal(0, _poll.Poll(_ready));
    }

    [Fact]
    public void A_deadline_that_has_passed_and_is_replaced_by_a_later_one_does_not_fire()
    {
        _timer.Arm(1);
        _timer.Arm(long.MaxValue);
        Assert.Equal(0, _poll.Poll(_ready));
    }

    [Fact]
    public void Acknowledging_what_did_not_happen_does_nothing()
    {
        _wakeUp.Acknowledge();
        Assert.Equal(0, _poll.Poll(_ready));
    }

    [Fact]
    public void Another_thread_wakes_the_one_that_waits()
    {
        var other = new Thread(() =>
        {
            _wakeUp.Signal();
            _wakeUp.Signal();
        });
        other.Start();
        Assert.Equal(1, _poll.Wait(_ready));
        Assert.Equal(-18, _ready[0]);
        other.Join();
        _wakeUp.Acknowledge();
        Assert.Equal(0, _poll.Poll(_ready));
    }

    [Fact]
    public void What_has_no_room_is_reported_by_the_next_wait()
    {
        _wakeUp.Signal();
        _timer.Arm(1);
        Assert.Equal(1, _poll.Wait(_ready.AsSpan(0, 1)));
        int first = _ready[0];
        Assert.Equal(1, _poll.Wait(_ready.AsSpan(0, 1)));
        Assert.Equal([-18, 17], new[] { first, _ready[0] }.Order());
        Assert.Equal(2, _poll.Wait(_ready));
    }

    [Fact]
    public void What_was_removed_is_not_reported_and_can_not_be_removed_again()
    {
        _wakeUp.Signal();
        _poll.Remove(_wakeUp.Descriptor);
        Assert.Equal(0, _poll.Poll(_ready));
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => _poll.Remove(_wakeUp.Descriptor)).Errno);
    }

    [Fact]
    public void Arming_waiting_and_signalling_allocate_nothing() => Allocation.None(() =>
    {
        _timer.Arm(BootClock.Nanoseconds);
        _wakeUp.Signal();
        int count = _poll.Wait(_ready) + _poll.Poll(_ready);
        _wakeUp.Acknowledge();
        if (count == 0)
            throw new InvalidOperationException();
    });

    public void Dispose()
    {
        _poll.Dispose();
        _timer.Dispose();
        _wakeUp.Dispose();
    }
}
