using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.World;

/// <summary>What the rules need to know about a node, and the rules that only the node's own history decides.</summary>
internal sealed partial class Node
{
    private MonotonicTime _arrivedAt = MonotonicTime.Origin;
    private int _arrivedFrom;
    private TimeSpan _arrivedInterval;
    private Priority _arrivedPriority;
    private TimeSpan _lastInterval;
    private MonotonicTime _enteredBackupAt = MonotonicTime.Origin;
    private MonotonicTime _stoodStillSince = MonotonicTime.Never;
    private MonotonicTime _silentSince;
    private TimeSpan _mayBeSilent;
    private MonotonicTime _advertisedAt;
    private MonotonicTime _announcedAt;
    private MonotonicTime _resignedAt;
    private bool _wasActive;
    private bool _heardThisPass;
    private int _sentThisPass;
    private bool _claimedAsOwner;
    private int _passesDue;
    private MonotonicTime _yieldedAt;
    private int _lastHeard;
    private int _addedByProcess;
    private readonly List<MonotonicTime> _takeOverTimes = [];
    private TimeSpan _interval;
    private MonotonicTime _intervalSince;
    private TimeSpan _formerInterval;
    private TimeSpan _formerRhythm;
    private double _formerPeriods;

    /// <summary>Events that the election has handled.</summary>
    public long Events { get; private set; }

    /// <summary>Of these the announcements of others: of many addresses they are many.</summary>
    public long AnnouncementEvents { get; private set; }

    public int Transitions { get; private set; }

    /// <summary>
    /// When this node last took other addresses, in place or by a move: whoever is Active then may be claiming the new
    /// ones still.
    /// </summary>
    public MonotonicTime AddressesChangedAt { get; private set; }

    /// <summary>Of all that this node has been configured with: a handover keeps the time it began with.</summary>
    public TimeSpan LongestInterval { get; private set; }

    public int TakeOvers { get; private set; }

    public IReadOnlyList<MonotonicTime> TakeOverTimes => _takeOverTimes;

    public long AdvertisementsSent { get; private set; }

    /// <summary>
    /// How often its interval has passed while the node did not stand still, each one as long as it held. The former
    /// rhythm counts Advertisements, not time: of one that is paused the rest follows afterwards.
    /// </summary>
    public double PeriodsToAdvertise
    {
        get
        {
            TimeSpan since = (IsPaused ? _pausedSince : _agenda.Now) - _intervalSince;
            TimeSpan former = since < _formerRhythm ? since : _formerRhythm;
            double periods = _formerPeriods + ((since - former) / _interval);
            return former > TimeSpan.Zero ? periods + (former / _formerInterval) : periods;
        }
    }

    /// <summary>Passes of the loop that may well answer with an Advertisement beyond the periodic ones.</summary>
    public long OccasionsToAdvertise { get; private set; }

    /// <summary>Announced addresses, each counted.</summary>
    public long AddressesAnnounced { get; private set; }

    /// <summary>Addresses taken from this node by hand or by the kernel.</summary>
    public int AddressesLost { get; private set; }

    /// <summary>
    /// When this node last ceased to be Active without a last word that arrives: a router that never heard of it never
    /// will.
    /// </summary>
    public MonotonicTime LeftUnheardAt { get; private set; }

    /// <summary>When this node last yielded to one that had claimed or announced at the same moment.</summary>
    public MonotonicTime LostClaimAt { get; private set; }

    /// <summary>When this node last yielded after it had announced: clients may believe it.</summary>
    public MonotonicTime YieldedAt { get; private set; }

    public MonotonicTime BecameActiveAt { get; private set; }

    public TimeSpan SinceTakeOver => _agenda.Now - BecameActiveAt;

    /// <summary>When the loop last ran.</summary>
    public MonotonicTime LastPassAt { get; private set; }

    public MonotonicTime ResumedAt { get; private set; }

    /// <summary>
    /// When the last process ended without removing its addresses; Never if they are the running one's.
    /// </summary>
    public MonotonicTime AbandonedAt { get; private set; } = MonotonicTime.Never;

    /// <summary>How long the kernel may keep them.</summary>
    public TimeSpan AbandonedFor { get; private set; }

