using Vipd.Daemon.Ports;
using Vipd.Daemon.Recording;
using Vipd.Linux;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// One Virtual Router at work: hands events to the election, carries its actions out, in order, through the ports, and
/// shows on its board what happened. A failure of a port goes back into the election as an event.
/// </summary>
internal sealed partial class RouterRuntime
{
    private const int NoAddress = -1;

    private readonly VirtualRouter _router;
    private readonly LoopJournal _journal;
    private readonly FlightRecorder _recorder;
    private readonly Func<MonotonicTime> _clock;
    private readonly NoteLimiter _failures = new(Enum.GetValues<RouterActionKind>().Length);
    private AddressReports _addresses;
    private RouterParameters _parameters;
    private IRouterPorts _ports;
    private RouterBoard _board;
    private TakeOverStopwatch _takeOver;
    private AddressIndex _addressIndex;
    private int _recordedAs;
    private MonotonicTime? _heldDownUntil;
    private bool _drained;

    /// <summary>A successor has the addresses; they go from here as soon as the connections on them are cut.</summary>
    private bool _isCutting;

    private bool _cutWasRefused;
    private int _refusedAddress = NoAddress;
    private RouterAction _transition;

    /// <summary>
    /// Who advertises, as far as the election does not want to know: in Initialize and in Fault it is deaf, but who
    /// drains a node wants to be told who has taken over.
    /// </summary>
    private (InternetAddress Sender, Priority Priority)? _overheard;

    /// <param name="parameters">Of the election.</param>
    /// <param name="board">Where the state is shown; its identity names the addresses in the election's order.</param>
    /// <param name="ports">The network.</param>
    /// <param name="journal">Where notes for the log go.</param>
    /// <param name="recorder">Of the thread that will run this router.</param>
    /// <param name="clock">For measuring how long actions took; the election itself only knows the time of the
    /// wake.</param>
    public RouterRuntime(
        RouterParameters parameters,
        RouterBoard board,
        IRouterPorts ports,
        LoopJournal journal,
        FlightRecorder recorder,
        Func<MonotonicTime> clock)
    {
        _router = new VirtualRouter(parameters);
        _parameters = parameters;
        _recorder = recorder;
        _ports = ports;
        _board = board;
        _journal = journal;
        _clock = clock;
        _takeOver = new TakeOverStopwatch(board.Counters, parameters.AddressCount);
        _addressIndex = new AddressIndex(board.Identity.Addresses);
        _addresses = new AddressReports(board, ports, journal);
        _advertisementReceipt = NoteAdvertisement;
    }

    public RouterBoard Board => _board;

    /// <summary>Nothing on the interface comes from this router.</summary>
    public bool IsReleased => !_router.HoldsAddresses && !_isCutting && !_isRetiring;

    /// <summary>And the kernel has done what it was asked to.</summary>
    public bool HasLetGo => IsReleased && _removeAgainAt == MonotonicTime.Never;

    public void Handle(in RouterEvent routerEvent, MonotonicTime now)
    {
        bool wasActive = _router.State == RouterState.Active;
        _recorder.Begin(_recordedAs, routerEvent, now);
        ReadOnlySpan<RouterAction> actions = _router.Handle(routerEvent, now);
        _recorder.End(_recordedAs, actions, now);
        _heldDownUntil = _router.HeldDownUntil(now);
        Overhear(routerEvent);
        foreach (ref readonly RouterAction action in actions)
        {
            if (!TryQueue(action, routerEvent, actions.Length))
                Execute(action, routerEvent, now);
        }

        if (wasActive && _router.State == RouterState.Active)
            CountContender(routerEvent);
        if (_transition.Kind == RouterActionKind.ReportTransition)
            KeepTransition(routerEvent);
        if (!_router.IsClaiming)
            Report();
        if (_refusedAddress == NoAddress)
            return;
        int refused = _refusedAddress;
        _refusedAddress = NoAddress;
        Handle(RouterEvent.AddressRefused(refused), now);
    }

    /// <summary>Takes part, unless an operator has said before that it must not.</summary>
    public void Start(MonotonicTime now, TransitionCause cause = TransitionCause.Startup)
    {
        IsHeldBack = false;
        if (!_drained)
            Handle(RouterEvent.Startup(cause), now);
    }

