using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>When the loop wakes, and what it does then for the routers whose time has come.</summary>
public sealed partial class ElectionLoop
{
    /// <summary>Short, so that the renewals of many routers stay spread.</summary>
    private static readonly TimeSpan RenewalHaste = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Waits for a descriptor or the next deadline; does not wait at all while a deadline is due, or close to a
    /// take-over.
    /// </summary>
    private int Sleep(out MonotonicTime now)
    {
        now = LoopClock.Now;
        if (_wake.IsUnknown(now))
            _wake.Expect(NextWake(), now);
        MonotonicTime next = _wake.At;
        if (next <= now)
            return _poll.Poll(_ready);
        _garbage.Use(now, next);

        if (_wake.MustSetTimer())
            _timer.Arm(next.Nanoseconds);
        int ready = _poll.Wait(_ready);
        now = LoopClock.Now;
        if (next <= now)
            _board.Loop.Lateness.Record(now - next);
        return ready;
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
        if (_wake.At > now)
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

        _wake.Expect(next, now);

        // Awake for a deadline, and nothing else is due: a lease that soon is need not wake the loop again.
        if (!anyFired || next <= now || renewal > now + RenewalHaste)
            return;
        foreach (RouterRuntime router in _network.Routers)
            router.RenewUntil(now + RenewalHaste, now);
        _wake.Forget();
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
            _wake.Forget();
    }
}