    /// <summary>Remembers when an Advertisement arrived whose sender this node has to leave in peace.</summary>
    private void NoteArrival(in Frame advertisement)
    {
        // A third one that claims meanwhile may be worse from the beginning.
        if (advertisement.Priority.IsResign || advertisement.Sender != _lastHeard)
            _yieldedAt = MonotonicTime.Origin;
        _lastHeard = advertisement.Sender;
        if (!advertisement.Priority.IsResign)
            _lastInterval = advertisement.Interval.ToTimeSpan();
        if (advertisement.Priority.IsResign || advertisement.IsLastWord || MayPreempt(advertisement.Priority))
        {
            // Whoever resigned: it begins the short wait (§6.4.2), also where a worse router's last word came behind
            // the Advertisement of the one that resigns now.
            if (advertisement.Priority.IsResign || _arrivedFrom == advertisement.Sender)
                _arrivedAt = MonotonicTime.Origin;
            return;
        }

        _arrivedFrom = advertisement.Sender;
        _arrivedAt = _agenda.Now;
        _arrivedInterval = _lastInterval;
        _arrivedPriority = advertisement.Priority;
    }

    private bool MayPreempt(Priority activePriority) => Settings.Preempts(Priority, activePriority);

    private void NoteAdvertisement(Priority priority)
    {
        if (priority.IsResign)
            _resignedAt = _agenda.Now;
        AdvertisementsSent++;
        if (++_sentThisPass > 1 && !Settings.IsKeepalived && !_claimedAsOwner)
            _verdict.Break("OneAdvertisementAPass",
                $"n{Number + 1} answers what it found in its socket more than once");
        _advertisedAt = _agenda.Now;
    }

    private void NoteAddition(int first, int count)
    {
        AbandonedAt = MonotonicTime.Never;
        _addedByProcess = Math.Max(_addedByProcess, first + count);
    }

    private void NoteAnnouncement(int count)
    {
        AddressesAnnounced += count;
        _announcedAt = _agenda.Now;
    }

    /// <summary>
    /// One Advertisement at once; what is claimed again, since the addresses or their lease are others, is announced as
    /// after a take-over.
    /// </summary>
    private void NoteReconfiguration(bool otherAddresses, bool claimsAgain)
    {
        OccasionsToAdvertise++;
        if (otherAddresses)
            AddressesChangedAt = _agenda.Now;
        if (claimsAgain && IsActive)
            TakeOvers++;
    }

    private void NoteInterval()
    {
        TimeSpan interval = Settings.Parameters.AdvertisementInterval.ToTimeSpan();
        LongestInterval = interval > LongestInterval ? interval : LongestInterval;
        if (interval == _interval)
            return;
        _formerPeriods = _interval > TimeSpan.Zero ? PeriodsToAdvertise : 0;
        // Three are still sent at the rhythm that the others know.
        _formerRhythm = _interval < interval ? 3 * _interval : TimeSpan.Zero;
        (_formerInterval, _interval, _intervalSince) = (_interval, interval, _agenda.Now);
    }

    private void NoteLeaseEnd(int address)
    {
        AddressesLost++;
        // What a dead process has left is not renewed by one that has not come so far with its claim.
        if (IsLive && Router!.HoldsAddresses && _agenda.Now - ResumedAt > Settings.LongestLateness
            && address < _addedByProcess)
            _verdict.Break("LeasesAreRenewed", $"n{Number + 1} runs, holds its addresses and let a lease end");
    }

