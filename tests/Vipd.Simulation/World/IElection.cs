using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.World;

/// <summary>What a node elects with: vipd's own code, or a peer that is built otherwise.</summary>
internal interface IElection
{
    RouterState State { get; }

    Priority Priority { get; }

    bool HoldsAddresses { get; }

    bool IsHandingOver { get; }

    TimeSpan ActiveAdverInterval { get; }

    TimeSpan ActiveDownInterval { get; }

    /// <summary>What is added to each wait, so that equals don't claim at once.</summary>
    TimeSpan Spread { get; }

    /// <summary>What is waited after a resignation.</summary>
    TimeSpan WaitAfterResignation { get; }

    /// <summary>What is waited, at most, once a worse Active Router was heard.</summary>
    TimeSpan WaitToPreempt { get; }

    MonotonicTime NextDeadline { get; }

    /// <summary>As <see cref="VirtualRouter.Handle"/>.</summary>
    ReadOnlySpan<RouterAction> Handle(in RouterEvent routerEvent, MonotonicTime now);

    /// <summary>As <see cref="VirtualRouter.Reconfigure"/>; false if this make of router has to start anew.</summary>
    bool TryReconfigure(RouterParameters parameters, bool addressesChanged, MonotonicTime now);
}

/// <summary>
/// The real thing, untouched. What it should wait is computed here once more, from RFC 9568 §6.1 and the documented
/// extensions: a rule that asked the election would believe whatever it says.
/// </summary>
internal sealed class VipdElection(RouterParameters parameters) : IElection
{
    private readonly VirtualRouter _router = new(parameters);

    public RouterState State => _router.State;

    public Priority Priority => _router.Priority;

    public bool HoldsAddresses => _router.HoldsAddresses;

    public bool IsHandingOver => _router.IsHandingOver;

    public TimeSpan ActiveAdverInterval => _router.ActiveAdverInterval;

    public TimeSpan ActiveDownInterval => (3 * ActiveAdverInterval) + Skew(ActiveAdverInterval);

    /// <summary>The widest: min(10 ms, interval/16).</summary>
    public TimeSpan Spread => Least(TimeSpan.FromMilliseconds(10), ActiveAdverInterval / 16);

    public TimeSpan WaitAfterResignation => Skew(Least(TimeSpan.FromMilliseconds(40), ActiveAdverInterval));

    public TimeSpan WaitToPreempt => WaitAfterResignation;

    public MonotonicTime NextDeadline => _router.NextDeadline;

    public ReadOnlySpan<RouterAction> Handle(in RouterEvent routerEvent, MonotonicTime now) =>
        _router.Handle(routerEvent, now);

    public bool TryReconfigure(RouterParameters parameters, bool addressesChanged, MonotonicTime now)
    {
        _router.Reconfigure(parameters, addressesChanged, now);
        return true;
    }

    private TimeSpan Skew(TimeSpan interval) => interval * ((256 - Priority.Value) / 256.0);

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
