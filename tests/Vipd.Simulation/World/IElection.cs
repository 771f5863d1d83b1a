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
}

/// <summary>The real thing, untouched.</summary>
internal sealed class VipdElection(RouterParameters parameters) : IElection
{
    private readonly VirtualRouter _router = new(parameters);

    public RouterState State => _router.State;

    public Priority Priority => _router.Priority;

    public bool HoldsAddresses => _router.HoldsAddresses;

    public bool IsHandingOver => _router.IsHandingOver;

    public TimeSpan ActiveAdverInterval => _router.ActiveAdverInterval;

    public TimeSpan ActiveDownInterval => _router.ActiveDownInterval;

    public TimeSpan Spread => _router.Spread;

    public TimeSpan WaitAfterResignation => ElectionTimers.ShortWait(Priority, ActiveAdverInterval);

    public TimeSpan WaitToPreempt => WaitAfterResignation;

    public MonotonicTime NextDeadline => _router.NextDeadline;

    public ReadOnlySpan<RouterAction> Handle(in RouterEvent routerEvent, MonotonicTime now) =>
        _router.Handle(routerEvent, now);
}
