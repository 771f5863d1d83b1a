using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Mixed;

/// <summary>keepalived of the distribution, as its documentation configures it.</summary>
public sealed partial class KeepalivedRouter : MixedRouter
{
    public KeepalivedRouter(LabNode node, IReadOnlyList<LabNode> nodes, MixedOptions options, int priority)
        : base(node, nodes, options, priority)
    {
    }

    protected override string Started => "Entering BACKUP STATE";

    public override void Start()
    {
        var file = Node.PathOf("keepalived.conf");
        File.WriteAllText(file, Configuration());
        Daemon?.Dispose();
        Daemon = LabProcess.Start(
            Node, "keepalived", "keepalived", "--dont-fork", "--log-console", "--log-detail", "--vrrp",
            "--use-file", file, "--pid", Node.PathOf("keepalived.pid"), "--vrrp_pid", Node.PathOf("vrrp.pid"));
    }

    // A Backup Router that is going to preempt says so for each Advertisement of the worse one.
    protected override bool IsComplaint(string line) =>
        Complaint().IsMatch(line) && !line.Contains("received lower priority", StringComparison.Ordinal);

    private string Configuration()
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Line("global_defs {");
        Line($"  router_id {Node}");
        Line("}");
        Line("vrrp_instance VI_51 {");
        Line("  state BACKUP");
        Line("  interface eth0");
        Line(string.Create(CultureInfo.InvariantCulture, $"  virtual_router_id {MixedOptions.VirtualRouterId}"));
        Line(string.Create(CultureInfo.InvariantCulture, $"  priority {Priority}"));
        Line(string.Create(CultureInfo.InvariantCulture, $"  version {Options.Version}"));
        Line($"  advert_int {Options.IntervalSeconds}");
        if (Options.Password is { } password)
            Line($"  authentication {{\n    auth_type PASS\n    auth_pass {password}\n  }}");
        if (Options.IsUnicast)
        {
            Line($"  unicast_src_ip {Options.AddressOf(Node)}");
            Line("  unicast_peer {");
            foreach (var peer in Nodes.Where(n => n != Node)) Line($"    {Options.AddressOf(peer)}");
            Line("  }");
        }
        Line("  virtual_ipaddress {");
        foreach (var vip in Options.Vips) Line($"    {vip} dev eth0");
        Line("  }");
        Line("}");
        return text.ToString();
    }

    [GeneratedRegex("bogus|invalid|mismatch|dropp|discard|not match|incorrect|wrong|unexpected|expected",
        RegexOptions.IgnoreCase)]
    private static partial Regex Complaint();
}
