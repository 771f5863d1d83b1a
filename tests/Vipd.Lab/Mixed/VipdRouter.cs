using System.Globalization;
using System.Text;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Mixed;

/// <summary>vipd without checks.</summary>
public sealed class VipdRouter : MixedRouter
{
    private static readonly TimeSpan CommandBound = TimeSpan.FromSeconds(20);
    private readonly string _binary;

    public VipdRouter(
        string binary, LabNode node, IReadOnlyList<LabNode> nodes, MixedOptions options, int priority)
        : base(node, nodes, options, priority) => _binary = binary;

    protected override string Started => "Initialize -> ";

    private string ConfigFile => Node.PathOf("vipd.yaml");

    public override void Start()
    {
        File.WriteAllText(ConfigFile, Configuration());
        Daemon?.Dispose();
        Daemon = LabProcess.Start(Node, "vipd", [.. UnitSettings.Nice, _binary, "run", "--config", ConfigFile]);
    }

    /// <summary>A vipd command on the node to its end; what it printed.</summary>
    public string Run(string command, params IReadOnlyList<string> arguments)
    {
        var (exitCode, output) = TryRun(command, arguments);
        return exitCode == 0 ? output : throw new InvalidOperationException($"vipd {command}: {output}");
    }

    /// <summary>The same where the daemon may not answer yet.</summary>
    public (int ExitCode, string Output) TryRun(string command, params IReadOnlyList<string> arguments)
    {
        using var process = LabProcess.Start(
            Node, $"command-{Guid.NewGuid():N}", [_binary, command, "--config", ConfigFile, .. arguments]);
        if (!process.WaitForExit(CommandBound)) throw new TimeoutException($"vipd {command}");
        return (process.ExitCode, process.Log);
    }

    protected override bool IsComplaint(string line) =>
        line.Contains("dropped a message", StringComparison.Ordinal)
        || line.Contains("(accepted;", StringComparison.Ordinal)
        || line.Contains("SendAdvertisement:", StringComparison.Ordinal);

    // keepalived 2.2.7 sends IPv6 unicast with the kernel's hop limit.
    private string MinimumTtl => Options.IsIPv6 ? ", minimumTtl: 64" : "";

    private string Configuration()
    {
        var yaml = new StringBuilder();
        void Line(string text) => yaml.Append(text).Append('\n');
        Line("control:");
        Line($"  socket: {Node.PathOf("vipd.sock")}");
        Line("virtualRouters:");
        Line("  - name: mixed");
        Line(string.Create(CultureInfo.InvariantCulture, $"    vrid: {MixedOptions.VirtualRouterId}"));
        Line("    interface: eth0");
        Line(string.Create(CultureInfo.InvariantCulture, $"    version: {Options.Version}"));
        Line(string.Create(CultureInfo.InvariantCulture, $"    priority: {Priority}"));
        Line($"    advertisementInterval: {Options.IntervalSeconds}s");
        Line($"    addresses: [{string.Join(", ", Options.Vips.Select(vip => $"'{vip}'"))}]");
        if (Options.IsUnicast)
        {
            var peers = string.Join(", ", Nodes.Select(node => $"'{Options.AddressOf(node)}'"));
            Line($"    unicast: {{peers: [{peers}]{MinimumTtl}}}");
        }
        if (Options.Password is { } password)
            Line($"    authentication: {{type: password, password: {password}}}");
        return yaml.ToString();
    }
}
