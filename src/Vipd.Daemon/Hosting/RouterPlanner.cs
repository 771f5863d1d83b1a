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
    private static readonly InternetAddress NoAddressYet = InternetAddress.From([0, 0, 0, 0]);

    /// <summary>
    /// Renewals a second that other listeners on the host have to see on average: a slice more or less may fall into
    /// one second, and it shall not be 200.
    /// </summary>
    private const int RenewalsASecond = 180;

    /// <summary>A lease is renewed this often within its lifetime.</summary>
    private const int RenewalsALease = 3;

    private readonly HashSet<InternetAddress> _virtualAddresses =
    [
        .. configuration.VirtualRouters.SelectMany(router => router.Addresses)
            .Select(address => InternetAddress.From(address.Address)),
    ];

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

        InternetAddress? primary = link is null ? null : FindPrimary(router, link);
        if (link is not null && primary is { } own)
        {
            var at = new InterfacePlan(link.Index, link.Name, new MacAddress(link.LinkLayerAddress));
            return PlanFor(router, at, own);
        }

        missing ??= $"{link?.Name} has no IPv4 address of its own to send Advertisements from";
        if (router.Interface is not null || mayWait?.Contains(router.Name) == true)
        {
            var nowhere = new InterfacePlan(default, router.Interface ?? "", default);
            return PlanFor(router, nowhere, NoAddressYet) with { WaitsFor = missing };
        }

        _errors.Add($"virtual router {router.Name}: {missing}");
        return null;
    }

    private RouterPlan PlanFor(VirtualRouterConfiguration router, InterfacePlan at, InternetAddress primary)
    {
        TimeSpan interval = router.AdvertisementInterval.ToTimeSpan();
        var identity = new RouterIdentity(
            router.Name,
            router.Vrid,
            Version: 3,
            at.Name,
            primary,
            [.. router.Addresses.Select(address => InternetAddress.From(address.Address))],
            router.Priority,
            interval,
            ElectionTimers.Spread(primary, interval),
            LeaseOf(router));
        return new RouterPlan(
            identity,
            ParametersOf(router, primary),
            at,
            [.. router.Addresses.Select(address => PrefixLengthOf(address, at))],
            router.ChecksumIpv4PseudoHeader ? ChecksumForm.PseudoHeader : ChecksumForm.MessageOnly);
    }

    /// <summary>The interface, or in words what is missing.</summary>
    private (InterfaceLink? Link, string? Missing) FindLink(VirtualRouterConfiguration router)
    {
        if (router.Interface is { } name)
        {
            InterfaceLink? named = links.FirstOrDefault(link => link.Name == name);
            return (named, named is null ? $"interface {name} is not there" : null);
        }

        var first = InternetAddress.From(router.Addresses[0].Address);
        InterfaceAddress? holder = OwnAddresses()
            .Where(address => Holds(address, first))
            .MaxBy(address => address.PrefixLength);
        InterfaceLink? link = links.FirstOrDefault(link => link.Index == holder?.Interface);
        return link is null
            ? (null, $"no interface has a subnet that holds {first}; name one with `interface:`")
            : (link, null);
    }

    /// <summary>
    /// The kernel lists primary addresses before secondary ones; one in the VIP's own subnet is preferred.
    /// </summary>
    private InternetAddress? FindPrimary(VirtualRouterConfiguration router, InterfaceLink link)
    {
        var first = InternetAddress.From(router.Addresses[0].Address);
        InterfaceAddress[] own = [.. OwnAddresses().Where(address => address.Interface == link.Index)];
        InterfaceAddress? chosen = own.FirstOrDefault(address => Holds(address, first)) ?? own.FirstOrDefault();
        return chosen is null ? null : InternetAddress.From(chosen.Address);
    }

    /// <summary>
    /// Where the interface has the subnet already, the address stands alone in its own: as a second one of the subnet
    /// it would vanish with the first, or follow it as the subnet's source (promote_secondaries).
    /// </summary>
    private byte PrefixLengthOf(VirtualAddress address, InterfacePlan at)
    {
        var own = InternetAddress.From(address.Address);
        bool hasSubnet = OwnAddresses().Any(other => other.Interface == at.Index
            && other.PrefixLength == address.PrefixLength && Holds(other, own));
        return (byte)(hasSubnet ? 8 * own.Length : address.PrefixLength);
    }

    private IEnumerable<InterfaceAddress> OwnAddresses() => addresses.Where(address =>
        address.Scope == 0 && address.ProtocolTag != AddressHolder.ProtocolTag &&
        !_virtualAddresses.Contains(InternetAddress.From(address.Address)));

    private static bool Holds(InterfaceAddress subnet, InternetAddress address)
    {
        var own = InternetAddress.From(subnet.Address);
        int shift = (8 * own.Length) - subnet.PrefixLength;
        return own.IsIPv6 == address.IsIPv6 && (own.Value >> shift) == (address.Value >> shift);
    }

    private static RouterParameters ParametersOf(VirtualRouterConfiguration router, InternetAddress primary) => new()
    {
        Priority = router.Priority,
        AdvertisementInterval = router.AdvertisementInterval,
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
        double downSeconds = ElectionTimers.ActiveDownInterval(router.Priority, interval).TotalSeconds;
        int renewed = configuration.VirtualRouters.Where(other => other.Lease.Mode == LeaseMode.Auto)
            .Sum(other => other.Addresses.Count);
        double renewalSeconds = (double)RenewalsALease * renewed / RenewalsASecond;
        double seconds = Math.Max(downSeconds, renewalSeconds);
        return TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(seconds)));
    }
}
