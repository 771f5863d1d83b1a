using Vipd.Daemon.Configuration;
using Vipd.Daemon.Doctor;
using Vipd.Daemon.Tests.Configuration;

namespace Vipd.Daemon.Tests.Doctor;

public class FirewallFindingTests
{
    private static readonly VirtualRouterConfiguration Router = Sample.Valid(Sample.Router).VirtualRouters[0];

    private static readonly VirtualRouterConfiguration RouterV6 = Sample.Valid(
        Sample.Router.Replace("192.0.2.100", "'2001:db8::100'", StringComparison.Ordinal)).VirtualRouters[0];

    [Theory]
    [InlineData(":INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n", FindingStatus.Failed)]
    [InlineData(":INPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j REJECT --reject-with x\n",
        FindingStatus.Failed)]
    [InlineData(":INPUT DROP [0:0]\n-A OUTPUT -p vrrp -j ACCEPT\n", FindingStatus.Failed)]
    [InlineData(":INPUT DROP [0:0]\n-A INPUT -p vrrp -j ACCEPT\n", FindingStatus.Ok)]
    [InlineData(":INPUT DROP [0:0]\n-A INPUT -i eth0 -p 112 -j ACCEPT\n", FindingStatus.Ok)]
    [InlineData(":INPUT DROP [0:0]\n-A ufw-before-input -p 112 -j ACCEPT\n", FindingStatus.Ok)]
    [InlineData(":INPUT ACCEPT [0:0]\n-A INPUT -s 203.0.113.0/24 -j DROP\n", FindingStatus.Ok)]
    public void Iptables_must_let_protocol_112_in(string rules, object status)
    {
        AssertStatus(status, new FirewallFacts(null, rules, null), Router);
        AssertStatus(status, new FirewallFacts("", null, null, rules), RouterV6);
        // Rules of the family that no router is of say nothing.
        AssertStatus(FindingStatus.Ok, new FirewallFacts("", null, null, rules), Router);
    }

    [Theory]
    [InlineData("inet", "policy drop;\n\t\ttcp dport { 22, 6443 } accept", FindingStatus.Failed)]
    [InlineData("inet", "policy accept;\n\t\tct state established accept\n\t\tcounter packets 7 bytes 8 drop",
        FindingStatus.Failed)]
    [InlineData("inet", "policy accept;\n\t\treject with icmpx admin-prohibited", FindingStatus.Failed)]
    [InlineData("ip", "policy drop;", FindingStatus.Failed)]
    [InlineData("ip6", "policy drop;", FindingStatus.Ok)]
    [InlineData("inet", "policy drop;\n\t\tip protocol vrrp accept", FindingStatus.Ok)]
    [InlineData("inet", "policy drop;\n\t\tmeta l4proto { 112, 50 } accept", FindingStatus.Ok)]
    [InlineData("inet", "policy drop;\n\t\tjump mine\n\t}\n\tchain mine {\n\t\tmeta l4proto 112 accept",
        FindingStatus.Ok)]
    [InlineData("inet", "policy accept;\n\t\tip saddr 203.0.113.0/24 drop", FindingStatus.Ok)]
    public void Nftables_must_let_protocol_112_in(string family, string rules, object status) => AssertStatus(
        status,
        new FirewallFacts(
            $"table {family} filter {{\n\tchain input {{\n\t\ttype filter hook input priority filter; {rules}\n\t}}\n"
            + "}\n",
            null, null),
        Router);

    [Theory]
    [InlineData("", "<zone><service name=\"ssh\"/></zone>", FindingStatus.Failed)]
    [InlineData("", "<zone><protocol value=\"vrrp\"/></zone>", FindingStatus.Ok)]
    [InlineData(null, null, FindingStatus.Skipped)]
    public void Firewalld_must_let_it_in_and_no_tool_is_a_reason_to_skip(string? nft, string? zones, object status) =>
        AssertStatus(status, new FirewallFacts(nft, null, zones), Router);

    private static void AssertStatus(object expected, FirewallFacts facts, VirtualRouterConfiguration router)
    {
        Finding finding = FirewallFindings.Of(facts, [router]);
        Assert.True((FindingStatus)expected == finding.Status, finding.Found);
    }
}
