using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Tests.Configuration;

/// <summary>One case for each kind of error: the sign ▶ stands in the text where the one error must point to.</summary>
public class ErrorPositionTests
{
    public static TheoryData<string, string> Syntax => new()
    {
        { "▶", "the file is empty; it needs at least virtualRouters with one entry" },
        { "▶# only a comment\n", "the file is empty; it needs at least virtualRouters with one entry" },
        { "▶---\n", "the file is empty; it needs at least virtualRouters with one entry" },
        { "▶just words", "the file: expected a mapping (key: value), not 'just words'" },
        { "▶- a\n- b", "the file: expected a mapping (key: value), not a list" },
        { "log:\n▶\tlevel: debug", "not valid YAML: While scanning a mapping, found invalid tab as indentation" },
        { "log: ▶*nobody", "not valid YAML: no anchor &nobody stands above this alias" },
        { "log: &me [▶*me]", "not valid YAML: no anchor &me stands above this alias" },
        { Sample.Router + "▶---\nlog: {}", "a second YAML document ('---') begins here; there may be only one: "
            + "remove this line and what follows" },
        { "▶[a]: b\n" + Sample.Router, "a key must be a name, not a list" },
        {
            Sample.Router + "▶virtualRouters: []",
            "key 'virtualRouters' occurs twice; the first is in line 1; remove one"
        },
        { "log: ▶\u0001", "control character U+0001 is not text; remove it" },
        { "virtualRouters:\n- {addresses: [\n▶192.0.2.1,\n192.0.2.2]}",
            "not valid YAML: this is out of place; is it indented enough, are brackets closed?" },
        { new string('[', 32) + "▶[", "not valid YAML: nested more than 32 levels deep" },
    };

    public static TheoryData<string, string> Keys => new()
    {
        { "    ▶adresses: []", "unknown key 'adresses'; did you mean 'addresses'?" },
        { "    ▶Priority: 1", "unknown key 'Priority'; did you mean 'priority'?" },
        { "    trackInterfaces: [{name: eth1}, {name: ▶eth1, weight: 1}]",
            "name: 'eth1' is tracked already, in line 5" },
        { "    trackInterfaces: [▶{weight: 1}]", "name: missing, and it has no default; add it" },
        { "    trackInterfaces: [{name: eth1, weight: ▶fault}]",
            "weight: 'fault' is not a whole number from 0 to 254" },
        { "    trackInterfaces: [{name: eth1, ▶wieght: 1}]", "unknown key 'wieght'; did you mean 'weight'?" },
        { "syncGroups: [{name: g, members: [apiserver, ▶apiservr]}]",
            "members: no virtual router is named 'apiservr'; did you mean 'apiserver'?" },
        { "syncGroups: [{name: g, members: [apiserver, ▶apiserver]}]",
            "members: 'apiserver' is a member of a sync group already, in line 5" },
        { "syncGroups: [{name: g, members: ▶[apiserver]}]",
            "members: one virtual router alone needs no group; name another one" },
        { "syncGroups: [▶{name: g}]", "members: missing, and it has no default; add it" },
        { "    priority: 255\n  - {name: b, vrid: 2, addresses: [192.0.2.7]}\n"
            + "syncGroups: [{name: g, members: [▶apiserver, b]}]",
            "members: 'apiserver' has priority 255: who owns the addresses is Active whatever the others are" },
        { "  - {name: b, vrid: 2, addresses: [192.0.2.7]}\n  - {name: c, vrid: 3, addresses: [192.0.2.8]}\n"
            + "  - {name: d, vrid: 4, addresses: [192.0.2.9]}\n"
            + "syncGroups: [{name: g, members: [apiserver, b]}, {name: ▶g, members: [c, d]}]",
            "name: another sync group is named 'g', in line 8" },
        { "  - {name: b, vrid: 2, addresses: [192.0.2.7]}\n  - {name: c, vrid: 3, addresses: [192.0.2.8]}\n"
            + "syncGroups: [{name: g, members: [apiserver, b]}, {name: h, members: [▶b, c]}]",
            "members: 'b' is a member of a sync group already, in line 7" },
        { "    announce: {▶x: 1}", "unknown key 'x'; known here: after, refresh" },
        { "▶metrisc: {}", "unknown key 'metrisc'; did you mean 'metrics'?" },
        { "log: {▶<<: 1}",
            "unknown key '<<'; merge keys are not supported, an alias may stand for a whole value only" },
        { "log: ▶[]", "log: expected a mapping (key: value), not a list" },
        { "    checks: ▶a", "checks: expected a list, such as [a, b], not 'a'" },
        { "    announce:\n      after: ▶{}", "after: expected a list, such as [a, b], not a mapping" },
        { "    announce:\n      after: ▶[]", "after: the list is empty; it needs at least one entry" },
        { "    preempt: ▶[true]", "preempt: expected a single value, not a list" },
        { "    interface:▶\n", "interface: has no value; give one, or remove the key" },
        { "    lease: ▶~", "lease: has no value; give one, or remove the key" },
        { "  - ▶name: b\n    addresses: [192.0.2.2]", "vrid: missing, and it has no default; add it" },
        { "  - ▶x", "virtualRouters: expected a mapping (key: value), not 'x'" },
        { "checks:\n  - ▶name: a", "type: missing, and it has no default; add it" },
    };

