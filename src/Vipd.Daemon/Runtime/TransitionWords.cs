using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>Causes of transitions as people read them.</summary>
public static class TransitionWords
{
    public static string Of(TransitionCause cause) => cause switch
    {
        TransitionCause.Startup => "started",
        TransitionCause.AddressOwner => "this router owns the addresses",
        TransitionCause.ActiveDown => "the Active Router is silent",
        TransitionCause.ActiveResigned => "the Active Router resigned",
        TransitionCause.Preempting => "this router has the higher priority",
        TransitionCause.HigherPriority => "another router has the higher priority",
        TransitionCause.HigherAddress => "another router has equal priority and the higher address",
        TransitionCause.Shutdown => "planned stop",
        TransitionCause.Drained => "drained",
        TransitionCause.Undrained => "undrained",
        TransitionCause.InterfaceDown => "the interface is down",
        TransitionCause.InterfaceUp => "the interface is up again",
        TransitionCause.CheckFault => "a check demands it",
        TransitionCause.CheckRecovered => "the check is well again",
        TransitionCause.Stalled => "this process stood still; listening first",
        TransitionCause.KernelRefused => "the kernel refused an address",
        TransitionCause.TrackedInterfaceDown => "a tracked interface is down",
        TransitionCause.TrackedInterfaceUp => "the tracked interface is up again",
        TransitionCause.GroupFault => "another member of its sync group is in Fault",
        TransitionCause.GroupRecovered => "no member of its sync group is in Fault any more",
        TransitionCause.GroupLeft => "another member of its sync group is no longer Active",
        TransitionCause.GroupResigned => "the Active Router of its sync group resigned, and this one is silent",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "not a cause"),
    };
}
