using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.World;

/// <summary>
/// A peer that behaves as keepalived 2.2 was measured to: RFC 5798 to the letter where vipd departs from it. It waits
/// Skew_Time after a resignation, lets its timer run when it hears a lower priority, advertises before it adds its
/// addresses and announces them five times at once and five times after 5 s, removes them at once when it leaves, tells
/// of a changed priority with its next Advertisement, counts its timers from now, and answers each Advertisement that
/// it finds in its socket on its own.
/// </summary>
internal sealed class KeepalivedElection(RouterParameters parameters) : IElection
{
    private const int AnnouncementsAtOnce = 5;

    private static readonly TimeSpan SecondRound = TimeSpan.FromSeconds(5);

    private readonly List<RouterAction> _actions = [];
    private readonly TimeSpan _advertisementInterval = parameters.AdvertisementInterval.ToTimeSpan();
    private RouterFaults _faults;
    private MonotonicTime _timer = MonotonicTime.Never;
    private MonotonicTime _announceAgainAt = MonotonicTime.Never;

    public RouterState State { get; private set; } = RouterState.Initialize;

    public Priority Priority { get; private set; } = parameters.Priority;

    public bool HoldsAddresses => State == RouterState.Active;

    public bool IsHandingOver => false;

    public TimeSpan ActiveAdverInterval { get; private set; } = parameters.AdvertisementInterval.ToTimeSpan();

    public TimeSpan ActiveDownInterval => ElectionTimers.ActiveDownInterval(Priority, ActiveAdverInterval);

    public TimeSpan Spread => TimeSpan.Zero;

    public TimeSpan WaitAfterResignation => ElectionTimers.SkewTime(Priority, ActiveAdverInterval);

    public TimeSpan WaitToPreempt => ActiveDownInterval;

    public MonotonicTime NextDeadline =>
        State == RouterState.Active ? MonotonicTime.Min(_timer, _announceAgainAt) : _timer;

    public bool TryReconfigure(RouterParameters parameters, bool addressesChanged, MonotonicTime now) => false;

    public ReadOnlySpan<RouterAction> Handle(in RouterEvent routerEvent, MonotonicTime now)
    {
        _actions.Clear();
        switch (routerEvent.Kind)
        {
            case RouterEventKind.Startup when State == RouterState.Initialize:
                TakePart(routerEvent.Cause, now);
                break;
            case RouterEventKind.Shutdown when State != RouterState.Initialize:
                Leave(RouterState.Initialize, routerEvent.Cause, resigns: true, now);
                break;
            case RouterEventKind.PriorityChanged:
                Priority = routerEvent.Priority;
                break;
            case RouterEventKind.AdvertisementReceived when State == RouterState.Backup:
                HearAsBackup(routerEvent, now);
                break;
            case RouterEventKind.AdvertisementReceived when State == RouterState.Active:
                HearAsActive(routerEvent, now);
                break;
            case RouterEventKind.FaultRaised:
                RaiseFault(routerEvent.Fault, now);
                break;
            case RouterEventKind.FaultCleared:
                _faults &= ~routerEvent.Fault;
                if (State == RouterState.Fault && _faults == RouterFaults.None)
                    TakePart(TransitionCause.InterfaceUp, now);
                break;
            case RouterEventKind.AddressLost when State == RouterState.Active:
                Leave(RouterState.Backup, TransitionCause.KernelRefused, resigns: true, now);
                break;
            case RouterEventKind.DeadlineReached:
                FireTimers(now);
                break;
        }

        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_actions);
    }

    private void TakePart(TransitionCause cause, MonotonicTime now)
    {
        if (_faults != RouterFaults.None)
        {
            Transition(RouterState.Fault, TransitionCause.InterfaceDown, now);
            return;
        }

        ActiveAdverInterval = _advertisementInterval;
        if (Priority.IsAddressOwner)
            BecomeActive(TransitionCause.AddressOwner, now);
        else
            Transition(RouterState.Backup, cause, now);
        if (State == RouterState.Backup)
            _timer = now + ActiveDownInterval;
    }

    private void RaiseFault(RouterFaults fault, MonotonicTime now)
    {
        _faults |= fault;
        if (State is RouterState.Backup or RouterState.Active)
            Leave(RouterState.Fault, TransitionCause.CheckFault, resigns: fault != RouterFaults.Interface, now);
    }

    private void HearAsBackup(in RouterEvent advertisement, MonotonicTime now)
    {
        if (advertisement.Priority.IsResign)
            _timer = now + WaitAfterResignation;
        else if (advertisement.Priority >= Priority || !(parameters.Preempt || Priority.IsAddressOwner))
            Learn(advertisement, now);
    }

    private void HearAsActive(in RouterEvent advertisement, MonotonicTime now)
    {
        if (advertisement.Priority > Priority ||
            (advertisement.Priority == Priority && advertisement.Sender > parameters.PrimaryAddress))
        {
            Leave(RouterState.Backup, TransitionCause.HigherPriority, resigns: false, now);
            Learn(advertisement, now);
            return;
        }

        Advertise(now);
        if (!advertisement.Priority.IsResign)
            AnnounceAtOnceAndLater(now);
    }

    private void Learn(in RouterEvent advertisement, MonotonicTime now)
    {
        ActiveAdverInterval = advertisement.MaxAdvertiseInterval.ToTimeSpan();
        _timer = now + ActiveDownInterval;
    }

    private void FireTimers(MonotonicTime now)
    {
        if (State == RouterState.Backup && _timer <= now)
        {
            BecomeActive(TransitionCause.ActiveDown, now);
        }
        else if (State == RouterState.Active)
        {
            if (_timer <= now)
                Advertise(now);
            if (_announceAgainAt > now)
                return;
            _announceAgainAt = MonotonicTime.Never;
            Announce();
        }
    }

    private void BecomeActive(TransitionCause cause, MonotonicTime now)
    {
        ActiveAdverInterval = _advertisementInterval;
        Transition(RouterState.Active, cause, now);
        Advertise(now);
        _actions.Add(RouterAction.AddAddresses(0, parameters.AddressCount));
        AnnounceAtOnceAndLater(now);
    }

    private void Advertise(MonotonicTime now)
    {
        _actions.Add(RouterAction.SendAdvertisement(Priority));
        _timer = now + _advertisementInterval;
    }

    private void AnnounceAtOnceAndLater(MonotonicTime now)
    {
        Announce();
        _announceAgainAt = now + SecondRound;
    }

    private void Announce()
    {
        for (int i = 0; i < AnnouncementsAtOnce; i++)
            _actions.Add(RouterAction.Announce(0, parameters.AddressCount));
    }

    private void Leave(RouterState to, TransitionCause cause, bool resigns, MonotonicTime now)
    {
        if (State == RouterState.Active)
        {
            if (resigns)
                _actions.Add(RouterAction.SendAdvertisement(Priority.Resign));
            _actions.Add(RouterAction.RemoveAddresses);
        }

        _announceAgainAt = MonotonicTime.Never;
        _timer = to == RouterState.Backup ? now + ActiveDownInterval : MonotonicTime.Never;
        Transition(to, cause, now);
    }

    private void Transition(RouterState to, TransitionCause cause, MonotonicTime now)
    {
        _actions.Add(RouterAction.ReportTransition(State, to, cause, now));
        State = to;
    }
}
