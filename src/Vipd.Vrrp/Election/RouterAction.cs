namespace Vipd.Vrrp.Election;

/// <summary>What a Virtual Router wants done.</summary>
public enum RouterActionKind : byte
{
    /// <summary>Send an Advertisement with <see cref="RouterAction.Priority"/>.</summary>
    SendAdvertisement,

    /// <summary>
    /// Put virtual addresses First .. First + Count - 1 on the interface; one that is there already stays.
    /// </summary>
    AddAddresses,

    /// <summary>Take every virtual address off the interface.</summary>
    RemoveAddresses,

    /// <summary>Announce virtual addresses First .. First + Count - 1, each once.</summary>
    Announce,

    /// <summary>
    /// Tell the clients that the virtual addresses are at the Virtual Router MAC Address: the winner has them there.
    /// </summary>
    PointToVirtualMac,

    /// <summary>For people and metrics: the state changed.</summary>
    ReportTransition,
}

/// <summary>
/// One output of the election, to be carried out in the order given. Fields that a kind does not use are zero.
/// </summary>
/// <param name="Kind">What to do.</param>
/// <param name="Priority">SendAdvertisement: 0..255.</param>
/// <param name="First">AddAddresses, Announce: index of the first address, 0-based.</param>
/// <param name="Count">AddAddresses, Announce: how many, at least 1.</param>
/// <param name="From">ReportTransition: the state left.</param>
/// <param name="To">ReportTransition: the state entered.</param>
/// <param name="Cause">ReportTransition: why.</param>
/// <param name="Trigger">ReportTransition: when what caused it was due; now for events, the deadline for a
/// timer.</param>
public readonly record struct RouterAction(
    RouterActionKind Kind,
    Priority Priority = default,
    int First = 0,
    int Count = 0,
    RouterState From = default,
    RouterState To = default,
    TransitionCause Cause = default,
    MonotonicTime Trigger = default)
{
    /// <summary>Take every virtual address off the interface.</summary>
    public static RouterAction RemoveAddresses => new(RouterActionKind.RemoveAddresses);

    /// <summary>Send an Advertisement.</summary>
    public static RouterAction SendAdvertisement(Priority priority) =>
        new(RouterActionKind.SendAdvertisement, priority);

    /// <summary>Put addresses on the interface.</summary>
    public static RouterAction AddAddresses(int first, int count) =>
        new(RouterActionKind.AddAddresses, First: first, Count: count);

    /// <summary>Announce addresses.</summary>
    public static RouterAction Announce(int first, int count) =>
        new(RouterActionKind.Announce, First: first, Count: count);

    /// <summary>Send the clients on to the winner.</summary>
    public static RouterAction PointToVirtualMac => new(RouterActionKind.PointToVirtualMac);

    /// <summary>The state changed.</summary>
    public static RouterAction ReportTransition(
        RouterState from, RouterState to, TransitionCause cause, MonotonicTime trigger) =>
        new(RouterActionKind.ReportTransition, From: from, To: to, Cause: cause, Trigger: trigger);
}