    public void Drain(MonotonicTime now)
    {
        _drained = true;
        Handle(RouterEvent.Shutdown(TransitionCause.Drained), now);
        Publish();
    }

    public void Undrain(MonotonicTime now)
    {
        _drained = false;
        if (!IsHeldBack)
            Handle(RouterEvent.Startup(TransitionCause.Undrained), now);
        Publish();
    }

    /// <summary>
    /// Somebody announced that an address is at <paramref name="at"/>. False: it is none of this router's.
    /// </summary>
    public bool HearAnnouncement(InternetAddress address, MacAddress at, MonotonicTime now)
    {
        if (!_addressIndex.TryFind(address, out int number))
            return false;
        bool atVirtualMac = _board.Identity.VirtualMac is null && at == _board.Identity.VirtualRouterMac;
        Handle(RouterEvent.AnnouncementHeard(number, atVirtualMac), now);
        return true;
    }

    /// <summary>
    /// What the kernel says of an address on the router's interface. False: it is none of this router's.
    /// </summary>
    public bool ObserveAddress(InternetAddress address, in AddressSighting sighting, MonotonicTime now)
    {
        // That it is gone is told by a listing: it may be there a second time, with another prefix.
        if (sighting.IsPresent)
            ObservePrimary(address, present: true, now);
        if (!_addressIndex.TryFind(address, out int number))
            return false;
        switch (_addresses.Observe(number, sighting, now))
        {
            case AddressNews.Taken:
                Handle(RouterEvent.AddressLost(number), now);
                if (_router.State == RouterState.Active)
                    _addresses.ReportTaken(number, now);
                break;
            case AddressNews.Expired:
                Handle(RouterEvent.LeaseExpired, now);
                break;
        }

        return true;
    }

    /// <summary>Everything that the router's interface has, as if it had just changed.</summary>
    public void ObserveAddresses(IReadOnlyDictionary<(InternetAddress, byte), AddressSighting> all, MonotonicTime now)
    {
        InternetAddress primary = _board.Identity.PrimaryAddress;
        ObservePrimary(primary, all.Keys.Any(found => found.Item1 == primary), now);
        for (int number = 0; number < _board.Identity.Addresses.Count; number++)
        {
            InternetAddress address = _board.Identity.Addresses[number];
            byte prefixLength = _ports.PrefixLengthOf(number);
            var gone = new AddressSighting(IsPresent: false, prefixLength);
            ObserveAddress(address, all.GetValueOrDefault((address, prefixLength), gone), now);
        }
    }

    /// <summary>What it sends from.</summary>
    public bool SendsFrom(InternetAddress address) => address == _board.Identity.PrimaryAddress;

    /// <summary>This router has put it on the interface.</summary>
    public bool HasPut(InternetAddress address) =>
        _addressIndex.TryFind(address, out int number) && _ports.IsOurs(number);

    /// <summary>As above; the same with another prefix length is another address.</summary>
    public bool HasPut(InternetAddress address, byte prefixLength) =>
        _addressIndex.TryFind(address, out int number) && _ports.IsOurs(number)
        && _ports.PrefixLengthOf(number) == prefixLength;

    /// <summary>All that it has put there.</summary>
    public IEnumerable<(InterfaceIndex At, InternetAddress Address, byte PrefixLength)> Put() =>
        from number in Enumerable.Range(0, _board.Identity.Addresses.Count)
        where _ports.IsOurs(number)
        let at = VirtualMac?.Index ?? Opened!.At.Index
        select (at, _board.Identity.Addresses[number], _ports.PrefixLengthOf(number));

    /// <summary>It is one of the router's virtual addresses.</summary>
    public bool Has(InternetAddress address) => _addressIndex.TryFind(address, out _);

    /// <summary>See <see cref="IRouterPorts.PutBehind"/>. False: this router has not put it there.</summary>
    public bool PutBehind(InternetAddress address, MonotonicTime now)
    {
        if (!HasPut(address))
            return false;
        _addressIndex.TryFind(address, out int number);
        if (_ports.PutBehind(number) is { } refused)
        {
            NoteFailure(RouterActionKind.AddAddresses, refused, now);
            Handle(RouterEvent.AddressLost(number), now);
        }

        return true;
    }

    public void ChangeLinkLayerAddress(MacAddress own) => _ports.ChangeLinkLayerAddress(own);

