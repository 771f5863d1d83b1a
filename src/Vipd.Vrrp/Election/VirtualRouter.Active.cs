namespace Vipd.Vrrp.Election;

/// <summary>Active, RFC 9568 §6.4.3: the branches in the RFC's order.</summary>
public sealed partial class VirtualRouter
{
    private readonly AnnouncementSchedule _announcements;
    private Claim _claim;

    /// <summary>At least one address may be on the interface because this router put it there.</summary>
    private bool _holding;

    /// <summary>Adver_Timer.</summary>
    private MonotonicTime _adverTimer = MonotonicTime.Never;

    private MonotonicTime _advertisedAt;
    private MonotonicTime _announcedAt;

    private void HandleActive(in RouterEvent routerEvent, MonotonicTime now)
    {
        switch (routerEvent.Kind)
        {
            case RouterEventKind.Shutdown:
                Resign(now);
                Transition(RouterState.Initialize, routerEvent.Cause, now);
                break;
            case RouterEventKind.DeadlineReached:
                ActiveDeadlines(now);
                break;
            case RouterEventKind.AdvertisementReceived:
                HearAsActive(routerEvent, now);
                break;
            case RouterEventKind.AnnouncementHeard:
                _announcements.HearContender(now, 3 * _advertisementInterval);
                break;
            case RouterEventKind.PriorityChanged when routerEvent.Priority != Priority:
                // Beyond the RFC: a changed priority is advertised at once, not with the next Advertisement.
                Priority = routerEvent.Priority;
                _adverTimer = now;
                break;
            case RouterEventKind.FaultRaised when routerEvent.Fault == RouterFaults.Interface:
                LeaveAtOnce();
                EnterFault(routerEvent.Fault, now);
                break;
            case RouterEventKind.FaultRaised:
                Resign(now);
                EnterFault(routerEvent.Fault, now);
                break;
            case RouterEventKind.AddressLost when routerEvent.Address < _claim.Added:
                _actions.Add(RouterAction.AddAddresses(routerEvent.Address, 1));
                Announce(RouterAction.Announce(routerEvent.Address, 1), now);
                break;
            case RouterEventKind.AddressRefused:
                Resign(now);
                EnterFault(RouterFaults.Kernel, now);
                break;
            case RouterEventKind.LeaseExpired:
                LeaveStalled(now);
                break;
            case RouterEventKind.GroupLeaves:
                if (_claim.HasAnnounced && _announcements.HasContender(now))
                    HoldForWinner(_advertisementInterval, now);
                else
                    Resign(now);
                EndClaim();
                EnterBackup(TransitionCause.GroupLeft, now);
                break;
        }
    }

    /// <summary>One step of each kind that is due; the loop looks at its sockets before it calls again.</summary>
    private void ActiveDeadlines(MonotonicTime now)
    {
        if (_adverTimer <= now)
        {
            Advertise(now);
            TimeSpan interval = TakeInterval();
            MonotonicTime next = _adverTimer + interval;
            _adverTimer = next > now ? next : now + interval;
        }

        if (_claim.Deadline <= now)
        {
            _holding = true;
            RouterAction step = _claim.Step(now);
            if (step.Kind == RouterActionKind.Announce)
                Announce(step, now);
            else
                _actions.Add(step);
        }
        else if (_announcements.Deadline <= now)
        {
            RouterAction announce = _announcements.Step(now);
            if (announce.Count > 0)
                Announce(announce, now);
        }
    }

    private void Advertise(MonotonicTime now)
    {
        _advertisedAt = now;
        _actions.Add(RouterAction.SendAdvertisement(Priority));
    }

    private void Announce(in RouterAction announce, MonotonicTime now)
    {
        _announcedAt = now;
        _actions.Add(announce);
    }

