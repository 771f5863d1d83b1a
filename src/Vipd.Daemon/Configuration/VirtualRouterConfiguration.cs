using System.Net;
using System.Net.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Configuration;

/// <summary>One entry of `virtualRouters`.</summary>
/// <param name="Name">[a-z0-9-]+, unique: the label in metrics, logs and commands.</param>
/// <param name="Vrid">Unique per interface and address family.</param>
/// <param name="Addresses">
/// 1..4096 addresses of one family, none twice in the file, at least one advertised. An Advertisement has room for 255
/// (RFC 9568 §5.2.5): it carries the first of these in this order; the others are held and announced all the same.
/// </param>
/// <param name="Interface">Null: the interface whose subnet holds the first address.</param>
/// <param name="Priority">1..255, never 0; 255 is the IPvX address owner.</param>
/// <param name="AdvertisementInterval">
/// Ours. A Backup Router of version 3 goes by the one it learns; version 2 has whole seconds, equal on all routers.
/// </param>
/// <param name="Preempt">Preempt_Mode of RFC 9568 §6.1.</param>
/// <param name="PreemptMargin">1..254: take over only from an Active Router that is lower by at least this.</param>
/// <param name="PreemptDelay">How long a better Backup Router waits before it takes over; zero or more.</param>
/// <param name="HoldDown">
/// How long an Active Router must have been worse before a second move within a minute; zero switches it off.
/// </param>
/// <param name="StartupDelay">How long to listen only, after start; zero or more.</param>
/// <param name="Lease">The kernel lifetime of the addresses.</param>
/// <param name="ChecksumIpv4PseudoHeader">Which of both IPv4 checksum forms is sent; both are accepted.</param>
/// <param name="Checks">Names of checks that exist in <see cref="VipdConfiguration.Checks"/>, none twice.</param>
/// <param name="Announce">When gratuitous ARP / unsolicited NA are sent.</param>
/// <param name="Hooks">What is run when its state changes.</param>
public sealed record VirtualRouterConfiguration(
    string Name,
    Vrid Vrid,
    IReadOnlyList<VirtualAddress> Addresses,
    string? Interface,
    Priority Priority,
    Centiseconds AdvertisementInterval,
    bool Preempt,
    int PreemptMargin,
    TimeSpan PreemptDelay,
    TimeSpan HoldDown,
    TimeSpan StartupDelay,
    LeaseOptions Lease,
    bool ChecksumIpv4PseudoHeader,
    IReadOnlyList<string> Checks,
    AnnounceOptions Announce,
    HookOptions Hooks)
{
    /// <summary>3, or 2 with IPv4.</summary>
    public int Version { get; init; } = 3;

    /// <summary>Null: by the group.</summary>
    public UnicastOptions? Unicast { get; init; }

    /// <summary>What VRRPv2 messages carry.</summary>
    public VrrpV2Authentication Authentication { get; init; }

    /// <summary>Further interfaces whose loss counts, none twice.</summary>
    public IReadOnlyList<TrackedInterfaceOptions> TrackInterfaces { get; init; } = [];

    /// <summary>The addresses answer under the Virtual Router MAC Address (RFC 9568 §7.3), on a macvlan.</summary>
    public bool VirtualMac { get; init; }

    /// <summary>The family that all addresses share.</summary>
    public AddressFamily Family => Addresses[0].Address.AddressFamily;
}

/// <param name="Address">A unicast address, without scope identifier.</param>
/// <param name="PrefixLength">1..32 or 1..128.</param>
/// <param name="Advertise">Whether the Advertisement names it; it is held and announced either way.</param>
public sealed record VirtualAddress(IPAddress Address, int PrefixLength, bool Advertise)
{
    public override string ToString() => $"{Address}/{PrefixLength}";
}

/// <param name="Peers">1..255 addresses of the routers' family, none twice; the node's own may be among them.</param>
/// <param name="MinimumTtl">1..255: what a peer's packet must have left.</param>
/// <param name="Source">What to send from; null: see <c>RouterPlanner</c>.</param>
public sealed record UnicastOptions(IReadOnlyList<IPAddress> Peers, int MinimumTtl, IPAddress? Source);

/// <param name="Name">It need not exist yet.</param>
/// <param name="Weight">What its loss lowers the priority by, 1..254; 0: a fault.</param>
public sealed record TrackedInterfaceOptions(string Name, int Weight);

/// <param name="Mode">How the lifetime is chosen.</param>
/// <param name="Duration">Whole seconds, 1 s or more, when <see cref="LeaseMode.Fixed"/>; otherwise zero.</param>
public sealed record LeaseOptions(LeaseMode Mode, TimeSpan Duration)
{
    public static LeaseOptions Auto { get; } = new(LeaseMode.Auto, TimeSpan.Zero);

    public static LeaseOptions Off { get; } = new(LeaseMode.Off, TimeSpan.Zero);

    public static LeaseOptions Fixed(TimeSpan duration) => new(LeaseMode.Fixed, duration);
}

public enum LeaseMode
{
    /// <summary>max(1 s, Active_Down_Interval rounded up), longer with many addresses.</summary>
    Auto,

    /// <summary>The addresses live for ever: a dead daemon keeps them.</summary>
    Off,
    Fixed,
}

/// <param name="After">Ascending, counted from the take-over; at least one.</param>
/// <param name="Refresh">The period while Active; zero: none.</param>
public sealed record AnnounceOptions(IReadOnlyList<TimeSpan> After, TimeSpan Refresh);

/// <summary>
/// Programs with their arguments, never read by a shell; the first entry is an absolute path, an empty list is no hook.
/// </summary>
/// <param name="OnActive">It is Active.</param>
/// <param name="OnBackup">It is Backup, or takes no part.</param>
/// <param name="OnFault">A fault keeps it out.</param>
/// <param name="OnConflict">Somebody else is at work on its addresses.</param>
/// <param name="Timeout">After this the program and its process group are killed.</param>
public sealed record HookOptions(
    IReadOnlyList<string> OnActive,
    IReadOnlyList<string> OnBackup,
    IReadOnlyList<string> OnFault,
    IReadOnlyList<string> OnConflict,
    TimeSpan Timeout)
{
    public static HookOptions None { get; } = new([], [], [], [], TimeSpan.FromSeconds(30));

    public bool IsEmpty => OnActive.Count + OnBackup.Count + OnFault.Count + OnConflict.Count == 0;
}
