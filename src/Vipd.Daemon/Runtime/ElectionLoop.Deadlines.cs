using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>When the loop wakes, and what it does then for the routers whose time has come.</summary>
public sealed partial class ElectionLoop
{
    /// <summary>A loop that has nothing to do makes a pass all the same, so that its watchers see it alive.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>Short, so that the renewals of many routers stay spread.</summary>
    private static readonly TimeSpan RenewalHaste = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// No router wants the loop awake before it, so until then there is no need to ask them: an Advertisement, which is
    /// nearly all that ever comes, touches only its own. Origin: ask them all.
    /// </summary>
    private MonotonicTime _nothingBefore = MonotonicTime.Origin;

    /// <summary>
    /// By then most of what they waited for has been put off, at least where Advertisements come: asked again, they
    /// spare the loop a wake-up for nothing.
    /// </summary>
    private MonotonicTime _askAgainAt = MonotonicTime.Origin;

    /// <summary>
    /// Waits for a descriptor or the next deadline; does not wait at all while a deadline is due, or close to a
    /// take-over.
    /// </summary>
    private int Sleep(out MonotonicTime now)
    {
        now = LoopClock.Now;
        if (_nothingBefore <= now || _askAgainAt <= now)
            Expect(NextWake(), now);
        MonotonicTime next = _nothingBefore;
        if (next <= now)
            return _poll.Poll(_ready);
        _garbage.Use(now, next);

        MonotonicTime until = MonotonicTime.Min(next, now + Heartbeat);
        if (_alarm.MustSet(now, until))
            _timer.Arm(until.Nanoseconds);
        int ready = _poll.Wait(_ready);
        now = LoopClock.Now;
        if (next <= now)
            _board.Loop.Lateness.Record(now - next);
        return ready;
    }

    private void Expect(MonotonicTime next, MonotonicTime now)
    {
        _nothingBefore = next;
        _askAgainAt = now + ((next - now) / 2);
    }

    private MonotonicTime NextWake()
    {
        MonotonicTime next = _resynchroniseAt;
        foreach (RouterRuntime router in _network.Routers)
            next = MonotonicTime.Min(next, router.NextWake);
        return next;
    }

    private void FireDeadlines(MonotonicTime now)
    {
        if (_nothingBefore > now)
            return;
        if (_resynchroniseAt <= now)
            Resynchronise(now);
        bool anyFired = FireElections(now);
        MonotonicTime next = _resynchroniseAt;
        MonotonicTime renewal = MonotonicTime.Never;
        foreach (RouterRuntime router in _network.Routers)
        {
            if (router.NextDeadline <= now)
            {
                router.FireChores(now);
                anyFired = true;
            }

            next = MonotonicTime.Min(next, router.NextWake);
            renewal = MonotonicTime.Min(renewal, router.NextRenewal);
        }

        Expect(next, now);

        // Awake for a deadline, and nothing else is due: a lease that soon is need not wake the loop again.
        if (!anyFired || next <= now || renewal > now + RenewalHaste)
            return;
        foreach (RouterRuntime router in _network.Routers)
            router.RenewUntil(now + RenewalHaste, now);
        _nothingBefore = MonotonicTime.Origin;
    }

    /// <summary>Before all else that is due: others wait for it.</summary>
    private bool FireElections(MonotonicTime now)
    {
        bool anyFired = false;
        foreach (RouterRuntime router in _network.Routers)
            anyFired |= router.FireElection(now);
        foreach (InterfaceRuntime at in _network.Interfaces)
            at.Outbox.Flush();
        return anyFired;
    }

    private void SettleGroups(MonotonicTime now)
    {
        if (_network.SettleGroups(now))
            _nothingBefore = MonotonicTime.Origin;
    }
}
