using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// What lowers the router's priority or takes it out: its checks, the interfaces that it tracks, and its sync group.
/// </summary>
internal sealed partial class RouterRuntime
{
    private LoopMessage.HealthChanged _health = new(0, 0, Fault: false, []);
    private TrackedHealth _tracked = TrackedHealth.Good;
    private string? _groupReason;

    /// <summary>For a sync group to look at.</summary>
    public VirtualRouter Election => _router;

    /// <summary>What the router would advertise if it were in no sync group.</summary>
    public Priority EarnedPriority => PriorityWith(_health);

    /// <summary>Of all three; one list as long as nothing changes, since snapshots are compared.</summary>
    private IReadOnlyList<string> _reasons = [];

    /// <summary>Health as the rest of the daemon sees it.</summary>
    public void ChangeHealth(LoopMessage.HealthChanged health, MonotonicTime now)
    {
        _health = health;
        TellOfHealth(RouterFaults.Check, health.Fault, now);
    }

    /// <summary>
    /// The health that the new configuration makes of the same checks: nothing is told if it is the same.
    /// </summary>
    public void ReviewHealth(LoopMessage.HealthChanged health, MonotonicTime now)
    {
        if (!IsGrouped && (_groupReason is not null || _router.HasGroupFault))
            LeaveGroup(now);
        bool isSame = (IsGrouped || _router.Priority == PriorityWith(health))
            && health.Fault == _health.Fault && health.Reasons.SequenceEqual(_health.Reasons);
        if (!isSame)
            ChangeHealth(health, now);
    }

    /// <summary>The tracked interfaces; nothing is told if they cost the same.</summary>
    public void ObserveTracked(TrackedHealth tracked, MonotonicTime now)
    {
        if (tracked.IsSameAs(_tracked))
            return;
        _tracked = tracked;
        TellOfHealth(RouterFaults.TrackedInterface, tracked.Fault, now);
    }

    /// <summary>What the sync group does to this router, in words; null: nothing.</summary>
    public void ShowGroup(string? reason)
    {
        if (reason == _groupReason)
            return;
        _groupReason = reason;
        CollectReasons();
        Publish();
    }

    private bool IsGrouped => _parameters.Sync != SyncPlace.None;

    /// <summary>A reload has taken it out of its group, whose troubles no longer concern it.</summary>
    private void LeaveGroup(MonotonicTime now)
    {
        Handle(RouterEvent.FaultCleared(RouterFaults.Group), now);
        ShowGroup(null);
    }

    private void CollectReasons()
    {
        IReadOnlyList<string> all =
            [.. _health.Reasons, .. _tracked.Reasons, .. _groupReason is { } why ? (string[])[why] : []];
        if (!all.SequenceEqual(_reasons))
            _reasons = all.Count == _health.Reasons.Count ? _health.Reasons : all;
    }

    private void TellOfHealth(RouterFaults kind, bool isFault, MonotonicTime now)
    {
        CollectReasons();
        if (!IsGrouped) // The group tells what all of them have.
            Handle(RouterEvent.PriorityChanged(EarnedPriority), now);
        Handle(isFault ? RouterEvent.FaultRaised(kind) : RouterEvent.FaultCleared(kind), now);
        Publish();
    }

    private Priority PriorityWith(LoopMessage.HealthChanged health) =>
        _board.Identity.ConfiguredPriority.LoweredBy(health.Weight + _tracked.Weight);
}
