using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.World;

/// <summary>What the rules need to know about a node, and the rules that only the node's own history decides.</summary>
internal sealed partial class Node
{
    private MonotonicTime _arrivedAt = MonotonicTime.Origin;
    private TimeSpan _arrivedInterval;
    private MonotonicTime _enteredBackupAt = MonotonicTime.Origin;
    private MonotonicTime _stoodStillSince = MonotonicTime.Never;
    private MonotonicTime _silentSince;
    private TimeSpan _mayBeSilent;
    private MonotonicTime _advertisedAt;
    private bool _wasActive;
    private bool _heardThisPass;
    private int _sentThisPass;
    private int _passesDue;

    /// <summary>Events that the election has handled.</summary>
    public long Events { get; private set; }

    public int Transitions { get; private set; }

    public int TakeOvers { get; private set; }

    public long AdvertisementsSent { get; private set; }

    /// <summary>Passes of the loop that may well answer with an Advertisement beyond the periodic ones.</summary>
    public long OccasionsToAdvertise { get; private set; }

    /// <summary>Announced addresses, each counted.</summary>
    public long AddressesAnnounced { get; private set; }

    /// <summary>Addresses taken from this node by hand or by the kernel.</summary>
    public int AddressesLost { get; private set; }

    public MonotonicTime BecameActiveAt { get; private set; }

    public TimeSpan SinceTakeOver => _agenda.Now - BecameActiveAt;

    /// <summary>When the loop last ran.</summary>
    public MonotonicTime LastPassAt { get; private set; }

    public MonotonicTime ResumedAt { get; private set; }

    /// <summary>
    /// When the last process ended without removing its addresses; Never if they are the running one's.
    /// </summary>
    public MonotonicTime AbandonedAt { get; private set; } = MonotonicTime.Never;

    private void NoteArrival(in Frame advertisement)
    {
        if (advertisement.Priority.IsResign)
            return;
        _arrivedAt = _agenda.Now;
        _arrivedInterval = advertisement.Interval.ToTimeSpan();
    }

    private void NoteAdvertisement()
    {
        AdvertisementsSent++;
        if (++_sentThisPass > 1)
            _verdict.Break(
                "OneAdvertisementAPass", $"n{Number + 1} answers what it found in its socket more than once");
        _advertisedAt = _agenda.Now;
    }

    private void NoteAnnouncement(int count) => AddressesAnnounced += count;

    private void NoteLeaseEnd()
    {
        AddressesLost++;
        if (IsLive && Router!.HoldsAddresses && _agenda.Now - ResumedAt > LongestLateness
            && AbandonedAt == MonotonicTime.Never)
            _verdict.Break("LeasesAreRenewed", $"n{Number + 1} runs, holds its addresses and let a lease end");
    }

    private void NoteTransition(in RouterAction action)
    {
        Transitions++;
        OccasionsToAdvertise += 2;
        if (action.To == RouterState.Backup)
            _enteredBackupAt = _agenda.Now;
        if (action.To != RouterState.Active)
            return;
        TakeOvers++;
        BecameActiveAt = _agenda.Now;
        bool listened = _agenda.Now - _arrivedAt >= 3 * _arrivedInterval || _arrivedAt < _enteredBackupAt;
        if (action.Cause == TransitionCause.ActiveDown && !listened)
        {
            _verdict.Break("NobodyUsurps", $"n{Number + 1} takes over as if nobody were there, " +
                $"but an Advertisement reached its socket {(_agenda.Now - _arrivedAt).TotalMilliseconds:F3} ms ago");
        }
    }

    private void BeginPass()
    {
        _heardThisPass = false;
        _sentThisPass = 0;
        foreach (RouterEvent waiting in _inbox)
            _heardThisPass |= waiting.Kind is RouterEventKind.AdvertisementReceived or RouterEventKind.PriorityChanged;
        if (_heardThisPass)
            OccasionsToAdvertise++;
        if (_stoodStillSince == MonotonicTime.Never)
            return;
        _wasActive = IsActive;
        _silentSince = _wasActive ? _advertisedAt : _stoodStillSince;
        _mayBeSilent = Router!.ActiveDownInterval;
        if (!_wasActive)
            _mayBeSilent += Router.ActiveAdverInterval + Router.Spread + Settings.Parameters.StartupDelay;
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
        if (silent > _mayBeSilent && IsActive)
        {
            _verdict.Break("AStalledRouterListensFirst", $"n{Number + 1} stood still, silent for " +
                $"{silent.TotalMilliseconds:F0} ms, was {(_wasActive ? "Active" : "Backup")} and is Active at once");
        }
    }
}
