using System.Text.Json.Nodes;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Configuration.Schema;

namespace Vipd.Daemon.Tests.Configuration.Schema;

/// <summary>The schema comes from the readers; these hold it against the validator.</summary>
public class SchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(ConfigurationSchema.Write())!;

    /// <summary>Lists that this version refuses to hold anything, so that no entry can be shown.</summary>
    public static TheoryData<string> Good =>
    [
        ConfigurationSchema.Example,
        .. ConfigurationSchema.Specimens.Select(text => new Specimen(text).Text),
        Sample.Router,
        Sample.Router + "    lease: 5s\n    preemptDelay: 0\n    priority: 255\n    checks: []\n",
        Sample.Router + "    hooks: {onActive: [], onFault: []}\n    announce: {after: [0s, 1.5s], refresh: 0}\n",
        Sample.Router + "metrics: {listen: none}\nlog: {level: debug, format: json}\nrealtime: require\n",
        Sample.Router + "metrics: {listen: '[::]:9812'}\nsyncGroups: []\nmanageSysctls: false\n",
        Sample.Router + Sample.Check + "    weights: {notReady: fault, down: 254}\n    rise: 255\n",
        Sample.Router + "  - {name: b, vrid: 255, addresses: [{address: 192.0.2.7/24, advertise: true}, 192.0.2.8]}\n",
        "virtualRouters: [{name: a, vrid: 1, addresses: [192.0.2.1], interface: eth0.100}]\n",
        "virtualRouters: [{name: a, vrid: 1, addresses: ['fe80::1'], unicast: {peers: ['fe80::2'], source: 'fe80::3'}}]"
            + "\n",
        Sample.Router + "    hooks: {onActive: [/bin/a, 90, true, \"\", 'b c', -1.5], timeout: 1m}\n    holdDown: 0\n",
        Sample.Router + "    unicast: {peers: [192.0.2.11], minimumTtl: 1}\n    holdDown: 60s\n    version: 3\n",
        Sample.Router + "    version: 2\n    advertisementInterval: 2s\n",
        Sample.Router + "    version: 2\n    authentication: {type: password, password: 42}\n",
        Sample.Router + "    version: 2\n    authentication: {password: \"a word:#\", type: password}\n",
        Sample.Router + "    trackInterfaces: [{name: eth1}, {name: eth0.2, weight: 254}]\n",
        Sample.Router + Sample.Check + "    weight: fault\n",
        Sample.Router + Sample.Check + "    clientCertFile: /c\n    clientKeyFile: /k\n    deathWatch: false\n",
        .. Checks(
            "type: http, url: 'http://a'", "type: http, url: 'http://a:80/b?c=d', expectStatus: 204, weight: 0",
            "type: http, url: 'https://[::1]/', insecureSkipVerify: true, bodyContains: 1, headers: {}",
            "type: http, url: 'http://a', headers: {X-A: 1, host: true, Accept: '*/*'}, expectStatus: 100-599",
            "type: tcp, address: 'haproxy.example:65535', weights: {down: fault}", "type: tcp, address: '[::1]:1'",
            "type: command, command: [/bin/test, -e, '/a b', 1, true, 0.5], interval: 1m",
            "type: process, process: 42", "type: process, pidFile: /run/a.pid, process: a, rise: 1",
            "type: file, path: /run/a, weight: fault",
            "type: file, path: /a b, expect: weight, weights: {notReady: 0}"),
    ];

    public static TheoryData<string> Bad =>
    [
        "[]", "x", "checks: []",
        "virtualRouters: []", "virtualRouters: {}", "virtualRouters:",
        "virtualRouters: [{name: a, vrid: 1}]",
        "virtualRouters: [{name: a, addresses: [192.0.2.1]}]",
        "virtualRouters: [{vrid: 1, addresses: [192.0.2.1]}]",
        "virtualRouters: [{name: a, vrid: 1, addresses: []}]",
        "virtualRouters: [{name: a, vrid: 1, addresses: [{advertise: true}]}]",
        "virtualRouters: [{name: A, vrid: 1, addresses: [192.0.2.1]}]",
        "virtualRouters: [{name: a, vrid: 0, addresses: [192.0.2.1]}]",
        "virtualRouters: [{name: a, vrid: 256, addresses: [192.0.2.1]}]",
        "virtualRouters: [{name: a, vrid: x, addresses: [192.0.2.1]}]",
        "virtualRouters: [{name: a, vrid: 1, addresses: [api.example]}]",
        Sample.Router + "    priority: 256\n",
        Sample.Router + "    preempt: yes\n",
        Sample.Router + "    preempt: [true]\n",
        Sample.Router + "    interface: eth0/1\n",
        Sample.Router + "    interface:\n",
        Sample.Router + "    advertisementInterval: 200\n",
        Sample.Router + "    lease: never\n",
        Sample.Router + "    adverts: 1s\n",
        Sample.Router + "    announce: {after: []}\n",
        Sample.Router + "    announce: 1s\n",
        Sample.Router + "    unicast: 192.0.2.11\n",
        Sample.Router + "    trackInterfaces: [eth1]\n",
        Sample.Router + "    trackInterfaces: [{weight: 1}]\n",
        Sample.Router + "    trackInterfaces: [{name: eth1, weight: fault}]\n",
        Sample.Router + "    trackInterfaces: [{name: eth1, weight: 255}]\n",
        Sample.Router + "syncGroups: [{name: a}]\n",
        Sample.Router + "syncGroups: [{name: a, members: []}]\n",
        Sample.Router + "syncGroups: [{members: [apiserver, b]}]\n",
        Sample.Router + "log: {level: loud}\n",
        Sample.Router + "log: {levle: debug}\n",
        Sample.Router + "metrics: {listen: 9812}\n",
        Sample.Router + "control: {socket: vipd.sock}\n",
        Sample.Router + "virtualrouters: []\n",
        Sample.Router + "    version: 4\n",
        Sample.Router + "    holdDown: 3\n",
        Sample.Router + "    unicast: {}\n",
        Sample.Router + "    unicast: {peers: []}\n",
        Sample.Router + "    unicast: {peers: [node.example]}\n",
        Sample.Router + "    unicast: {peers: [192.0.2.11], minimumTtl: 0}\n",
        Sample.Router + "    unicast: {peers: [192.0.2.11], source: eth0}\n",
        Sample.Router + "    authentication: {type: hmac-sha256}\n",
        Sample.Router + "    version: 2\n    authentication: {type: password}\n",
        Sample.Router + "    version: 2\n    authentication: {password: a}\n",
        Sample.Router + "    version: 2\n    authentication: {type: pass, password: a}\n",
        Sample.Router + "    version: 2\n    authentication: {type: password, password: nine-long}\n",
        Sample.Router + "    version: 2\n    authentication: {type: password, password: \"\"}\n",
        Sample.Router + "    version: 2\n    authentication: {type: password, password:}\n",
        Sample.Router + "    hooks: {onActive: /bin/true}\n",
        Sample.Router + "    hooks: {onActive: [[/bin/true]]}\n",
        Sample.Router + "    hooks: {onActive: [/bin/true, ~]}\n",
        Sample.Router + "    hooks: {onActive: [/bin/true, \"a\\0b\"]}\n",
        Sample.Router + "    hooks: {onFalt: [/bin/true]}\n",
        Sample.Router + "    hooks: {timeout: 30}\n",
        .. BadChecks,
    ];

    private static IEnumerable<string> BadChecks =>
    [
        Sample.Router + "checks: [{name: a}]\n",
        Sample.Router + "checks: [{type: kubernetesApiserver}]\n",
        Sample.Router + "checks: [{name: a, type: ping}]\n",
        Sample.Router + Sample.Check + "    weights: {down: 255}\n",
        Sample.Router + Sample.Check + "    weights: {dwon: 80}\n",
        Sample.Router + Sample.Check + "    url: http://127.0.0.1:6443/readyz\n",
        Sample.Router + Sample.Check + "    rise: 0\n",
        Sample.Router + Sample.Check + "    caFile: ca.crt\n",
        Sample.Router + Sample.Check + "    weight: 255\n",
        Sample.Router + Sample.Check + "    expectStatus: 200\n",
        .. Checks(
            "type: http", "type: http, url: 'ftp://a'", "type: http, url: a", "type: http, url: 'http://user@a'",
            "type: http, url: 'http://a', expectStatus: 600", "type: http, url: 'http://a', expectStatus: 2xx",
            "type: http, url: 'http://a', headers: [A]", "type: http, url: 'http://a', headers: {A B: c}",
            "type: http, url: 'http://a', headers: {A: [b]}", "type: http, url: 'http://a', headers: {A: \"\"}",
            "type: http, url: 'http://a', headers: {A: \"b\\nc\"}", "type: http, url: 'http://a', bodyContains: ",
            "type: http, url: 'http://a', headers: {"
                + string.Join(", ", Enumerable.Range(0, 33).Select(i => $"A{i}: b")) + "}",
            "type: http, url: 'http://a', address: 'a:1'",
            "type: tcp", "type: tcp, address: a", "type: tcp, address: 80",
            "type: tcp, address: '::1:80'", "type: tcp, address: 'a:0'", "type: tcp, address: 'a:1', url: 'http://a'",
            "type: command", "type: command, command: []", "type: command, command: /bin/true",
            "type: command, command: [/bin/true, \"a\\nb\"]", "type: process, process: a/b",
            "type: process, pidFile: a.pid", "type: process, process: a, deathWatch: true", "type: file",
            "type: file, path: a", "type: file, path: /a, expect: present", "type: tpc, address: 'a:1'"),
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void What_the_validator_takes_the_schema_takes(string text)
    {
        Assert.Empty(Sample.Errors(text));
        Assert.True(Accepts(text));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_the_schema_refuses_the_validator_refuses(string text)
    {
        Assert.NotEmpty(Sample.Errors(text));
        Assert.False(Accepts(text));
    }

    /// <summary>Relations between values are beyond a schema; the list says which, so that none is forgotten.</summary>
    [Theory]
    [InlineData("    checks: [none]\n", "a name that refers to nothing")]
    [InlineData("syncGroups: [{name: a, members: [apiserver]}]\n", "that one alone is no group")]
    [InlineData("    hooks: {onActive: [true]}\n", "that the first of some arguments is a path")]
    [InlineData("    authentication: {type: password, password: a}\n", "a key that another version has")]
    [InlineData("    version: 2\n    authentication: {type: password, password: 123456789}\n", "digits of a number")]
    [InlineData("checks: [{name: a, type: process}]\n", "that one of two keys must be there")]
    [InlineData("checks: [{name: a, type: tcp, address: 'a:1', weight: 1, weights: {}}]\n", "keys that exclude")]
    [InlineData("checks: [{name: a, type: http, url: 'https://a'}]\n", "a key that another value needs")]
    [InlineData("checks: [{name: a, type: http, url: 'http://a', expectStatus: 300-200}]\n", "an order in a text")]
    [InlineData("    advertisementInterval: 41s\n", "the range of a duration")]
    [InlineData("    announce: {after: [1s, 0s]}\n", "an order")]
    [InlineData("  - {name: apiserver, vrid: 2, addresses: [192.0.2.9]}\n", "a name twice")]
    [InlineData("  - {name: b, vrid: 2, addresses: [127.0.0.1]}\n", "an address that can't be a virtual one")]
    public void What_only_the_validator_knows(string more, string what)
    {
        Assert.NotEmpty(Sample.Errors(Sample.Router + more));
        Assert.True(Accepts(Sample.Router + more), what);
    }

    /// <summary>Each key of the whole format once misspelt, and each value once of another kind.</summary>
    [Fact]
    public void Both_refuse_the_example_with_any_one_key_or_kind_wrong() =>
        Assert.True(RefuseEachDamage(ConfigurationSchema.Example) > 120);

    [Fact]
    public void Both_refuse_what_the_example_does_not_show_with_any_one_key_or_kind_wrong() =>
        Assert.True(ConfigurationSchema.Specimens.Skip(1).Sum(RefuseEachDamage) > 200);

    private static int RefuseEachDamage(string specimen)
    {
        ConfigurationNode tree = Tree(new Specimen(specimen).Text);
        Assert.True(SchemaSubset.Accepts(Schema, Tree(FlowText.Write(tree))), "the text that is damaged is good");
        int damaged = 0;
        foreach (string text in FlowText.Damaged(tree))
        {
            damaged++;
            Assert.True(Sample.Errors(text).Length > 0, text);
            Assert.False(SchemaSubset.Accepts(Schema, Tree(text)), text);
        }

        return damaged;
    }

    [Fact]
    public void Every_value_of_the_format_is_described()
    {
        List<string> unknown = [];
        Walk(ConfigurationSchema.Gather(), "", (path, node) =>
        {
            bool isEmptyList = node is { List: not null, Items: null };
            if (isEmptyList)
                unknown.Add($"{path}: show an entry in Schema/forms.yaml");
            if (node is { Pairs: not null } and ({ Items: null } or { Pairs.Keys: null }))
                unknown.Add($"{path}: show a pair in Schema/forms.yaml, give the format of its key a ScalarShape");
            if (node is { IsReserved: false, List: null, Pairs: null, Shapes.Count: 0, Variants.Count: 0 })
                unknown.Add($"{path}: give its format a ScalarShape, or show the section in Schema/forms.yaml");
        });
        Assert.Empty(unknown);
    }

    [Fact]
    public void The_example_lends_its_comments_and_defaults()
    {
        JsonNode router = Schema["properties"]!["virtualRouters"]!["items"]!["properties"]!;
        Assert.Equal(
            "take over from an Active Router with a lower priority", (string)router["preempt"]!["description"]!);
        Assert.True((bool)router["preempt"]!["default"]!);
        Assert.Equal(100, (int)router["priority"]!["default"]!);
        Assert.Equal("200ms", (string)router["advertisementInterval"]!["default"]!);
        Assert.Null(router["interface"]!["default"]);
    }

    [Fact]
    public void A_comment_of_two_lines_is_one_description() => Assert.Equal(
        "10ms..40.95s in steps of 10ms; a dead node is noticed after about 3.6 of these; version 2: whole seconds, "
        + "default 1s, the same on every router",
        (string)Schema["properties"]!["virtualRouters"]!["items"]!["properties"]!["advertisementInterval"]![
            "description"]!);

    [Fact]
    public void Each_type_of_check_has_its_own_keys_and_defaults()
    {
        JsonArray types = Schema["properties"]!["checks"]!["items"]!["anyOf"]!.AsArray();
        JsonNode Keys(string type) => types.Single(
            form => (string)form!["properties"]!["type"]!["const"]! == type)!["properties"]!;
        Assert.Equal(6, types.Count);
        Assert.Equal("250ms", (string)Keys("kubernetesApiserver")["interval"]!["default"]!);
        Assert.Equal("1s", (string)Keys("command")["interval"]!["default"]!);
        Assert.Equal(1, (int)Keys("file")["fall"]!["default"]!);
        Assert.Equal("200-299", (string)Keys("http")["expectStatus"]!["default"]!);
        Assert.Null(Keys("process")["pidFile"]!["default"]);
        Assert.Null(Keys("tcp")["url"]);
    }

    [Fact]
    public async Task The_file_that_ships_is_what_vipd_schema_prints()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(0, await Program.RunAsync(["schema"], output, error));
        string shipped = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Configuration", "vipd.schema.json"));
        Assert.True(shipped == output.ToString(), "renew it: vipd schema > config/vipd.schema.json");
    }

    [Fact]
    public void The_example_names_the_schema_in_its_first_line() => Assert.StartsWith(
        $"# yaml-language-server: $schema=file://{ConfigurationSchema.InstalledPath}\n", ConfigurationSchema.Example,
        StringComparison.Ordinal);

    private static IEnumerable<string> Checks(params string[] checks) =>
        checks.Select(check => Sample.Router + $"checks: [{{name: a, {check}}}]\n");

    private static bool Accepts(string text) => SchemaSubset.Accepts(Schema, Tree(text));

    private static ConfigurationNode Tree(string text) => YamlTree.Parse(text, new ErrorList("corpus"))!;

    private static void Walk(SchemaNode node, string path, Action<string, SchemaNode> visit)
    {
        visit(path, node);
        foreach ((string key, SchemaProperty property) in node.Variants.Values.SelectMany(keys => keys))
            Walk(property.Value, $"{path}/{key}", visit);
        if (node.Items is { } items)
            Walk(items, path + "[]", visit);
    }
}
