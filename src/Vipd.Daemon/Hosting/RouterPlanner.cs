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
internal sealed class RouterPlanner(
    VipdConfiguration configuration, IReadOnlyList<InterfaceLink> links, IReadOnlyList<InterfaceAddress> addresses)
{
    /// <summary>Renewals a second that other listeners on the host may have to see.</summary>
    private const int RenewalsASecond = 200;

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
        if (FindLink(router) is not { } link)
            return null;
        if (FindPrimary(router, link) is not { } primary)
        {
            _errors.Add(
                $"virtual router {router.Name}: {link.Name} has no IPv4 address of its own "
                + "to send Advertisements from");
            return null;
        }

        RouterParameters parameters = ParametersOf(router, primary);
        TimeSpan interval = router.AdvertisementInterval.ToTimeSpan();
        var identity = new RouterIdentity(
            router.Name,
            router.Vrid,
            Version: 3,
            link.Name,
            primary,
            [.. router.Addresses.Select(address => InternetAddress.From(address.Address))],
            router.Priority,
            interval,
            ElectionTimers.Spread(primary, interval),
            LeaseOf(router));
        return new RouterPlan(
            identity,
            parameters,
            new InterfacePlan(
                link.Index, link.Name, new MacAddress(link.LinkLayerAddress), link.IsUp && link.HasCarrier),
            [.. router.Addresses.Select(address => (byte)address.PrefixLength)],
            router.ChecksumIpv4PseudoHeader ? ChecksumForm.PseudoHeader : ChecksumForm.MessageOnly);
    }

    private InterfaceLink? FindLink(VirtualRouterConfiguration router)
    {
        InterfaceLink? link;
        if (router.Interface is { } name)
        {
            link = links.FirstOrDefault(link => link.Name == name);
            if (link is null)
            {
                string known = string.Join(", ", links.Select(other => other.Name));
                _errors.Add($"virtual router {router.Name}: there is no interface {name}; there are {known}");
            }
        }
        else
        {
            var first = InternetAddress.From(router.Addresses[0].Address);
            InterfaceAddress? holder = OwnAddresses()
                .Where(address => Holds(address, first))
                .MaxBy(address => address.PrefixLength);
            link = links.FirstOrDefault(link => link.Index == holder?.Interface);
            if (link is null)
            {
                _errors.Add(
                    $"virtual router {router.Name}: no interface has a subnet that holds {first}; "
                    + "name one with `interface:`");
            }
        }

        if (link is null || link.LinkLayerAddress.Length == MacAddress.Length)
            return link;
        _errors.Add($"virtual router {router.Name}: {link.Name} is not an Ethernet interface");
        return null;
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
        StartupDelay = router.StartupDelay,
        AnnounceAfter = [.. router.Announce.After],
        AnnounceRefresh = router.Announce.Refresh,
    };

    /// <summary>`auto`: Active_Down_Interval in whole seconds, longer with many addresses.</summary>
    private static TimeSpan? LeaseOf(VirtualRouterConfiguration router)
    {
        if (router.Lease.Mode == LeaseMode.Off)
            return null;
        if (router.Lease.Mode == LeaseMode.Fixed)
            return router.Lease.Duration;
        TimeSpan interval = router.AdvertisementInterval.ToTimeSpan();
        double downSeconds = ElectionTimers.ActiveDownInterval(router.Priority, interval).TotalSeconds;
        double renewalSeconds = (double)RenewalsALease * router.Addresses.Count / RenewalsASecond;
        double seconds = Math.Max(downSeconds, renewalSeconds);
        return TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(seconds)));
    }
}
