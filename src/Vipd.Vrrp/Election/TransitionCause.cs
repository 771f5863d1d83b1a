namespace Vipd.Vrrp.Election;

/// <summary>Why a Virtual Router changed its state.</summary>
public enum TransitionCause : byte
{
    /// <summary>The Startup event (§6.4.1).</summary>
    Startup,

    /// <summary>Startup of the IPvX address owner, which is Active at once (§6.4.1).</summary>
    AddressOwner,

    /// <summary>No Advertisement within Active_Down_Interval (§6.4.2).</summary>
    ActiveDown,

    /// <summary>The Active Router resigned with priority 0 (§6.4.2).</summary>
    ActiveResigned,

    /// <summary>This router preempted an Active Router of lower priority (§6.1, Preempt_Mode).</summary>
    Preempting,

    /// <summary>Another Active Router has the higher priority (§6.4.3).</summary>
    HigherPriority,

    /// <summary>Another Active Router has equal priority and the higher primary address (§6.4.3).</summary>
    HigherAddress,

    /// <summary>The Shutdown event: a planned stop (§6.4.2, §6.4.3).</summary>
    Shutdown,

    /// <summary>An operator drained this node.</summary>
    Drained,

    /// <summary>An operator undrained this node.</summary>
    Undrained,

    /// <summary>The interface is down, without carrier, or gone.</summary>
    InterfaceDown,

    /// <summary>The interface is back.</summary>
    InterfaceUp,

    /// <summary>A check with weight `fault` failed.</summary>
    CheckFault,

    /// <summary>The check with weight `fault` is well again.</summary>
    CheckRecovered,

    /// <summary>
    /// This process stood still for longer than Active_Down_Interval: listen before claiming anything.
    /// </summary>
    Stalled,

    /// <summary>The kernel refused an address or an Advertisement.</summary>
    KernelRefused,

    /// <summary>An interface that is tracked as a condition is down, without carrier, or gone.</summary>
    TrackedInterfaceDown,

    /// <summary>The tracked interface is back.</summary>
    TrackedInterfaceUp,

    /// <summary>Another member of the sync group is in Fault.</summary>
    GroupFault,

    /// <summary>No other member of the sync group is in Fault any more.</summary>
    GroupRecovered,

    /// <summary>Another member of the sync group is no longer Active.</summary>
    GroupLeft,

    /// <summary>
    /// The Active Router of another member of the sync group resigned, and this one's has been silent since.
    /// </summary>
    GroupResigned,
}
