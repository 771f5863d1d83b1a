using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Doctor;

/// <summary>The wire: do Advertisements come and go, and does nobody else use the number or the address?</summary>
internal static class WireFindings
{
    private const string Area = "wire";

    private static readonly Check Vrid = new(
        "vrid", Area, "two sets of routers with one VRID on a network take each other for one, and both lose "
            + "their address");

    private static readonly Check Peers = new(
        "advertisements", Area, "a Backup Router that hears no Advertisement takes over, and then two hold the "
            + "address");

    private static readonly Check Stranger = new(
        "virtual-ip-answered", Area, "an address that a second machine answers for leads each client to one of "
            + "the two");

    private static readonly Check Multicast = new(
        "multicast", Area, "Advertisements go to a group, and a bridge that snoops without a querier stops "
            + "forwarding them");

    public static IEnumerable<Finding> All(DoctorFacts facts)
    {
        foreach (VirtualRouterConfiguration router in facts.Configuration.VirtualRouters)
        {
            if (facts.Wire.GetValueOrDefault(router.Name) is { } wire)
            {
                yield return VridOf(router, wire);
                yield return PeersOf(router, wire);
                yield return StrangerOf(router, wire);
                yield return MulticastOf(router, wire);
            }
            else
            {
                yield return Peers.Skipped($"{router.Name}: nobody listened (--listen 0s)");
            }
        }
    }

    public static Finding VridOf(VirtualRouterConfiguration router, WireFacts wire)
    {
        if (wire.Problem is { } problem)
            return Vrid.Skipped($"{router.Name}: {problem}");
        HeardAdvertisement? other = wire.Heard.FirstOrDefault(heard =>
            heard.Vrid == router.Vrid.Value && !IsOurs(router, heard));
        return other is null
            ? Vrid.Ok($"{router.Name}: nobody else uses {router.Vrid} on {wire.Interface}")
            : Vrid.Failed(
                $"{router.Name}: {other.Source} uses {router.Vrid} on {wire.Interface} too, for {AddressesOf(other)}",
                $"take a vrid that nobody uses, on all masters; heard on {wire.Interface}: {VridsOf(wire)}");
    }

    public static Finding PeersOf(VirtualRouterConfiguration router, WireFacts wire)
    {
        if (wire.Problem is { } problem)
            return Peers.Skipped($"{router.Name}: {problem}");
        HeardAdvertisement[] ours = [.. wire.Heard.Where(heard => heard.Vrid == router.Vrid.Value && IsOurs(router,
            heard))];
        string seconds = Durations.Format(wire.Listened);
        foreach (HeardAdvertisement heard in ours)
        {
            if (MismatchOf(router, heard) is var (difference, fix))
                return Peers.Failed($"{router.Name}: {heard.Source} {difference}", fix);
        }

        if (ours.Length > 1 || (ours.Length == 1 && wire.IsHeldHere))
        {
            string senders = string.Join(" and ", ours.Select(heard => heard.Source.ToString()))
                + (wire.IsHeldHere ? " and this node" : "");
            return Peers.Failed(
                $"{router.Name}: two Active Routers, {senders}",
                "they do not hear each other: see the firewall finding on both, and compare `vipd status` of both");
        }

        return ours.Length == 1
            ? Peers.Ok($"{router.Name}: {ours[0].Source} is Active with priority {ours[0].Priority}")
            : wire.IsHeldHere
                ? Peers.Ok($"{router.Name}: this node holds the address, and no other claims it")
                : Peers.Warning(
                    $"{router.Name}: no Advertisement on {wire.Interface} in {seconds}",
                    "systemctl status vipd on all masters; if one is Active, its Advertisements are lost on the way: "
                        + "see the firewall finding on both, and "
                        + (router.Unicast is null
                            ? "use `unicast:` where the network has no multicast"
                            : "compare `unicast: {peers: …}` on all masters"));
    }

    /// <summary>Why this router will not listen to a peer of its own, and what to do; null: it will.</summary>
    private static (string Difference, string Fix)? MismatchOf(
        VirtualRouterConfiguration router, HeardAdvertisement heard)
    {
        if (heard.Version != router.Version)
        {
            return ($"sends version {heard.Version}, this router version {router.Version}",
                "write one version on all nodes: `version:` here, vrrp_version in keepalived's global_defs");
        }

        if (heard.IsUnicast != (router.Unicast is not null))
        {
            string theirs = heard.IsUnicast ? "by unicast" : "to the group";
            return ($"sends {theirs}, this router does not",
                "write `unicast: {peers: …}` with the same list on all nodes, or on none");
        }

        return router.Unicast is { } unicast && !unicast.Peers.Contains(heard.Source)
            ? ($"sends by unicast and is none of this router's peers",
                $"add {heard.Source} to `unicast: {{peers: …}}` on all masters")
            : null;
    }

    public static Finding StrangerOf(VirtualRouterConfiguration router, WireFacts wire)
    {
        string address = router.Addresses[0].Address.ToString();
        if (wire.Problem is { } problem)
            return Stranger.Skipped($"{router.Name}: {problem}");
        if (wire.NotAsked is { } reason)
            return Stranger.Skipped($"{router.Name}: nobody was asked for {address}: {reason}");
        string macs = string.Join(" and ", wire.Answers);
        string fix = $"find the machine by its address {macs} and take {address} off it, or choose another virtual IP";
        bool isStranger = wire.IsHeldHere
            ? wire.Answers.Count > 0
            : wire.Answers.Count > 1 || (wire.Answers.Count == 1 && !wire.Heard.Any(heard => IsOurs(router, heard)));
        return isStranger
            ? Stranger.Failed(
                wire.Answers.Count > 1
                    ? $"{router.Name}: {address} is answered by {macs}"
                    : $"{router.Name}: {address} is answered by {macs}, which sends no Advertisements for it",
                fix)
            : Stranger.Ok(wire.IsHeldHere
                ? $"{router.Name}: nobody but this node answers for {address}"
                : wire.Answers.Count == 1
                    ? $"{router.Name}: {address} is answered by {macs} alone"
                    : $"{router.Name}: nobody answers for {address}");
    }

    public static Finding MulticastOf(VirtualRouterConfiguration router, WireFacts wire)
    {
        if (router.Unicast is not null)
            return Multicast.Ok($"{router.Name}: it sends by unicast and does without");
        return wire.SnoopsWithoutQuerier
            ? Multicast.Warning(
                $"{router.Name}: {wire.Interface} is a bridge that snoops multicast, and it is no querier itself",
                $"echo 1 > /sys/class/net/{wire.Interface}/bridge/multicast_querier, or 0 into multicast_snooping; "
                    + "for good in the bridge's network configuration")
            : Multicast.Ok($"{router.Name}: nothing on this node keeps multicast from {wire.Interface}");
    }

    /// <summary>Equal address lists are not needed: one in common shows the same set of routers.</summary>
    private static bool IsOurs(VirtualRouterConfiguration router, HeardAdvertisement heard) =>
        heard.Vrid == router.Vrid.Value
        && router.Addresses.Any(address => heard.Addresses.Contains(address.Address));

    private static string AddressesOf(HeardAdvertisement heard) =>
        heard.Addresses.Count == 0 ? "no address" : string.Join(", ", heard.Addresses.Take(3));

    private static string VridsOf(WireFacts wire) =>
        string.Join(", ", wire.Heard.Select(heard => heard.Vrid).Distinct().Order());
}
