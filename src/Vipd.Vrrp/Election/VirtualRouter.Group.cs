namespace Vipd.Vrrp.Election;

/// <summary>What <see cref="SyncGroup"/> sees of a member, and what a member waits for because of it.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>The take-over is due, and waits for the other members.</summary>
    private bool _isReady;

    /// <summary>It would be Active by now, if all the other members could be.</summary>
    public bool IsReadyToClaim => State == RouterState.Backup && _isReady;

    /// <summary>What keeps it out, apart from the group itself.</summary>
    public RouterFaults OwnFaults => _faults & ~RouterFaults.Group;

    /// <summary>Another member keeps it out.</summary>
    public bool HasGroupFault => (_faults & RouterFaults.Group) != 0;

    /// <summary>
    /// Somebody else is Active, and this router is not about to take over: it only listens as long as it has heard
    /// nobody (it has just started, or stood still), and then it is not a loser yet.
    /// </summary>
    internal bool HasLost => State == RouterState.Backup && !_isReady && ActiveRouter is not null
        && _takeOverCause is TransitionCause.ActiveDown or TransitionCause.GroupResigned;

    /// <summary>When its Active Router resigned; null if it has not, or was heard after that.</summary>
    internal MonotonicTime? ResignationHeardAt =>
        State == RouterState.Backup && _takeOverCause == TransitionCause.ActiveResigned ? _waitingSince : null;

    /// <summary>It waits for three Advertisements in a row to be missed, and has heard none since then.</summary>
    internal bool IsSilentSince(MonotonicTime time) => State == RouterState.Backup && !_isReady
        && _takeOverCause == TransitionCause.ActiveDown && _waitingSince < time;

    /// <summary>As if priority 0 had come when the next Advertisement does not; never later than before.</summary>
    private void Hurry(MonotonicTime now)
    {
        MonotonicTime unhurried = _activeDownTimer;
        _takeOverCause = TransitionCause.GroupResigned;
        _waitingSince = MonotonicTime.Max(_waitingSince, now + -ActiveAdverInterval);
        SetActiveDownTimer();
        _activeDownTimer = MonotonicTime.Min(_activeDownTimer, MonotonicTime.Max(unhurried, _noTakeOverBefore));
    }
}