    private void HearAsActive(in RouterEvent advertisement, MonotonicTime now)
    {
        if (advertisement.Priority.IsResign)
        {
            // Beyond the RFC: it was Active until now (a partition has just healed), and clients believe it.
            _adverTimer = now;
            _announcements.HearLeaving(now);
        }
        else if (advertisement.Priority > Priority)
        {
            YieldTo(advertisement, TransitionCause.HigherPriority, now);
        }
        else if (advertisement.Priority == Priority && advertisement.Sender > _parameters.PrimaryAddress
            && _parameters.Sync != SyncPlace.Other)
        {
            YieldTo(advertisement, TransitionCause.HigherAddress, now);
        }
        else if (advertisement.Priority == Priority && advertisement.Sender == _parameters.PrimaryAddress)
        {
            // Our own echo, or a second host with our address: an answer would be answered, for ever.
        }
        else
        {
            // Assert the Active state to the sender, and its address to clients that may have believed the sender.
            _adverTimer = now;
            _announcements.HearContender(now, 3 * advertisement.MaxAdvertiseInterval.ToTimeSpan());
        }
    }

    private void BecomeActive(TransitionCause cause, MonotonicTime trigger, MonotonicTime now)
    {
        _handover.End();
        ForgetActiveRouter();
        _holdDown.Hear(_parameters.PrimaryAddress, now);
        Transition(RouterState.Active, cause, trigger);
        Advertise(now);
        _adverTimer = now + _advertisementInterval;
        _claim.Begin(now);
        _announcements.Begin(now);
    }

    /// <summary>A better Active Router was heard.</summary>
    private void YieldTo(in RouterEvent advertisement, TransitionCause cause, MonotonicTime now)
    {
        if (_claim.HasAnnounced)
        {
            HoldForWinner(advertisement.MaxAdvertiseInterval.ToTimeSpan(), now);
        }
        else
        {
            if (_holding)
                _handover.BeginHeard(now, ElectionTimers.SuccessorGrace, _announcedAt);
            _holdDown.ForgetHolder();
        }

        _holdDown.Hear(advertisement.Sender, now);
        _holdDown.Accept(advertisement.Sender);
        EndClaim();
        RememberActiveRouter(advertisement);
        EnterBackup(cause, now);
    }

    /// <summary>
    /// Clients may believe us: keep answering until the winner has announced the addresses. A last Advertisement of
    /// ours makes it announce again, sooner or later: after a partition it has perhaps never heard of us; after a
    /// one-way cut it has heard so much of us that it takes its time.
    /// </summary>
    private void HoldForWinner(TimeSpan winnersInterval, MonotonicTime now)
    {
        Advertise(now);
        TimeSpan longer = winnersInterval > _advertisementInterval ? winnersInterval : _advertisementInterval;
        if (_holding)
            _handover.BeginHeard(now, ElectionTimers.YieldLimit(longer), _announcedAt);
    }

    /// <summary>Priority 0 (§6.4.3, Shutdown); the successor may take its short wait.</summary>
    private void Resign(MonotonicTime now)
    {
        _actions.Add(RouterAction.SendAdvertisement(Priority.Resign));
        HoldForSuccessor(now);
    }

    private void HoldForSuccessor(MonotonicTime now)
    {
        if (_holding)
            _handover.Begin(now, ElectionTimers.HandoverLimit(_advertisementInterval));
        EndClaim();
    }

    private void LeaveAtOnce()
    {
        if (_holding)
            RemoveAddresses();
        EndClaim();
    }

    private void RemoveAddresses()
    {
        _holding = false;
        _actions.Add(RouterAction.RemoveAddresses);
    }

    private void EndClaim()
    {
        _claim.Cancel();
        _announcements.Cancel();
        _adverTimer = MonotonicTime.Never;
        _formerRhythm = 0;
    }

    /// <summary>
    /// The stall rule: Active_Down_Interval after our last Advertisement the others have elected somebody, and the
    /// kernel may have taken the addresses back; to go on as if nothing had happened would make two Active Routers.
    /// </summary>
    private void LeaveIfStalled(MonotonicTime now)
    {
        if (now - _advertisedAt <= ActiveDownInterval)
            return;
        LeaveStalled(now);
    }

    private void LeaveStalled(MonotonicTime now)
    {
        LeaveAtOnce();
        EnterBackup(TransitionCause.Stalled, now);
    }
}
