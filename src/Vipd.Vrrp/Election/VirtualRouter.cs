namespace Vipd.Vrrp.Election;

/// <summary>
/// One Virtual Router of RFC 9568 §6.4: a function of (state, event, now). It reads no clock, sends nothing and knows
/// no address family; the same state and the same input give the same output.
/// </summary>
/// <remarks>
/// <para>The caller's part: before <see cref="RouterEvent.DeadlineReached"/> it hands in every event that is already
/// waiting (an Advertisement that is in the socket must be able to stop a take-over), and it carries out the actions in
/// order. Answers "at once" are deadlines that are due now, so a thousand queued Advertisements are answered with
/// one.</para>
/// <para>Beyond the RFC, each where it happens: the short wait (<see cref="ElectionTimers.ShortWait"/>), the spread of
/// equal priorities, take-over in steps (Claim), make-before-break (Handover), announcing against a contender
/// (ContentionBurst), the last word (YieldTo), the stall rule (a router that stood still listens before it claims), a
/// blind eye to other partitions (IsOverheard), patience with a better router (KeepWatching), hysteresis (HoldDown),
/// Fault, and the sync group (SyncGroup).</para>
/// <para>Files: this one dispatches and holds what all states share; one file for each state; one for new parameters,
/// one for the state as bytes, one for what a sync group sees.</para>
/// </remarks>
public sealed partial class VirtualRouter
{
    private readonly ActionBuffer _actions = new();
    private readonly Handover _handover;
    private RouterParameters _parameters;
    private TimeSpan _advertisementInterval;
    private RouterFaults _faults;

    /// <summary>Where somebody else has last said that the addresses are.</summary>
    private bool _othersAreAtVirtualMac;

