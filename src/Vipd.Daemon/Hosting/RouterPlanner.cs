using Vipd.Daemon.Configuration;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Runtime;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Hosting;

/// <summary>The plans, or every reason why this machine cannot run the configuration.</summary>
internal sealed record PlanResult(IReadOnlyList<RouterPlan> Plans, IReadOnlyList<string> Errors);

/// <summary>
/// Fits the configuration, which is the same on every master, to this machine: interface, primary address, lifetimes. A
/// function of what the kernel listed.
/// </summary>
/// <param name="mayWait">Names of routers that have a plan already: whatever they lack now, it may come back. Others
/// may wait only for an interface that the configuration names; where it names none, nobody knows what would
/// have to come.</param>
internal sealed class RouterPlanner(
    VipdConfiguration configuration,
    IReadOnlyList<InterfaceLink> links,
    IReadOnlyList<InterfaceAddress> addresses,
    IReadOnlySet<string>? mayWait = null)
{
    /// <summary>
    /// Renewals a second that other listeners on the host have to see on average: a slice more or less may fall into
    /// one second, and it shall not be 200.
    /// </summary>
    private const int RenewalsASecond = 180;

    /// <summary>A lease is renewed this often within its lifetime.</summary>
    private const int RenewalsALease = 3;

    /// <summary>Octets of an IPv6 or IPv4 header without options.</summary>
    private const int HeaderLengthIPv6 = 40;
    private const int HeaderLengthIPv4 = 20;

    /// <summary>RFC 4291 §2.5.6.</summary>
    private const byte LinkLocalPrefixLength = 64;

    private readonly OwnAddresses _own = new(configuration, addresses);
    private readonly List<string> _errors = [];

    public PlanResult Plan()
    {
        List<RouterPlan> plans = [];
        foreach (VirtualRouterConfiguration router in configuration.VirtualRouters)
        {
            if (Plan(router) is { } plan)
                plans.Add(plan);
        }

        return new PlanResult(plans, _errors);
    }

    private RouterPlan? Plan(VirtualRouterConfiguration router)
    {
        (InterfaceLink? link, string? missing) = FindLink(router);
        if (link is not null && link.LinkLayerAddress.Length != MacAddress.Length)
        {
            _errors.Add($"virtual router {router.Name}: {link.Name} is not an Ethernet interface");
            return null;
        }

        UnicastPlan? unicast = null;
        if (router.Unicast is { } options && (unicast = PlanUnicast(router, options)) is null)
            return null;
        InternetAddress? primary = null;
        if (link is not null)
            (primary, missing) = FindPrimary(router, link);
        if (link is not null && primary is { } own)
        {
            var at = new InterfacePlan(link.Index, link.Name, new MacAddress(link.LinkLayerAddress));
            return PlanFor(router, at, own) with { Advertised = AdvertisedOf(router, link), Unicast = unicast };
        }

        if (router.Interface is not null || mayWait?.Contains(router.Name) == true)
        {
            var nowhere = new InterfacePlan(default, router.Interface ?? "", default);
            var noneYet = InternetAddress.From(new byte[FirstOf(router).Length]);
            return PlanFor(router, nowhere, noneYet) with { Unicast = unicast, WaitsFor = missing };
        }

        _errors.Add($"virtual router {router.Name}: {missing}");
        return null;
    }

    private RouterPlan PlanFor(VirtualRouterConfiguration router, InterfacePlan at, InternetAddress primary)
    {
        TimeSpan interval = router.AdvertisementInterval.ToTimeSpan();
        SyncGroupConfiguration? group = configuration.GroupOf(router.Name);
        RouterParameters parameters = ParametersOf(router, primary) with { Sync = PlaceOf(router, group) };
        var identity = new RouterIdentity(
            router.Name,
            router.Vrid,
            router.Version,
            at.Name,
            primary,
            [.. router.Addresses.Select(address => InternetAddress.From(address.Address))],
            router.Priority,
            interval,
            parameters.SpreadAt(interval),
            LeaseOf(router))
        {
            VirtualMacLink = router.VirtualMac && at.Index.Value > 0
                ? VirtualMacAlias.NameFor(at.Index, router.Vrid, primary.IsIPv6)
                : null,
        };
        return new RouterPlan(
            identity,
            parameters,
            at,
            [.. router.Addresses.Select(address => PrefixLengthOf(address, at, router.VirtualMac))],
            router.ChecksumIpv4PseudoHeader || primary.IsIPv6 ? ChecksumForm.PseudoHeader : ChecksumForm.MessageOnly)
        {
            Authentication = router.Authentication,
            Tracked = [.. router.TrackInterfaces.Select(one => new TrackedInterface(one.Name, one.Weight))],
            SyncGroup = group?.Name,
        };
    }

    private static InternetAddress FirstOf(VirtualRouterConfiguration router) =>
        InternetAddress.From(router.Addresses[0].Address);

    /// <summary>
    /// The first that fit, both into the count field and into one packet: keepalived leaves the same ones out.
    /// </summary>
    private static List<InternetAddress> AdvertisedOf(VirtualRouterConfiguration router, InterfaceLink link)
    {
        bool isIPv6 = FirstOf(router).IsIPv6;
        int fixedPart = Advertisement.HeaderLength
            + (isIPv6 ? HeaderLengthIPv6 : HeaderLengthIPv4 + VrrpV2Authentication.Length);
        int most = (link.MaximumTransmissionUnit - fixedPart) / (isIPv6 ? 16 : 4);
        return
        [
            .. router.Addresses.Where(address => address.Advertise)
                .Select(address => InternetAddress.From(address.Address))
                .Take(Math.Clamp(most, 1, Advertisement.MaximumAddressCount)),
        ];
    }

    /// <summary>The interface, or in words what is missing.</summary>
    private (InterfaceLink? Link, string? Missing) FindLink(VirtualRouterConfiguration router)
    {
        if (router.Interface is { } name)
        {
            InterfaceLink? named = links.FirstOrDefault(link => link.Name == name);
            return (named, named is null ? $"interface {name} is not there" : null);
        }

        // Every link has the subnet fe80::/64: a link-local address does not tell where.
        InternetAddress telling = router.Addresses.Select(address => InternetAddress.From(address.Address))
            .FirstOrDefault(address => !address.IsLinkLocal, FirstOf(router));
        InterfaceLink? link = _own.InterfaceFor(telling) is { } index
            ? links.FirstOrDefault(link => link.Index == index)
            : null;
        return link is null
            ? (null, $"no interface has a subnet that holds {telling}; name one with `interface:`")
            : (link, null);
    }

    /// <summary>What to send from, or in words what is missing.</summary>
    private (InternetAddress? Primary, string? Missing) FindPrimary(
        VirtualRouterConfiguration router, InterfaceLink link)
    {
        if (router.Unicast is { } unicast)
            return FindUnicastSource(unicast, link);
        InternetAddress? primary = _own.PrimaryOf(link.Index, FirstOf(router));
        string kind = FirstOf(router).IsIPv6 ? "link-local IPv6" : "IPv4";
        return primary is null
            ? (null, $"{link.Name} has no {kind} address of its own to send Advertisements from")
            : (primary, null);
    }

    /// <summary>
    /// Where the interface has the subnet already, the address stands alone in its own: as a second one of the subnet
    /// it would vanish with the first, or follow it as the subnet's source (promote_secondaries). On a macvlan, which
    /// has no link-local address of its own, a virtual one brings the route to the others.
    /// </summary>
    private byte PrefixLengthOf(VirtualAddress address, InterfacePlan at, bool virtualMac)
    {
        var own = InternetAddress.From(address.Address);
        if (virtualMac && own.IsLinkLocal)
            return LinkLocalPrefixLength;
        return (byte)(_own.HasSubnet(at.Index, own, address.PrefixLength) ? 8 * own.Length : address.PrefixLength);
    }

    /// <summary>
    /// `source`; else the address by which the peers know this node, since the same list is everywhere; else the
    /// interface's, of the peers' scope.
    /// </summary>
    private (InternetAddress? Source, string? Missing) FindUnicastSource(UnicastOptions unicast, InterfaceLink link)
    {
        InternetAddress[] peers = [.. unicast.Peers.Select(InternetAddress.From)];
        InternetAddress? source = unicast.Source is { } named ? InternetAddress.From(named)
            : peers.Any(IsHere) ? peers.First(IsHere)
            : peers[0].IsLinkLocal ? _own.PrimaryOf(link.Index, peers[0])
            : _own.NearestTo(peers[0], link.Index);
        if (source is { } found && IsHere(found))
            return (found, null);
        string what = source is { } missing ? $"{missing}, the `source` of unicast" : $"to reach {peers[0]} from";
        return (null, $"{link.Name} has no address {what}");

        bool IsHere(InternetAddress address) => _own.IsOn(link.Index, address);
    }

    /// <summary>Null: nobody is left to speak with, which is reported; never does unicast become multicast.</summary>
    private UnicastPlan? PlanUnicast(VirtualRouterConfiguration router, UnicastOptions unicast)
    {
        InternetAddress[] others =
            [.. unicast.Peers.Select(InternetAddress.From).Where(peer => !_own.Contains(peer))];
        if (others.Length > 0)
            return new UnicastPlan(others, (byte)unicast.MinimumTtl);
        _errors.Add($"virtual router {router.Name}: unicast.peers names no other node than this one");
        return null;
    }

    private static RouterParameters ParametersOf(VirtualRouterConfiguration router, InternetAddress primary) => new()
    {
        Priority = router.Priority,
        AdvertisementInterval = router.AdvertisementInterval,
        SkewUnit = SkewUnitOf(router),
        PrimaryAddress = primary,
        AddressCount = router.Addresses.Count,
        Preempt = router.Preempt,
        PreemptMargin = router.PreemptMargin,
        PreemptDelay = router.PreemptDelay,
        HoldDown = router.HoldDown,
        StartupDelay = router.StartupDelay,
        AnnounceAfter = [.. router.Announce.After],
        AnnounceRefresh = router.Announce.Refresh,
    };

    private static SyncPlace PlaceOf(VirtualRouterConfiguration router, SyncGroupConfiguration? group) =>
        group is null ? SyncPlace.None : group.Members[0] == router.Name ? SyncPlace.First : SyncPlace.Other;

    /// <summary>VRRPv2 counts Skew_Time in parts of a second, whatever the interval is.</summary>
    private static Centiseconds? SkewUnitOf(VirtualRouterConfiguration router) =>
        router.Version == VrrpV2Advertisement.VersionOfProtocol ? new Centiseconds(100) : null;

    /// <summary>
    /// `auto`: Active_Down_Interval in whole seconds, longer where this machine has many addresses to renew.
    /// </summary>
    private TimeSpan? LeaseOf(VirtualRouterConfiguration router)
    {
        if (router.Lease.Mode == LeaseMode.Off)
            return null;
        if (router.Lease.Mode == LeaseMode.Fixed)
            return router.Lease.Duration;
        TimeSpan interval = router.AdvertisementInterval.ToTimeSpan();
        double downSeconds = ElectionTimers.ActiveDownInterval(router.Priority, interval, SkewUnitOf(router))
            .TotalSeconds;
        int renewed = configuration.VirtualRouters.Where(other => other.Lease.Mode == LeaseMode.Auto)
            .Sum(other => other.Addresses.Count);
        double renewalSeconds = (double)RenewalsALease * renewed / RenewalsASecond;
        double seconds = Math.Max(downSeconds, renewalSeconds);
        return TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(seconds)));
    }
}
