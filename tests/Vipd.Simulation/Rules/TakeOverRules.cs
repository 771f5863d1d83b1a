using Vipd.Simulation.Faults;
using Vipd.Simulation.World;
using Vipd.Vrrp;

namespace Vipd.Simulation.Rules;

/// <summary>
/// When a settled LAN loses its Active Router to one single fault, the most eager of the others takes its place: after
/// Active_Down_Interval if it vanished, after a short wait if it resigned or became worse; plus spread and lateness,
/// and the hold-down if it became worse within a minute after another move.
/// </summary>
internal sealed class TakeOverRules(Situation situation) : IRule
{
    /// <summary>
    /// Two frames on the way (an Advertisement sent just before the fault, and the resignation) and three wakes.
    /// </summary>
    private readonly TimeSpan _lateness =
        (2 * LanWeather.Fair.LongestDelay) + (3 * situation.Scenario.LongestLateness);

    /// <summary>How long moves are remembered.</summary>
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private Node? _lost;
    private MonotonicTime _lostAt;
    private bool _mayReturn;
    private string _rule = "";
    private MonotonicTime _deadline = MonotonicTime.Never;

    public void Fault(in Fault fault)
    {
        _deadline = MonotonicTime.Never;
        if (!situation.IsSettled || situation.TheActive is not { } active || fault.Node != active.Number)
            return;
        int newPriority = fault.Kind == FaultKind.Reload ? fault.NewPriority : fault.Value;
        TimeSpan? within = fault.Kind switch
        {
            FaultKind.Kill or FaultKind.Crash or FaultKind.Pause or FaultKind.Freeze or FaultKind.LinkDown =>
                Earliest(active, _ => true, n => n.Router!.ActiveDownInterval),
            FaultKind.Stop or FaultKind.Drain or FaultKind.CheckFails =>
                Earliest(active, _ => true, n => n.Router!.WaitAfterResignation),
            FaultKind.Move when !active.Settings.IsAddressOwner =>
                Earliest(active, _ => true, n => n.Router!.WaitAfterResignation),
            FaultKind.Priority or FaultKind.Reload when LowersInPlace(active, fault) =>
                Earliest(active, n => Preempts(n, newPriority), n => n.Router!.WaitToPreempt + HoldDown(n)),
            _ => null,
        };
        if (within is null)
            return;
        _lost = active;
        _lostAt = situation.Now;
        _mayReturn = fault.Kind == FaultKind.Move;
        _rule = fault.Kind is FaultKind.Stop or FaultKind.Drain or FaultKind.CheckFails or FaultKind.Priority
            or FaultKind.Move or FaultKind.Reload
            ? "PlannedMoveWithinShortWait"
            : "TakeOverWithinActiveDownInterval";
        _deadline = situation.Now + within.Value + _lateness;
        if (fault.Kind == FaultKind.Reload)
            _deadline += situation.Scenario.LongestLateness; // The pass that takes it, then the one that advertises.
    }

    public void Step()
    {
        if (_deadline == MonotonicTime.Never)
            return;
        foreach (Node node in situation.Nodes)
        {
            if (node.IsActive && (node != _lost || HasReturned(node)))
                _deadline = MonotonicTime.Never;
        }

        if (_deadline < situation.Now)
            situation.Verdict.Break(_rule, $"n{_lost!.Number + 1} is gone and nobody took over in time");
    }

    /// <summary>
    /// A move begins anew with another configuration. With a much shorter interval it has heard nobody for its
    /// Active_Down_Interval before those who wait by the former one (keepalived: Skew_Time) are due; then they let it
    /// be.
    /// </summary>
    private bool HasReturned(Node node) => _mayReturn && node.BecameActiveAt > _lostAt;

    /// <summary>With another interval the others would have to learn first how long to wait.</summary>
    private static bool LowersInPlace(Node active, in Fault fault) =>
        !active.Settings.IsKeepalived && !active.Settings.IsAddressOwner &&
        (fault.Kind == FaultKind.Priority ||
            fault.NewInterval == active.Settings.Parameters.AdvertisementInterval.Value);

    private TimeSpan? Earliest(Node active, Func<Node, bool> counts, Func<Node, TimeSpan> wait)
    {
        TimeSpan? earliest = null;
        foreach (Node node in situation.Nodes)
        {
            if (node == active || !node.IsEligible || !counts(node))
                continue;
            TimeSpan own = wait(node) + node.Router!.Spread;
            earliest = earliest is null || own < earliest ? own : earliest;
        }

        return earliest;
    }

    /// <summary>
    /// Doubled three times at most, and noticed with an Advertisement of the Active Router; none if all was calm.
    /// </summary>
    private TimeSpan HoldDown(Node node)
    {
        TimeSpan holdDown = node.Settings.Parameters.HoldDown;
        MonotonicTime calmSince = MonotonicTime.Max(
            situation.LastTakeOverAt, situation.LastFaultAt + situation.Scenario.Settling);
        return holdDown == TimeSpan.Zero || situation.Now - calmSince >= Minute
            ? TimeSpan.Zero
            : (8 * holdDown) + node.Router!.ActiveAdverInterval;
    }

    private static bool Preempts(Node node, int activePriority) =>
        node.Settings.Parameters.PreemptDelay == TimeSpan.Zero &&
        node.Settings.Preempts(node.Priority, new Priority((byte)activePriority));
}
