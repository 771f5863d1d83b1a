using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>What lowers the router's priority or takes it out: its checks, and the interfaces that it tracks.</summary>
internal sealed partial class RouterRuntime
{
    private LoopMessage.HealthChanged _health = new(0, 0, Fault: false, []);
    private TrackedHealth _tracked = TrackedHealth.Good;

    /// <summary>Of both; one list as long as nothing changes, since snapshots are compared.</summary>
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
        bool isSame = _router.Priority == PriorityWith(health)
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

    private void TellOfHealth(RouterFaults kind, bool isFault, MonotonicTime now)
    {
        _reasons = [.. _health.Reasons, .. _tracked.Reasons];
        Handle(RouterEvent.PriorityChanged(PriorityWith(_health)), now);
        Handle(isFault ? RouterEvent.FaultRaised(kind) : RouterEvent.FaultCleared(kind), now);
        Publish();
    }

    private Priority PriorityWith(LoopMessage.HealthChanged health) =>
        _board.Identity.ConfiguredPriority.LoweredBy(health.Weight + _tracked.Weight);
}
