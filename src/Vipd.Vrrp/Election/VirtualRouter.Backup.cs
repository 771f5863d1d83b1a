namespace Vipd.Vrrp.Election;

/// <summary>Backup, RFC 9568 §6.4.2: the branches in the RFC's order.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>Active_Down_Timer; also carries the short waits, <see cref="_takeOverCause"/> tells which.</summary>
    private MonotonicTime _activeDownTimer = MonotonicTime.Never;

    /// <summary>When the wait that <see cref="_activeDownTimer"/> ends has begun.</summary>
    private MonotonicTime _waitingSince;

    private TransitionCause _takeOverCause = TransitionCause.ActiveDown;
    private MonotonicTime _noTakeOverBefore;
    private MonotonicTime? _preemptableSince;

    private void HandleBackup(in RouterEvent routerEvent, MonotonicTime now)
    {
        switch (routerEvent.Kind)
        {
            case RouterEventKind.Shutdown:
                Transition(RouterState.Initialize, routerEvent.Cause, now);
                break;
            case RouterEventKind.DeadlineReached when _activeDownTimer <= now:
                ActiveDownTimerFired(now);
                break;
            case RouterEventKind.AdvertisementReceived:
                HearAsBackup(routerEvent, now);
                break;
            case RouterEventKind.PriorityChanged:
                Priority = routerEvent.Priority;
                if (_takeOverCause == TransitionCause.Preempting && !MayPreempt(now))
                    WaitFor(TransitionCause.ActiveDown, now);
                else
                    SetActiveDownTimer();
                break;
            case RouterEventKind.FaultRaised:
                EnterFault(routerEvent.Fault, now);
                break;
        }
    }

    private void ActiveDownTimerFired(MonotonicTime now)
    {
        // The stall rule: a timer that fires this late tells of a process or machine that stood still, not of a dead
        // Active Router. What was sent meanwhile may be lost, so listen for a whole Active_Down_Interval first.
        if (now - _activeDownTimer > ActiveAdverInterval)
            WaitFor(TransitionCause.ActiveDown, now);
        else
            BecomeActive(_takeOverCause, trigger: _activeDownTimer, now);
    }

    private void HearAsBackup(in RouterEvent advertisement, MonotonicTime now)
    {
        if (advertisement.Priority.IsResign)
        {
            // §6.4.2: Skew_Time. Never later than it would have been: a resignation may be heard twice.
            MonotonicTime unhurried = _activeDownTimer;
            WaitFor(TransitionCause.ActiveResigned, now);
            _activeDownTimer = MonotonicTime.Min(_activeDownTimer, MonotonicTime.Max(unhurried, _noTakeOverBefore));
            return;
        }

        RememberActiveRouter(advertisement);
        if (MayPreempt(now))
        {
            // §6.4.2 discards this Advertisement and lets the timer run; vipd waits a short time, counted from the
            // first one.
            if (_takeOverCause != TransitionCause.Preempting)
                WaitFor(TransitionCause.Preempting, now);
        }
        else
        {
            WaitFor(TransitionCause.ActiveDown, now);
        }
    }

    /// <summary>Preempt_Mode, preemptMargin and preemptDelay, against the Active Router as last heard.</summary>
    private bool MayPreempt(MonotonicTime now)
    {
        bool better = _parameters.Preempt && ActivePriority is { } active &&
            Priority.Value - active.Value >= _parameters.PreemptMargin;
        if (!better)
        {
            _preemptableSince = null;
            return false;
        }

        _preemptableSince ??= now;
        return now - _preemptableSince.Value >= _parameters.PreemptDelay;
    }

    private void EnterBackup(TransitionCause cause, MonotonicTime now)
    {
        _preemptableSince = null;
        Transition(RouterState.Backup, cause, now);
        WaitFor(TransitionCause.ActiveDown, now);
    }

    private void WaitFor(TransitionCause cause, MonotonicTime now)
    {
        _takeOverCause = cause;
        _waitingSince = now;
        SetActiveDownTimer();
    }

    private void SetActiveDownTimer()
    {
        TimeSpan wait = _takeOverCause == TransitionCause.ActiveDown
            ? ActiveDownInterval
            : ElectionTimers.ShortWait(Priority, ActiveAdverInterval);
        _activeDownTimer = MonotonicTime.Max(_waitingSince + wait + Spread, _noTakeOverBefore);
    }
}
