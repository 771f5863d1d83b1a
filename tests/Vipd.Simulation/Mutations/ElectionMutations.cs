using Vipd.Simulation.World;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.Mutations;

/// <summary>A Backup Router overhears that the Active Router resigns.</summary>
internal sealed class IgnoresPriorityZero : Mutation
{
    public override bool Hears(Node node, ref RouterEvent routerEvent) =>
        routerEvent.Kind != RouterEventKind.AdvertisementReceived || !routerEvent.Priority.IsResign;
}

/// <summary>An Active Router does not yield to a better one.</summary>
internal sealed class NeverYields : Mutation
{
    public override bool Hears(Node node, ref RouterEvent routerEvent) =>
        routerEvent.Kind != RouterEventKind.AdvertisementReceived || !node.IsActive;
}

/// <summary>A Backup Router takes every Active Router for a better one.</summary>
internal sealed class NeverPreempts : Mutation
{
    public override bool Hears(Node node, ref RouterEvent routerEvent)
    {
        if (routerEvent.Kind == RouterEventKind.AdvertisementReceived && !node.IsActive
            && !routerEvent.Priority.IsResign)
            routerEvent = routerEvent with { Priority = new Priority(254) };
        return true;
    }
}

/// <summary>A changed priority is not heard of.</summary>
internal sealed class IgnoresHealth : Mutation
{
    public override bool Hears(Node node, ref RouterEvent routerEvent) =>
        routerEvent.Kind != RouterEventKind.PriorityChanged;
}

/// <summary>An address removed by hand stays away.</summary>
internal sealed class IgnoresLostAddresses : Mutation
{
    public override bool Hears(Node node, ref RouterEvent routerEvent) =>
        routerEvent.Kind != RouterEventKind.AddressLost;
}

/// <summary>A contender is neither answered with announcements nor later.</summary>
internal sealed class AnnouncesNothingAfterContention : Mutation
{
    public override bool Hears(Node node, ref RouterEvent routerEvent) => !node.IsActive ||
        routerEvent.Kind != RouterEventKind.AnnouncementHeard;

    public override bool Carries(Node node, in RouterAction action) =>
        action.Kind != RouterActionKind.Announce || node.SinceTakeOver < TimeSpan.FromMilliseconds(5);
}

/// <summary>The addresses of a former Active Router stay on its interface.</summary>
internal sealed class KeepsItsAddresses : Mutation
{
    public override bool Carries(Node node, in RouterAction action) => action.Kind != RouterActionKind.RemoveAddresses;
}

/// <summary>The wait for a successor has no end of its own.</summary>
internal sealed class HandsOverForEver : Mutation
{
    public override bool Hears(Node node, ref RouterEvent routerEvent) =>
        routerEvent.Kind != RouterEventKind.DeadlineReached || !node.Router!.IsHandingOver;

    public override MonotonicTime DeadlineOf(IElection router) =>
        router.IsHandingOver ? MonotonicTime.Never : router.NextDeadline;
}

/// <summary>NextDeadline forgets what an Active Router has to do.</summary>
internal sealed class ForgetsActiveDeadlines : Mutation
{
    public override MonotonicTime DeadlineOf(IElection router) =>
        router.State == RouterState.Active ? MonotonicTime.Never : router.NextDeadline;
}

/// <summary>A take-over that does not advertise.</summary>
internal sealed class SaysNothingWhenActive : Mutation
{
    public override bool Carries(Node node, in RouterAction action) =>
        action.Kind != RouterActionKind.SendAdvertisement || action.Priority.IsResign;
}