    /// <summary>A router in Initialize; it does nothing before <see cref="RouterEventKind.Startup"/>.</summary>
    public VirtualRouter(RouterParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters.AddressCount, 1);
        _parameters = parameters;
        _advertisementInterval = parameters.AdvertisementInterval.ToTimeSpan();
        _handover = new Handover(parameters.AddressCount);
        _claim = new Claim(parameters.AddressCount);
        _announcements = new AnnouncementSchedule(parameters);
        _holdDown = new HoldDown(parameters.HoldDown);
        Priority = parameters.Priority;
        ActiveAdverInterval = _advertisementInterval;
    }

    /// <summary>The state of RFC 9568 §6.4.</summary>
    public RouterState State { get; private set; } = RouterState.Initialize;

    /// <summary>The effective priority: the configured one, lowered by what is unhealthy.</summary>
    public Priority Priority { get; private set; }

    /// <summary>Active_Adver_Interval: learned from the Active Router's Advertisements; our own while Active.</summary>
    public TimeSpan ActiveAdverInterval { get; private set; }

    /// <summary>Active_Down_Interval as it stands, without the spread.</summary>
    public TimeSpan ActiveDownInterval =>
        ElectionTimers.ActiveDownInterval(Priority, ActiveAdverInterval, _parameters.SkewUnit);

    /// <summary>See <see cref="RouterParameters.SpreadAt"/>.</summary>
    public TimeSpan Spread => _parameters.SpreadAt(ActiveAdverInterval);

    /// <summary>The addresses are still held for a successor that has not announced all of them.</summary>
    public bool IsHandingOver => _handover.IsPending;

    /// <summary>At least one address may be on the interface because this router put it there.</summary>
    public bool HoldsAddresses => _holding;

    /// <summary>In the middle of a take-over: not every address is added and announced.</summary>
    public bool IsClaiming => _claim.Deadline != MonotonicTime.Never;

    /// <summary>
    /// The router whose Advertisement was accepted last; null before the first and while this router is Active.
    /// </summary>
    public InternetAddress? ActiveRouter { get; private set; }

    /// <summary>Its priority.</summary>
    public Priority? ActivePriority { get; private set; }

    /// <summary>
    /// When the hold-down ends for which a better Backup Router lets a worse Active Router be; null: none runs.
    /// </summary>
    public MonotonicTime? HeldDownUntil(MonotonicTime now) =>
        State == RouterState.Backup && _takeOverCause == TransitionCause.ActiveDown
        && _preemptableSince is { } since && _holdDown.At(now) is { Ticks: > 0 } wait
            ? since + wait
            : null;

    /// <summary>
    /// When <see cref="RouterEvent.DeadlineReached"/> is wanted; may be due already, Never if not at all.
    /// </summary>
    public MonotonicTime NextDeadline => MonotonicTime.Min(_handover.Deadline, State switch
    {
        RouterState.Backup when _isReady => MonotonicTime.Never,
        RouterState.Backup => _activeDownTimer,
        RouterState.Active =>
            MonotonicTime.Min(_adverTimer, MonotonicTime.Min(_claim.Deadline, _announcements.Deadline)),
        RouterState.Fault => _retryTimer,
        _ => MonotonicTime.Never,
    });

    /// <summary>
    /// Takes one event. The actions are valid until the next call. <paramref name="now"/> must not be earlier than in
    /// the call before; an event that means nothing in the present state makes no action.
    /// </summary>
    public ReadOnlySpan<RouterAction> Handle(in RouterEvent routerEvent, MonotonicTime now)
    {
        _actions.Clear();
        if (State == RouterState.Active)
            LeaveIfStalled(now);
        if (routerEvent.Kind == RouterEventKind.AnnouncementHeard)
            _othersAreAtVirtualMac = routerEvent.AtVirtualMac;
        ObserveHandover(routerEvent, now);
        switch (State)
        {
            case RouterState.Initialize:
                HandleInitialize(routerEvent, now);
                break;
            case RouterState.Backup:
                HandleBackup(routerEvent, now);
                break;
            case RouterState.Active:
                HandleActive(routerEvent, now);
                break;
            case RouterState.Fault:
                HandleFault(routerEvent, now);
                break;
        }

        return _actions.Actions;
    }

    private void Transition(RouterState to, TransitionCause cause, MonotonicTime trigger)
    {
        _actions.Add(RouterAction.ReportTransition(State, to, cause, trigger));
        State = to;
    }

    /// <summary>Ends a pending handover when its successor is complete or its time is over.</summary>
    private void ObserveHandover(in RouterEvent routerEvent, MonotonicTime now)
    {
        if (!_handover.IsPending)
            return;
        bool complete = false;
        if (routerEvent.Kind == RouterEventKind.AdvertisementReceived && !routerEvent.Priority.IsResign)
            _handover.HearSuccessor(now);
        else if (routerEvent.Kind == RouterEventKind.AnnouncementHeard)
            complete = _handover.HearAnnouncement(routerEvent.Address, now);
        else if (routerEvent is { Kind: RouterEventKind.FaultRaised, Fault: RouterFaults.Interface })
            complete = true;
        else if (routerEvent.Kind == RouterEventKind.LeaseExpired)
            complete = true;
        if (!complete && _handover.Deadline > now)
            return;
        if (!complete)
            SendClientsOn();
        _handover.End();
        RemoveAddresses();
    }

    /// <summary>
    /// Clients go on believing a loser that announced last, until they find it dead, unless the winner announces again.
    /// One that uses the Virtual Router MAC Address has no reason to: its like would answer there too. FRR announces
    /// first and advertises an interval later, and a router that holds or claims the addresses meanwhile has the last
    /// word. What this router says instead is true of whoever is Active at that MAC address (RFC 9568 §7.3).
    /// </summary>
    private void SendClientsOn()
    {
        if (_othersAreAtVirtualMac && _handover.IsForWinner && _claim.HasAnnounced)
            _actions.Add(RouterAction.PointToVirtualMac);
    }

    /// <summary>§6.4.1, §6.4.2 (Active_Down_Timer): without an Active Router our own interval stands for its.</summary>
    private void ForgetActiveRouter()
    {
        ActiveRouter = null;
        ActivePriority = null;
        ActiveAdverInterval = _advertisementInterval;
    }

    private void RememberActiveRouter(in RouterEvent advertisement)
    {
        ActiveRouter = advertisement.Sender;
        ActivePriority = advertisement.Priority;
        ActiveAdverInterval = advertisement.MaxAdvertiseInterval.ToTimeSpan();
    }

    /// <summary>Of several faults the one that a person should look at first.</summary>
    private static TransitionCause CauseOf(RouterFaults faults, bool raised)
    {
        if ((faults & RouterFaults.Interface) != 0)
            return raised ? TransitionCause.InterfaceDown : TransitionCause.InterfaceUp;
        if ((faults & RouterFaults.TrackedInterface) != 0)
            return raised ? TransitionCause.TrackedInterfaceDown : TransitionCause.TrackedInterfaceUp;
        if ((faults & RouterFaults.Check) != 0)
            return raised ? TransitionCause.CheckFault : TransitionCause.CheckRecovered;
        if ((faults & RouterFaults.Group) != 0)
            return raised ? TransitionCause.GroupFault : TransitionCause.GroupRecovered;
        return TransitionCause.KernelRefused;
    }
}
