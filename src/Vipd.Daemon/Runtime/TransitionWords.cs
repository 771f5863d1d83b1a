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
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "not a cause"),
    };

    /// <summary>The value of the metric label `cause`: snake_case and stable.</summary>
    public static string Label(TransitionCause cause) => cause switch
    {
        TransitionCause.Startup => "startup",
        TransitionCause.AddressOwner => "address_owner",
        TransitionCause.ActiveDown => "active_down",
        TransitionCause.ActiveResigned => "active_resigned",
        TransitionCause.Preempting => "preempting",
        TransitionCause.HigherPriority => "higher_priority",
        TransitionCause.HigherAddress => "higher_address",
        TransitionCause.Shutdown => "shutdown",
        TransitionCause.Drained => "drained",
        TransitionCause.Undrained => "undrained",
        TransitionCause.InterfaceDown => "interface_down",
        TransitionCause.InterfaceUp => "interface_up",
        TransitionCause.CheckFault => "check_fault",
        TransitionCause.CheckRecovered => "check_recovered",
        TransitionCause.Stalled => "stalled",
        TransitionCause.KernelRefused => "kernel_refused",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "not a cause"),
    };
}