    private void Execute(in RouterAction action, in RouterEvent routerEvent, MonotonicTime now)
    {
        LinuxException? failure = null;
        switch (action.Kind)
        {
            case RouterActionKind.SendAdvertisement:
                failure = _ports.SendAdvertisement(action.Priority);
                if (failure is null)
                    CountAdvertisement();
                break;
            case RouterActionKind.AddAddresses:
                _isCutting = false; // They are wanted again before they were gone.
                failure = _ports.AddAddresses(action.First, action.Count, now);
                if (failure is null)
                    _takeOver.AddressesAdded(action.First + action.Count, _clock);
                else
                    _refusedAddress = action.First;
                _addresses.ShowForeign(action.First, action.Count, now);
                break;
            case RouterActionKind.RemoveAddresses when HasSuccessor(routerEvent):
                AnnounceNothing();
                _isCutting = true;
                break;
            case RouterActionKind.RemoveAddresses:
                AnnounceNothing();
                failure = _ports.RemoveAddresses();
                break;
            case RouterActionKind.Announce when _refusedAddress != NoAddress:
                // Nobody is to send here what nobody here would answer.
                break;
            case RouterActionKind.Announce:
                Announce(action.First, action.Count, now);
                break;
            case RouterActionKind.PointToVirtualMac:
                failure = _ports.PointTo(_board.Identity.VirtualRouterMac, out int sent);
                _board.Counters.CountAnnouncements(sent);
                break;
            case RouterActionKind.ReportTransition:
                // An Active Router that stood still leaves for Backup before it takes the event, which may end that
                // too.
                if (_transition.Kind == RouterActionKind.ReportTransition)
                    KeepTransition(routerEvent);
                _transition = action;
                AnnounceNothing();
                if (action.To == RouterState.Active)
                    _takeOver.Begin(action.Trigger);
                break;
        }

        NoteFailure(action.Kind, failure, now);
    }

    private void NoteFailure(RouterActionKind action, LinuxException? failure, MonotonicTime now)
    {
        // A Backup Router that still has the addresses answers for them beside the Active Router.
        if (failure is not null && action == RouterActionKind.RemoveAddresses)
            _removeAgainAt = now + RemovalPause;
        if (failure is not null && _failures.Allows((int)action, now))
            _journal.Add(NoteSeverity.Error, _board.Identity.Name, $"{action}: {failure.Message}");
    }

    /// <summary>
    /// Somebody else advertises, or has announced the addresses. Without a successor they may soon be back here, and
    /// the connections with them.
    /// </summary>
    private bool HasSuccessor(in RouterEvent routerEvent) =>
        _overheard is not null || routerEvent.Kind == RouterEventKind.AnnouncementHeard;

    /// <summary>One step of the cut; after the last one the addresses go. A refusal does not keep them.</summary>
    private void CutConnections(MonotonicTime now)
    {
        if (_ports.CutConnections(out LinuxException? refused))
            return;
        _isCutting = false;
        if (refused is not null && !_cutWasRefused)
        {
            _cutWasRefused = true;
            _journal.Add(
                NoteSeverity.Warning,
                _board.Identity.Name,
                $"connections on the addresses are not cut when they move: {refused.Message}");
        }

        NoteFailure(RouterActionKind.RemoveAddresses, _ports.RemoveAddresses(), now);
        PublishIfChanged();
    }

    private void CountAdvertisement()
    {
        _board.Counters.CountSent();
        _takeOver.AdvertisementSent(_clock);
    }

    private void Overhear(in RouterEvent routerEvent)
    {
        if (_router.State == RouterState.Active)
            _overheard = null;
        else if (routerEvent is { Kind: RouterEventKind.AdvertisementReceived, Priority.IsResign: false })
            _overheard = (routerEvent.Sender, routerEvent.Priority);
        else if (routerEvent.Kind == RouterEventKind.AdvertisementReceived && _overheard?.Sender == routerEvent.Sender)
            _overheard = null;
    }

    private void CountContender(in RouterEvent routerEvent)
    {
        if (routerEvent is { Kind: RouterEventKind.AdvertisementReceived, Priority.IsResign: false })
            _board.Counters.CountSecondActive();
        else if (routerEvent.Kind == RouterEventKind.AnnouncementHeard)
            _board.Counters.CountForeignAnnouncement();
    }
}
