using System.Text.RegularExpressions;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Doctor;

/// <summary>The wire: do Advertisements come and go, and does nobody else use the number or the address?</summary>
internal static partial class WireFindings
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

    private static readonly Check Firewall = new(
        "firewall", Area, "VRRP is IP protocol 112, neither TCP nor UDP: a filter that drops it splits the routers");

    private static readonly Check Multicast = new(
        "multicast", Area, "Advertisements go to 224.0.0.18; a bridge that snoops without a querier stops "
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
                yield return Peers.Skipped($"{router.Name}: nobody listened");
            }
        }

        yield return FirewallOf(facts.Firewall);
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
        HeardAdvertisement? other = ours.FirstOrDefault(heard => heard.Version != 3);
        if (other is not null)
        {
            return Peers.Failed(
                $"{router.Name}: {other.Source} sends version {other.Version}, this router version 3",
                "write one version on all nodes: `version:` here, vrrp_version in keepalived's global_defs");
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
                    "systemctl status vipd on all masters; if one is Active, its Advertisements are lost on the "
                        + "way: see the "
                        + "firewall finding on both, or use `unicast:` where the network has no multicast");
    }

    public static Finding StrangerOf(VirtualRouterConfiguration router, WireFacts wire)
    {
        string address = router.Addresses[0].Address.ToString();
        if (wire.Problem is { } problem)
            return Stranger.Skipped($"{router.Name}: {problem}");
        if (router.Family == System.Net.Sockets.AddressFamily.InterNetworkV6)
            return Stranger.Skipped($"{router.Name}: {address} is IPv6; only ARP is asked");
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

    public static Finding MulticastOf(VirtualRouterConfiguration router, WireFacts wire) => wire.SnoopsWithoutQuerier
        ? Multicast.Warning(
            $"{router.Name}: {wire.Interface} is a bridge that snoops multicast, and it is no querier itself",
            $"echo 1 > /sys/class/net/{wire.Interface}/bridge/multicast_querier, or 0 into multicast_snooping; "
                + "for good in "
                + "the bridge's network configuration")
        : Multicast.Ok($"{router.Name}: nothing on this node keeps multicast from {wire.Interface}");

    public static Finding FirewallOf(FirewallFacts firewall)
    {
        if (firewall.FirewalldZones is { } zones && !zones.Contains("\"vrrp\"", StringComparison.Ordinal)
            && !zones.Contains("\"112\"", StringComparison.Ordinal))
        {
            return Firewall.Failed(
                "firewalld runs, and no zone lets protocol vrrp in",
                "firewall-cmd --permanent --add-protocol=vrrp && firewall-cmd --reload, on every master");
        }

        if (firewall.Iptables is { } iptables && iptables.Contains(":INPUT DROP", StringComparison.Ordinal)
            && !IptablesAccept().IsMatch(iptables))
        {
            return Firewall.Failed(
                "iptables drops what no rule of INPUT accepts, and none accepts VRRP",
                "iptables -I INPUT -p vrrp -j ACCEPT, and the same in the saved rules, on every master");
        }

        if (firewall.Nftables is { } nftables && DroppingInput(nftables) is { } chain)
        {
            return Firewall.Failed(
                $"nftables' chain {chain} drops what no rule accepts, and none accepts VRRP",
                $"nft insert rule {chain} ip protocol 112 accept, and the same in /etc/nftables.conf, on every master");
        }

        bool isKnown = firewall.Nftables is not null || firewall.Iptables is not null;
        return isKnown
            ? Firewall.Ok("no filter on this node drops protocol 112")
            : Firewall.Skipped("neither nft nor iptables-save tells the rules: install one of them, and run as root");
    }

    /// <summary>
    /// `inet filter input` of an input chain with policy drop and no rule that lets VRRP in; null: none.
    /// </summary>
    private static string? DroppingInput(string ruleset)
    {
        string table = "";
        foreach (Match line in Chain().Matches(ruleset))
        {
            if (line.Groups["table"].Success)
            {
                table = line.Groups["table"].Value;
                continue;
            }

            string body = line.Groups["body"].Value;
            bool isDropping = body.Contains("hook input", StringComparison.Ordinal)
                && body.Contains("policy drop", StringComparison.Ordinal);
            if (isDropping && !NftablesAccept().IsMatch(body))
                return $"{table} {line.Groups["chain"].Value}";
        }

        return null;
    }

    /// <summary>Equal address lists are not needed: one in common shows the same set of routers.</summary>
    private static bool IsOurs(VirtualRouterConfiguration router, HeardAdvertisement heard) =>
        heard.Vrid == router.Vrid.Value
        && router.Addresses.Any(address => heard.Addresses.Contains(address.Address));

    private static string AddressesOf(HeardAdvertisement heard) =>
        heard.Addresses.Count == 0 ? "no address" : string.Join(", ", heard.Addresses.Take(3));

    private static string VridsOf(WireFacts wire) =>
        string.Join(", ", wire.Heard.Select(heard => heard.Vrid).Distinct().Order());

    [GeneratedRegex(@"-A INPUT\b.*-p (vrrp|112)\b.*-j ACCEPT")]
    private static partial Regex IptablesAccept();

    [GeneratedRegex(@"(protocol|l4proto|nexthdr)\b[^\n]*\b(112|vrrp)\b[^\n]*accept")]
    private static partial Regex NftablesAccept();

    [GeneratedRegex(
        @"^table (?<table>\w+ [\w-]+) \{|^\tchain (?<chain>[\w-]+) \{(?<body>.*?)^\t\}",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Chain();
}