    private void NoteTransition(in RouterAction action)
    {
        Transitions++;
        OccasionsToAdvertise += 2;
        bool yields = action.Cause is TransitionCause.HigherPriority or TransitionCause.HigherAddress;
        // keepalived yields without a last word; a link that has just gone down, in the same pass, carries none.
        bool hasLastWord = (yields && !Settings.IsKeepalived) || _resignedAt == _agenda.Now;
        hasLastWord &= _lan.IsCalm && _lan.IsLinkUp(Number);
        if (action.From == RouterState.Active && !hasLastWord)
            LeftUnheardAt = _agenda.Now;
        else if (action.From == RouterState.Active && (SinceTakeOver < TimeSpan.FromMilliseconds(5) ||
            _agenda.Now - _announcedAt < TimeSpan.FromMilliseconds(1)))
            LostClaimAt = _agenda.Now;
        // One that had announced nothing yet has moved nothing by yielding.
        if (action.From == RouterState.Active && yields && _announcedAt >= BecameActiveAt)
            (_yieldedAt, YieldedAt) = (RouterNow, _agenda.Now);
        if (action.To == RouterState.Backup)
            _enteredBackupAt = _agenda.Now;
        if (action.To != RouterState.Active)
            return;
        TakeOvers++;
        _takeOverTimes.Add(_agenda.Now);
        // The address owner claims at once, each time that its link comes back while the process stood still.
        _claimedAsOwner |= action.Cause == TransitionCause.AddressOwner;
        BecameActiveAt = _agenda.Now;
        if (action.Cause == TransitionCause.Preempting && !Settings.IsKeepalived && !Priority.IsAddressOwner
            && RouterNow - _yieldedAt < Settings.Parameters.HoldDown)
        {
            _verdict.Break("TheHolderIsHardToUnseat", $"n{Number + 1} preempts " +
                $"{(RouterNow - _yieldedAt).TotalMilliseconds:F3} ms after it has yielded itself");
        }

        // Where intervals differ, the last one heard from anybody may have been learned (§6.4.2).
        TimeSpan interval = _lastInterval < _arrivedInterval ? _lastInterval : _arrivedInterval;
        bool listened = _agenda.Now - _arrivedAt >= 3 * interval || _arrivedAt < _enteredBackupAt;
        if (action.Cause == TransitionCause.Preempting && MayPreempt(_arrivedPriority))
            listened = true; // Our priority has risen since it arrived.
        if (action.Cause is TransitionCause.ActiveDown or TransitionCause.Preempting && !listened &&
            !Settings.IsKeepalived)
        {
            _verdict.Break("NobodyUsurps", $"n{Number + 1} takes over, " +
                $"but an Advertisement that it may not preempt reached its socket " +
                $"{(_agenda.Now - _arrivedAt).TotalMilliseconds:F3} ms ago");
        }
    }

    private void BeginPass()
    {
        _heardThisPass = false;
        _sentThisPass = 0;
        _claimedAsOwner = false;
        foreach (RouterEvent waiting in _inbox)
            _heardThisPass |= waiting.Kind is RouterEventKind.AdvertisementReceived or RouterEventKind.PriorityChanged;
        if (_heardThisPass)
            OccasionsToAdvertise++;
        if (_stoodStillSince == MonotonicTime.Never)
            return;
        _wasActive = IsActive;
        _silentSince = _wasActive ? _advertisedAt : _stoodStillSince;
        _mayBeSilent = Router!.ActiveDownInterval;
        if (_wasActive)
            return;
        _mayBeSilent += Router.ActiveAdverInterval + Router.Spread + Settings.Parameters.StartupDelay;
        if (Router.State != RouterState.Backup)
            return;
        // A wait for somebody with a longer interval than the one heard last: that it goes on is not "at once".
        TimeSpan due = Router.NextDeadline + _clockLag - _silentSince + Router.ActiveAdverInterval;
        _mayBeSilent = due > _mayBeSilent ? due : _mayBeSilent;
    }

    private void EndPass()
    {
        LastPassAt = _agenda.Now;
        bool due = _mutation.DeadlineOf(Router!) <= RouterNow;
        _passesDue = due ? _passesDue + 1 : 0;
        if (_passesDue > (4 * ((Settings.Parameters.AddressCount + 63) / 64)) + 16)
            _verdict.Break("NoLiveLock", $"n{Number + 1} had something due after each of {_passesDue} passes");
        if (_stoodStillSince == MonotonicTime.Never)
            return;
        _stoodStillSince = MonotonicTime.Never;
        TimeSpan silent = _agenda.Now - _silentSince;
        if (silent > _mayBeSilent && IsActive && !Settings.IsKeepalived && !_claimedAsOwner)
        {
            _verdict.Break("AStalledRouterListensFirst", $"n{Number + 1} stood still, silent for " +
                $"{silent.TotalMilliseconds:F0} ms, was {(_wasActive ? "Active" : "Backup")} and is Active at once");
        }
    }
}
