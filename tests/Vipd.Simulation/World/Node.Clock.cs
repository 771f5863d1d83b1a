using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.World;

/// <summary>A process that stands still, a machine that stands still, and a clock that does not go evenly.</summary>
internal sealed partial class Node
{
    private TimeSpan _clockLag;
    private bool _isFrozen;
    private MonotonicTime _pausedSince;

    /// <summary>The process, or the machine, stands still.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>The machine stands still, its kernel with it.</summary>
    public bool IsFrozen => _isFrozen;

    /// <summary>The time as the process knows it.</summary>
    public MonotonicTime RouterNow => _agenda.Now + -_clockLag;

    /// <summary>SIGSTOP, or a hypervisor that has better things to do: sockets fill up meanwhile.</summary>
    public void Pause()
    {
        if (!IsLive)
            return;
        IsPaused = true;
        _pausedSince = _stoodStillSince = _agenda.Now;
        _wakeAt = MonotonicTime.Never;
    }

    /// <summary>
    /// A machine that is moved or snapshotted: its clock and its leases stand still with it and what is sent to it is
    /// lost, so that it cannot know. (A suspend that CLOCK_BOOTTIME tells of is <see cref="Pause"/>.)
    /// </summary>
    public void Freeze()
    {
        if (!IsLive)
            return;
        IsPaused = true;
        _isFrozen = true;
        _stoodStillSince = MonotonicTime.Never;
        _pausedSince = _agenda.Now;
        _lan.DeafNodes++;
        _wakeAt = MonotonicTime.Never;
    }

    public void Resume()
    {
        if (!IsPaused)
            return;
        IsPaused = false;
        ResumedAt = _agenda.Now;
        TimeSpan away = _agenda.Now - _pausedSince;
        _intervalSince += away;
        if (_isFrozen)
        {
            Thaw(away);
        }
        else
        {
            OccasionsToAdvertise++; // One is overdue, however many periods went by.
            if (!_mutation.ClockRunsWhilePaused)
                _clockLag += away;
        }

        ScheduleWake();
    }

    /// <summary>The clock goes forward at once although nobody stood still.</summary>
    public void JumpClock(TimeSpan ahead)
    {
        if (!IsLive)
            return;
        _clockLag -= ahead;
        ResumedAt = _agenda.Now;
        _arrivedAt += -ahead;
        OccasionsToAdvertise += 2;
        _wakeAt = MonotonicTime.Never;
        ScheduleWake();
    }

    private void Thaw(TimeSpan away)
    {
        _isFrozen = false;
        _lan.DeafNodes--;
        if (AbandonedAt != MonotonicTime.Never)
            AbandonedAt += away;
        _clockLag += away;
        Kernel.Extend(away);
        _advertisedAt += away;
        if (_renewAt != MonotonicTime.Never)
            _renewAt += away;
        _leaseCheckAt = MonotonicTime.Never;
        ScheduleLeaseCheck();
    }
}
