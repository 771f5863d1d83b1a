using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.World;

/// <summary>
/// A single deliberate fault, in the election (its events, actions and clock pass through here) or in the node around
/// it. The simulation must catch each one; this one changes nothing.
/// </summary>
internal class Mutation
{
    public static Mutation None { get; } = new();

    /// <summary>The loop reads its sockets before it fires deadlines.</summary>
    public virtual bool DrainsBeforeDeadlines => true;

    /// <summary>The clock goes on while the process is stopped.</summary>
    public virtual bool ClockRunsWhilePaused => true;

    /// <summary>An address owner announces again when it discards an Advertisement.</summary>
    public virtual bool OwnerNoticesContenders => true;

    /// <summary>A changed configuration reaches the election.</summary>
    public virtual bool Reconfigures => true;

    public virtual bool RenewsLeases => true;

    public virtual bool LeasesEnd => true;

    /// <summary>Handles every event on its own: deadlines are fired after each.</summary>
    public virtual bool FiresAfterEachEvent => false;

    public virtual bool RemovesOnResign => false;

    /// <summary>False: the election never learns of this event.</summary>
    public virtual bool Hears(Node node, ref RouterEvent routerEvent) => true;

    /// <summary>False: the action is not carried out.</summary>
    public virtual bool Carries(Node node, in RouterAction action) => true;

    public virtual MonotonicTime DeadlineOf(IElection router) => router.NextDeadline;
}
