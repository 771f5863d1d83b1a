using System.Text.Json.Nodes;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Configuration.Schema;

namespace Vipd.Daemon.Tests.Configuration.Schema;

/// <summary>The schema comes from the readers; these hold it against the validator.</summary>
public class SchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(ConfigurationSchema.Write())!;

    /// <summary>Lists that this version refuses to hold anything, so that no entry can be shown.</summary>
    private static readonly string[] ListsWithoutEntries =
    [
        "/syncGroups", "/virtualRouters[]/trackInterfaces", "/virtualRouters[]/hooks/onActive",
        "/virtualRouters[]/hooks/onBackup", "/virtualRouters[]/hooks/onFault", "/virtualRouters[]/hooks/onConflict",
    ];

    public static TheoryData<string> Good =>
    [
        ConfigurationSchema.Example,
        new Specimen(ConfigurationSchema.Example).Text,
        Sample.Router,
        Sample.Router + "    lease: 5s\n    preemptDelay: 0\n    priority: 255\n    checks: []\n",
        Sample.Router + "    hooks: {onActive: [], onFault: []}\n    announce: {after: [0s, 1.5s], refresh: 0}\n",
        Sample.Router + "metrics: {listen: none}\nlog: {level: debug, format: json}\nrealtime: require\n",
        Sample.Router + "metrics: {listen: '[::]:9812'}\nsyncGroups: []\nmanageSysctls: false\n",
        Sample.Router + Sample.Check + "    weights: {notReady: fault, down: 254}\n    rise: 255\n",
        Sample.Router + "  - {name: b, vrid: 255, addresses: [{address: 192.0.2.7/24, advertise: true}, 192.0.2.8]}\n",
        "virtualRouters: [{name: a, vrid: 1, addresses: [192.0.2.1], interface: eth0.100}]\n",
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
        Sample.Router + "    unicast: {peers: [192.0.2.11]}\n",
        Sample.Router + "    trackInterfaces: [{name: eth1}]\n",
        Sample.Router + "log: {level: loud}\n",
        Sample.Router + "log: {levle: debug}\n",
        Sample.Router + "metrics: {listen: 9812}\n",
        Sample.Router + "control: {socket: vipd.sock}\n",
        Sample.Router + "virtualrouters: []\n",
        Sample.Router + "checks: [{name: a}]\n",
        Sample.Router + "checks: [{type: kubernetesApiserver}]\n",
        Sample.Router + "checks: [{name: a, type: ping}]\n",
        Sample.Router + Sample.Check + "    weights: {down: 255}\n",
        Sample.Router + Sample.Check + "    weights: {dwon: 80}\n",
        Sample.Router + Sample.Check + "    url: http://127.0.0.1:6443/readyz\n",
        Sample.Router + Sample.Check + "    rise: 0\n",
        Sample.Router + Sample.Check + "    caFile: ca.crt\n",
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
    public void Both_refuse_the_example_with_any_one_key_or_kind_wrong()
    {
        ConfigurationNode tree = Tree(new Specimen(ConfigurationSchema.Example).Text);
        Assert.True(SchemaSubset.Accepts(Schema, Tree(FlowText.Write(tree))), "the text that is damaged is good");
        int damaged = 0;
        foreach (string text in FlowText.Damaged(tree))
        {
            damaged++;
            Assert.NotEmpty(Sample.Errors(text));
            Assert.False(SchemaSubset.Accepts(Schema, Tree(text)), text);
        }

        Assert.True(damaged > 120, $"{damaged} texts");
    }

    [Fact]
    public void Every_value_of_the_format_is_described()
    {
        List<string> unknown = [];
        Walk(ConfigurationSchema.Gather(), "", (path, node) =>
        {
            bool isEmptyList = node is { List: not null, Items: null };
            if (isEmptyList != ListsWithoutEntries.Contains(path))
                unknown.Add($"{path}: show an entry in Schema/forms.yaml, and take it out of the list above");
            if (node is { IsReserved: false, List: null, Shapes.Count: 0, Variants.Count: 0 })
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
