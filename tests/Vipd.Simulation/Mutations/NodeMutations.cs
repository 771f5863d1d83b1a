using Vipd.Simulation.World;

namespace Vipd.Simulation.Mutations;

/// <summary>Fires deadlines first and looks at the sockets then: a stalled Backup Router usurps.</summary>
internal sealed class FiresDeadlinesFirst : Mutation
{
    public override bool DrainsBeforeDeadlines => false;
}

/// <summary>
/// A clock that stands still with the process (CLOCK_MONOTONIC over a suspend): the stall rule sees no stall.
/// </summary>
internal sealed class ForgetsTheTimeItStoodStill : Mutation
{
    public override bool ClockRunsWhilePaused => false;
}

/// <summary>Break before make: priority 0, and the addresses go at once.</summary>
internal sealed class RemovesWhenItResigns : Mutation
{
    public override bool RemovesOnResign => true;
}

/// <summary>The daemon does not renew its leases.</summary>
internal sealed class LetsLeasesEnd : Mutation
{
    public override bool RenewsLeases => false;
}

/// <summary>A reload that changes the priority and nothing else.</summary>
internal sealed class ReloadsThePriorityOnly : Mutation
{
    public override bool Reconfigures => false;
}

/// <summary>Addresses without a kernel lifetime: a dead process keeps them for ever.</summary>
internal sealed class AddsAddressesForEver : Mutation
{
    public override bool LeasesEnd => false;
}

/// <summary>Answers each queued Advertisement by itself: the wake-up storm.</summary>
internal sealed class AnswersEachEvent : Mutation
{
    public override bool FiresAfterEachEvent => true;
}

/// <summary>An address owner that discards every Advertisement and thinks no more of it.</summary>
internal sealed class OwnerIsDeaf : Mutation
{
    public override bool OwnerNoticesContenders => false;
}
