namespace Vipd.Vrrp.Election;

/// <summary>What a Virtual Router can be told.</summary>
public enum RouterEventKind : byte
{
    /// <summary>Take part (RFC 9568 §6.4.1).</summary>
    Startup,

    /// <summary>Stop taking part: a planned stop or a drain (§6.4.2, §6.4.3).</summary>
    Shutdown,

    /// <summary>An Advertisement that passed every receive check (§7.1).</summary>
    AdvertisementReceived,

    /// <summary>
    /// Somebody else announced one of the virtual addresses (gratuitous ARP, ARP reply, Neighbor Advertisement).
    /// </summary>
    AnnouncementHeard,

    /// <summary>Time has passed; deadlines at or before now are due.</summary>
    DeadlineReached,

    /// <summary>The effective priority is another one.</summary>
    PriorityChanged,

    /// <summary>A fault takes the router out of the election.</summary>
    FaultRaised,

    /// <summary>That fault is gone.</summary>
    FaultCleared,

    /// <summary>A virtual address that this router holds was taken off the interface by somebody else.</summary>
    AddressLost,

    /// <summary>The kernel refused to add a virtual address.</summary>
    AddressRefused,

    /// <summary>
    /// The kernel lease of the virtual addresses ran out before it was renewed: they are gone, and somebody else may
    /// have them by now.
    /// </summary>
    LeaseExpired,

    /// <summary>Every member of the sync group is ready: take over, together with them.</summary>
    GroupClaims,

    /// <summary>Another member of the sync group is no longer Active: leave too.</summary>
    GroupLeaves,

    /// <summary>
    /// The Active Router of another member resigned, so this one's has perhaps left as well: its next Advertisement is
    /// waited for, and not three.
    /// </summary>
    GroupHurries,
}

/// <summary>The faults a Virtual Router can have at the same time.</summary>
[Flags]
public enum RouterFaults : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The interface is down, without carrier or gone.</summary>
    Interface = 1,

    /// <summary>A check with weight `fault` failed.</summary>
    Check = 2,

    /// <summary>The kernel refused an address; tried again after a while.</summary>
    Kernel = 4,

    /// <summary>An interface that is tracked as a condition is down, without carrier or gone.</summary>
    TrackedInterface = 8,

    /// <summary>Another member of the sync group is in Fault.</summary>
    Group = 16,

    /// <summary>Every fault there is.</summary>
    All = Interface | Check | Kernel | TrackedInterface | Group,
}

/// <summary>
/// One input of the election: a value, so that logging, the simulation and a recording share the type. Fields that a
/// kind does not use are zero.
/// </summary>
/// <param name="Kind">What happened.</param>
/// <param name="Cause">Startup and Shutdown: why.</param>
/// <param name="Priority">AdvertisementReceived: the sender's; PriorityChanged: the new effective priority,
/// 1..255.</param>
/// <param name="Sender">AdvertisementReceived: the sender's primary address, which is the packet's source.</param>
/// <param name="MaxAdvertiseInterval">AdvertisementReceived: the interval the sender announced.</param>
/// <param name="Address">AnnouncementHeard, AddressLost, AddressRefused: index of the virtual address, 0-based.</param>
/// <param name="Fault">FaultRaised, FaultCleared: which.</param>
/// <param name="AtVirtualMac">AnnouncementHeard: the address is said to be at the Virtual Router MAC Address, and this
/// router does not use that itself.</param>
public readonly record struct RouterEvent(
    RouterEventKind Kind,
    TransitionCause Cause = default,
    Priority Priority = default,
    InternetAddress Sender = default,
    Centiseconds MaxAdvertiseInterval = default,
    int Address = 0,
    RouterFaults Fault = RouterFaults.None,
    bool AtVirtualMac = false)
{
    /// <summary>Deadlines at or before now are due.</summary>
    public static RouterEvent DeadlineReached => new(RouterEventKind.DeadlineReached);

    /// <summary>Take part; <paramref name="cause"/> is Startup or Undrained.</summary>
    public static RouterEvent Startup(TransitionCause cause = TransitionCause.Startup) =>
        new(RouterEventKind.Startup, cause);

    /// <summary>Stop taking part; <paramref name="cause"/> is Shutdown or Drained.</summary>
    public static RouterEvent Shutdown(TransitionCause cause = TransitionCause.Shutdown) =>
        new(RouterEventKind.Shutdown, cause);

    /// <summary>An Advertisement that passed every receive check.</summary>
    public static RouterEvent AdvertisementReceived(
        Priority priority, InternetAddress sender, Centiseconds maxAdvertiseInterval) =>
        new(
            RouterEventKind.AdvertisementReceived,
            Priority: priority,
            Sender: sender,
            MaxAdvertiseInterval: maxAdvertiseInterval);

    /// <summary>Somebody else announced virtual address number <paramref name="address"/>.</summary>
    public static RouterEvent AnnouncementHeard(int address, bool atVirtualMac = false) =>
        new(RouterEventKind.AnnouncementHeard, Address: address, AtVirtualMac: atVirtualMac);

    /// <summary>The effective priority is now <paramref name="priority"/>.</summary>
    public static RouterEvent PriorityChanged(Priority priority) =>
        new(RouterEventKind.PriorityChanged, Priority: priority);

    /// <summary>A fault takes the router out of the election.</summary>
    public static RouterEvent FaultRaised(RouterFaults fault) => new(RouterEventKind.FaultRaised, Fault: fault);

    /// <summary>That fault is gone.</summary>
    public static RouterEvent FaultCleared(RouterFaults fault) => new(RouterEventKind.FaultCleared, Fault: fault);

    /// <summary>Somebody took virtual address number <paramref name="address"/> off the interface.</summary>
    public static RouterEvent AddressLost(int address) => new(RouterEventKind.AddressLost, Address: address);

    /// <summary>The lease of the virtual addresses ran out.</summary>
    public static RouterEvent LeaseExpired => new(RouterEventKind.LeaseExpired);

    /// <summary>The kernel refused to add virtual address number <paramref name="address"/>.</summary>
    public static RouterEvent AddressRefused(int address) => new(RouterEventKind.AddressRefused, Address: address);
}
