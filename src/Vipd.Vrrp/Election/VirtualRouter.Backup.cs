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

    /// <summary>Until when a better Active Router than the one that was heard last must be taken for alive.</summary>
    private MonotonicTime _betterUntil;

    private InternetAddress? _betterRouter;
    private Priority _betterPriority;

    private MonotonicTime? _preemptableSince;
    private HoldDown _holdDown;

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
                else if (!_isReady)
                    SetActiveDownTimer();
                break;
            case RouterEventKind.FaultRaised:
                EnterFault(routerEvent.Fault, now);
                break;
            case RouterEventKind.GroupClaims when _isReady:
                BecomeActive(_takeOverCause, trigger: now, now);
                break;
            case RouterEventKind.GroupHurries when !_isReady && _takeOverCause == TransitionCause.ActiveDown:
                Hurry(now);
                break;
        }
    }

    private void ActiveDownTimerFired(MonotonicTime now)
    {
        if (_isReady)
            return;

        // The stall rule: a timer that fires this late tells of a process or machine that stood still, not of a dead
        // Active Router. What was sent meanwhile may be lost, so listen for a whole Active_Down_Interval first.
        if (now - _activeDownTimer > ActiveAdverInterval)
            WaitFor(TransitionCause.ActiveDown, now);
        else if (_parameters.Sync != SyncPlace.None)
            _isReady = true;
        else
            BecomeActive(_takeOverCause, trigger: _activeDownTimer, now);
    }

    private void HearAsBackup(in RouterEvent advertisement, MonotonicTime now)
    {
        if (advertisement.Priority.IsResign)
        {
            if (_isReady)
                return;

            // §6.4.2: Skew_Time. Never later than it would have been: a resignation may be heard twice.
            MonotonicTime unhurried = _activeDownTimer;
            _betterUntil = default;
            WaitFor(TransitionCause.ActiveResigned, now);
            _activeDownTimer = MonotonicTime.Min(_activeDownTimer, MonotonicTime.Max(unhurried, _noTakeOverBefore));
            return;
        }

        if (IsOverheard(advertisement, now))
            return;
        KeepWatching(advertisement, now);
        // Of two that are heard at the same time (a last word, a partition) the better one holds the addresses.
        if (_betterUntil <= now)
            _holdDown.Hear(advertisement.Sender, now);
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

    /// <summary>
    /// A worse Active Router than the one that is watched and has not timed out (a partition that is not ours):
    /// preempting it would usurp the better one. §6.4.2 discards it for the same effect: the timer runs on.
    /// </summary>
    private bool IsOverheard(in RouterEvent advertisement, MonotonicTime now) =>
        _takeOverCause == TransitionCause.ActiveDown && _activeDownTimer > now &&
        ActiveRouter is { } watched && watched != advertisement.Sender && ActivePriority > advertisement.Priority &&
        _parameters.Preempt && _parameters.PreemptDelay == TimeSpan.Zero &&
        Priority.Value - advertisement.Priority.Value >= _parameters.PreemptMargin;

    /// <summary>
    /// The Advertisement of a worse Active Router (one that is just yielding, perhaps with a shorter interval) does not
    /// shorten the wait for the better one that is watched: that would usurp it before its next Advertisement. Nor do
    /// several that are worse and replace each other, as long as the better one may be alive. Where its own word makes
    /// it the worse one, the patience is with whoever was heard beside it.
    /// </summary>
    private void KeepWatching(in RouterEvent advertisement, MonotonicTime now)
    {
        if (ActiveRouter is not { } watched || watched == advertisement.Sender || ActivePriority is not { } best)
            return;
        bool watches = _takeOverCause == TransitionCause.ActiveDown;
        if (_betterUntil <= now || !IsWorse(advertisement, _betterRouter, _betterPriority))
        {
            _betterUntil = default;
            (_betterRouter, _betterPriority) = (watched, best);
            if (watches)
                SetActiveDownTimer();
        }

        if (Priority.IsAddressOwner)
            _betterUntil = default;
        else if (IsWorse(advertisement, watched, best) && watches && _activeDownTimer > now)
            _betterUntil = _activeDownTimer;
    }

    private static bool IsWorse(in RouterEvent advertisement, InternetAddress? router, Priority priority) =>
        advertisement.Sender != router && (advertisement.Priority < priority ||
            (advertisement.Priority == priority && advertisement.Sender < router));

    /// <summary>
    /// Preempt_Mode, preemptMargin, preemptDelay and hold-down, against the Active Router as last heard.
    /// </summary>
    private bool MayPreempt(MonotonicTime now)
    {
        // §6.1, Preempt_Mode: the address owner always preempts.
        if (Priority.IsAddressOwner && ActivePriority is { IsAddressOwner: false })
            return true;
        bool better = _parameters.Preempt && ActivePriority is { } active &&
            Priority.Value - active.Value >= _parameters.PreemptMargin;
        if (!better)
        {
            _preemptableSince = null;
            if (ActiveRouter is { } heard)
                _holdDown.Accept(heard);
            return false;
        }

        _preemptableSince ??= now;
        TimeSpan isWorseFor = now - _preemptableSince.Value;
        return !_holdDown.Protects(isWorseFor, now) && isWorseFor >= _parameters.PreemptDelay;
    }

    private void EnterBackup(TransitionCause cause, MonotonicTime now)
    {
        _preemptableSince = null;
        _betterUntil = default;
        Transition(RouterState.Backup, cause, now);
        WaitFor(TransitionCause.ActiveDown, now);
    }

    private void WaitFor(TransitionCause cause, MonotonicTime now)
    {
        _takeOverCause = cause;
        _waitingSince = now;
        _isReady = false;
        SetActiveDownTimer();
    }

    private void SetActiveDownTimer()
    {
        TimeSpan wait = _takeOverCause == TransitionCause.ActiveDown
            ? ActiveDownInterval
            : ElectionTimers.ShortWait(Priority, ActiveAdverInterval);
        if (_takeOverCause == TransitionCause.GroupResigned)
            wait += ActiveAdverInterval;
        MonotonicTime notBefore = MonotonicTime.Max(_noTakeOverBefore, _betterUntil);
        _activeDownTimer = MonotonicTime.Max(_waitingSince + wait + Spread, notBefore);
    }
}