    public static TheoryData<string, string> Values => new()
    {
        { "    preempt: ▶yes", "preempt: 'yes' is not true or false" },
        { "    priority: ▶0", "priority: '0' is not a priority from 1 to 254, or 255 for the owner of the addresses" },
        { "    preemptMargin: ▶0", "preemptMargin: '0' is not a whole number from 1 to 254" },
        { "    preemptMargin: ▶010", "preemptMargin: '010' is not a whole number from 1 to 254" },
        { "    preemptDelay: ▶10", "preemptDelay: '10' is not a duration such as 10ms, 1.5s or 2m" },
        {
            "    hooks: {onActive: [▶active, -v]}",
            "onActive: 'active' is not an absolute path of a file, such as /etc/vipd/file"
        },
        { "    hooks: {onFault: ▶/bin/true}", "onFault: expected a list, such as [a, b], not '/bin/true'" },
        { "    hooks: {onBackup: [/b, ▶~]}", "onBackup: has no value; give one, or remove the key" },
        { "    hooks: {timeout: ▶0s}", "timeout: '0s' is not between 1ms and 1440m" },
        { "    hooks: {▶onactive: [/b]}", "unknown key 'onactive'; did you mean 'onActive'?" },
        { "    holdDown: ▶61s", "holdDown: '61s' is not between 0s and 60s" },
        { "    startupDelay: ▶-1s", "startupDelay: '-1s' is not a duration such as 10ms, 1.5s or 2m" },
        { "    startupDelay: ▶1441m", "startupDelay: '1441m' is not between 0s and 1440m" },
        { "    advertisementInterval: ▶41s", "advertisementInterval: '41s' is not between 10ms and 40.95s" },
        {
            "    advertisementInterval: ▶15ms",
            "advertisementInterval: '15ms' is not a multiple of 10ms, the unit of an Advertisement"
        },
        { "    lease: ▶1.5s", "lease: '1.5s' is not auto, off, or whole seconds from 1s" },
        { "    announce: {after: [1s, ▶1s]}", "after: 1s is not later than 1s before it; put them in order" },
        { "    checks: [▶api]", "checks: no check is named 'api'; define it in checks" },
        {
            "    interface: ▶a/b",
            "interface: 'a/b' is not an interface name of 1 to 15 characters without '/', ':' and blanks"
        },
        { "realtime: ▶of", "realtime: 'of' is not one of auto, require, off; did you mean 'off'?" },
        {
            "log:\n  level: ▶warn",
            "level: 'warn' is not one of verbose, debug, information, warning, error"
        },
        {
            "metrics: {listen: ▶'9812'}",
            "listen: '9812' is not an address and port such as 127.0.0.1:9812 or \"[::]:9812\", or none"
        },
        {
            "control: {socket: ▶vipd.sock}",
            "socket: 'vipd.sock' is not an absolute path of at most 107 octets, such as /run/vipd/vipd.sock"
        },
        { "checks: [{name: a, type: ▶htp}]", "type: 'htp' is not one of kubernetesApiserver, http, tcp, command, "
            + "process, file; did you mean 'http'?" },
    };

