using System.Net.Sockets;
using System.Text.RegularExpressions;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Doctor;

/// <summary>
/// Does a filter of this node keep Advertisements out? Judged by rules that speak of protocol 112 and by what a chain
/// ends in; what single rules match beside that is not looked at.
/// </summary>
internal static partial class FirewallFindings
{
    private static readonly Check Firewall = new(
        "firewall", "wire", "VRRP is IP protocol 112, neither TCP nor UDP: a filter that drops it splits the routers");

    public static Finding Of(FirewallFacts firewall, IReadOnlyList<VirtualRouterConfiguration> routers)
    {
        bool hasIPv4 = routers.Any(router => router.Family == AddressFamily.InterNetwork);
        bool hasIPv6 = routers.Any(router => router.Family == AddressFamily.InterNetworkV6);
        if (firewall.FirewalldZones is { } zones && !zones.Contains("\"vrrp\"", StringComparison.Ordinal)
            && !zones.Contains("\"112\"", StringComparison.Ordinal))
        {
            return Firewall.Failed(
                "firewalld runs, and no zone lets protocol vrrp in",
                "firewall-cmd --permanent --add-protocol=vrrp && firewall-cmd --reload, on every master");
        }

        foreach ((string tool, string? rules) in (ReadOnlySpan<(string, string?)>)
            [("iptables", hasIPv4 ? firewall.Iptables : null), ("ip6tables", hasIPv6 ? firewall.Ip6tables : null)])
        {
            if (rules is not null && IptablesDrop().IsMatch(rules) && !IptablesAccept().IsMatch(rules))
            {
                return Firewall.Failed(
                    $"{tool} drops what no rule of INPUT accepts, and none accepts VRRP",
                    $"{tool} -I INPUT -p vrrp -j ACCEPT, and the same in the saved rules, on every master");
            }
        }

        if (firewall.Nftables is { } nftables && DroppingInput(nftables, hasIPv4, hasIPv6) is { } chain)
        {
            return Firewall.Failed(
                $"nftables' chain {chain} drops what no rule accepts, and none accepts VRRP",
                $"nft insert rule {chain} meta l4proto 112 accept, and the same in /etc/nftables.conf, on every "
                    + "master");
        }

        bool isKnown = firewall.Nftables is not null || firewall.Iptables is not null;
        return isKnown
            ? Firewall.Ok("no filter on this node drops protocol 112")
            : Firewall.Skipped(
                "neither nft nor iptables-save tells the rules: install one of them, and run as root");
    }

    /// <summary>
    /// `inet filter input` of an input chain that ends in drop while neither it nor a chain that it may jump to lets
    /// VRRP in; null: none.
    /// </summary>
    private static string? DroppingInput(string ruleset, bool hasIPv4, bool hasIPv6)
    {
        foreach (Match table in Table().Matches(ruleset))
        {
            bool isAsked = table.Groups["family"].Value switch
            {
                "ip" => hasIPv4,
                "ip6" => hasIPv6,
                "inet" => true,
                _ => false,
            };
            Match[] chains = Chain().Matches(table.Groups["body"].Value).ToArray();
            Match? dropping = chains.FirstOrDefault(chain => IsInput(chain) && NftablesDrop().IsMatch(BodyOf(chain)));
            bool isLetIn = chains.Any(chain =>
                (IsInput(chain) || !BodyOf(chain).Contains(" hook ", StringComparison.Ordinal))
                && NftablesAccept().IsMatch(BodyOf(chain)));
            if (isAsked && dropping is not null && !isLetIn)
                return $"{table.Groups["family"]} {table.Groups["name"]} {dropping.Groups["name"]}";
        }

        return null;
    }

    private static bool IsInput(Match chain) => BodyOf(chain).Contains(" hook input ", StringComparison.Ordinal);

    private static string BodyOf(Match chain) => chain.Groups["body"].Value;

    [GeneratedRegex(@"^:INPUT DROP|^-A INPUT -j (DROP|REJECT)\b", RegexOptions.Multiline)]
    private static partial Regex IptablesDrop();

    // In INPUT, or in a chain of the user's own that it jumps to.
    [GeneratedRegex(@"^-A (?!OUTPUT|FORWARD|PREROUTING|POSTROUTING)\S+\b.*-p (vrrp|112)\b.*-j ACCEPT",
        RegexOptions.Multiline)]
    private static partial Regex IptablesAccept();

    // By its policy, or by a last rule that takes everything.
    [GeneratedRegex(@"policy drop|^\t\t(counter [^\n]*)?(drop|reject\b[^\n]*)$", RegexOptions.Multiline)]
    private static partial Regex NftablesDrop();

    [GeneratedRegex(@"(protocol|l4proto|nexthdr)\b[^\n]*\b(112|vrrp)\b[^\n]*accept")]
    private static partial Regex NftablesAccept();

    [GeneratedRegex(
        @"^table (?<family>\w+) (?<name>[\w-]+) \{(?<body>.*?)^\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Table();

    [GeneratedRegex(
        @"^\tchain (?<name>[\w-]+) \{(?<body>.*?)^\t\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Chain();
}
