using Vipd.Linux;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>An interface of this machine as it was when the daemon looked.</summary>
public sealed record InterfacePlan(InterfaceIndex Index, string Name, MacAddress LinkLayerAddress);

/// <summary>Everything that the election thread needs to run one Virtual Router.</summary>
/// <param name="PrefixLengths">One an address of <see cref="RouterIdentity.Addresses"/>.</param>
/// <param name="ChecksumForm">What is sent.</param>
public sealed record RouterPlan(
    RouterIdentity Identity,
    RouterParameters Parameters,
    InterfacePlan Interface,
    IReadOnlyList<byte> PrefixLengths,
    ChecksumForm ChecksumForm)
{
    /// <summary>The addresses in the Advertisement: at least one, and no more than fit.</summary>
    public IReadOnlyList<InternetAddress> Advertised { get; init; } =
        [.. Identity.Addresses.Take(Advertisement.MaximumAddressCount)];

    /// <summary>Null: by the group.</summary>
    public UnicastPlan? Unicast { get; init; }

    /// <summary>What VRRPv2 messages carry.</summary>
    public VrrpV2Authentication Authentication { get; init; }

    /// <summary>Further interfaces whose loss counts.</summary>
    public IReadOnlyList<TrackedInterface> Tracked { get; init; } = [];

    /// <summary>The sync group that it is a member of; its place is among the parameters.</summary>
    public string? SyncGroup { get; init; }

    public bool IsIPv6 => Identity.PrimaryAddress.IsIPv6;

    /// <summary>
    /// What this machine lacks to run it, in words ("interface eth1 is not there"); the router runs as soon as that is
    /// there. Null if nothing.
    /// </summary>
    public string? WaitsFor { get; init; }

    /// <summary>
    /// The same in every value. The state and the hardware address of the interface do not count: the election thread
    /// follows them by itself.
    /// </summary>
    public bool IsSameAs(RouterPlan other) =>
        this with
        {
            Identity = Identity with { Addresses = other.Identity.Addresses },
            Parameters = Parameters with { AnnounceAfter = other.Parameters.AnnounceAfter },
            Interface = other.Interface,
            PrefixLengths = other.PrefixLengths,
            Advertised = other.Advertised,
            Tracked = other.Tracked,
        } == other
        && Interface.Index == other.Interface.Index
        && Identity.Addresses.SequenceEqual(other.Identity.Addresses)
        && Parameters.AnnounceAfter.SequenceEqual(other.Parameters.AnnounceAfter)
        && PrefixLengths.SequenceEqual(other.PrefixLengths)
        && Advertised.SequenceEqual(other.Advertised)
        && Tracked.SequenceEqual(other.Tracked);
}

/// <summary>The routers that one speaks with; equal if their lists are.</summary>
/// <param name="Peers">Without this node; at least one.</param>
/// <param name="MinimumTtl">What their packets must have left.</param>
public sealed record UnicastPlan(IReadOnlyList<InternetAddress> Peers, byte MinimumTtl)
{
    public bool Equals(UnicastPlan? other) =>
        other is not null && MinimumTtl == other.MinimumTtl && Peers.SequenceEqual(other.Peers);

    public override int GetHashCode() => HashCode.Combine(MinimumTtl, Peers.Count, Peers[0]);
}