    public static TheoryData<string, string> Between => new()
    {
        { "  - {name: ▶apiserver, vrid: 1, addresses: [192.0.2.1]}",
            "name: another virtual router is named 'apiserver', in line 2" },
        { "  - {name: b, vrid: ▶51, addresses: [192.0.2.1]}",
            "vrid: 51 is taken on the same default interface in line 3" },
        { "  - {name: b, vrid: 1, interface: eth0, addresses: [192.0.2.1]}\n"
            + "  - {name: c, vrid: ▶1, interface: eth0, addresses: [192.0.2.2]}",
            "vrid: 1 is taken on interface eth0 in line 5" },
        { "  - {name: b, vrid: 1, addresses: [▶192.0.2.100/24]}",
            "addresses: 192.0.2.100 is already listed in line 4" },
        { "  - {name: b, vrid: 1, addresses: [192.0.2.1, {address: 192.0.2.2, ▶x: 1}]}",
            "unknown key 'x'; known here: address, advertise" },
        { "checks:\n  - &a {name: a, type: kubernetesApiserver}\n  - {name: ▶a, type: kubernetesApiserver}",
            "name: another check is named 'a', in line 6" },
        { "    checks: [kube-apiserver, ▶kube-apiserver]\n" + Sample.Check,
            "checks: 'kube-apiserver' is listed twice; remove one" },
        { "    checks: [▶kube-apiservr]\n" + Sample.Check,
            "checks: no check is named 'kube-apiservr'; did you mean 'kube-apiserver'?" },
        { Sample.Check + "    url: ▶http://127.0.0.1",
            "url: 'http://127.0.0.1' must begin with https://, as the API server speaks nothing else" },
        { Sample.Check + "    url: ▶/readyz", "url: '/readyz' is not a URL such as https://127.0.0.1:6443/readyz" },
        { Sample.Check + "    url: ▶https://u:p@a",
            "url: 'https://u:p@a' must not hold a user name or password; use tokenFile" },
        { Sample.Check + "    caFile: ▶ca.crt",
            "caFile: 'ca.crt' is not an absolute path of a file, such as /etc/vipd/file" },
        { Sample.Check + "    serverName: ▶a b", "serverName: 'a b' is not a host name or address such as kubernetes" },
        { Sample.Check + "    timeout: ▶0s", "timeout: '0s' is not between 1ms and 1440m" },
        { Sample.Check + "    rise: ▶0", "rise: '0' is not a whole number from 1 to 255" },
        { Sample.Check + "    weights: {down: ▶255}",
            "down: '255' is not a whole number from 0 to 254 (lower the priority by it) or fault" },
        { Sample.Check + "    clientCertFile: ▶/c",
            "clientCertFile: goes together with clientKeyFile; add that" },
    };

    [Theory]
    [MemberData(nameof(Syntax))]
    public void What_is_no_YAML_mapping_is_told_where_it_stops(string marked, string message) =>
        AssertOnly(marked, message);

    [Theory]
    [MemberData(nameof(Keys))]
    [MemberData(nameof(Values))]
    [MemberData(nameof(Between))]
    public void An_error_points_to_the_value_that_is_wrong(string marked, string message) =>
        AssertOnly(Sample.Router + marked, message);

    [Theory]
    [InlineData("192.0.2", "is not an address such as 192.0.2.100/32")]
    [InlineData("192.0.2.010", "is not an address such as 192.0.2.100/32")]
    [InlineData("api.example", "is not an address such as 192.0.2.100/32")]
    [InlineData("192.0.2.1/33", "must have a prefix length from /1 to /32")]
    [InlineData("192.0.2.1/", "must have a prefix length from /1 to /32")]
    [InlineData("127.0.0.1", "is a loopback address, which no other machine can reach")]
    [InlineData("0.0.0.0", "is the unspecified address")]
    [InlineData("224.0.0.18", "is a multicast address")]
    [InlineData("255.255.255.255", "is the broadcast address")]
    [InlineData("192.0.2.0/24", "is the network itself, not an address in it; take another, or leave "
        + "the prefix out: then it is one host")]
    [InlineData("192.0.2.255/24", "is the broadcast address of its network; take another")]
    public void An_address_that_can_not_be_one_is_refused(string address, string reason) => AssertOnly(
        $"virtualRouters:\n  - {{name: a, vrid: 1, addresses: [▶{address}]}}", $"addresses: '{address}' {reason}");

    [Fact]
    public void Both_families_in_one_router_are_refused()
    {
        string[] errors = Sample.Errors(
            "virtualRouters:\n  - {name: a, vrid: 1, addresses: [192.0.2.1, '2001:db8::1']}");
        Assert.Contains(
            "vipd.yaml:2:47: addresses: 2001:db8::1/128 is not of the family of 192.0.2.1/32; "
            + "IPv4 and IPv6 need a virtual router each", errors);
    }

    [Fact]
    public void The_4097th_address_is_refused()
    {
        var addresses = Enumerable.Range(0, 4097).Select(n => $"198.18.{n / 250}.{1 + (n % 250)}\n    ");
        string list = string.Join(",", addresses);
        string text = $"virtualRouters:\n- {{name: a, vrid: 1, addresses: [\n    {list}]}}";
        string[] errors = Sample.Errors(text);
        Assert.Equal(["vipd.yaml:4099:6: addresses: this is one entry too many; there may be 4096"], errors);
    }

    internal static void AssertOnly(string marked, string message)
    {
        int at = marked.IndexOf('▶', StringComparison.Ordinal);
        string before = marked[..at];
        int line = 1 + before.Count(c => c == '\n');
        int column = before.Length - before.LastIndexOf('\n');
        Assert.Equal([$"vipd.yaml:{line}:{column}: {message}"], Sample.Errors(marked.Remove(at, 1)));
    }
}
