using System.Globalization;
using System.Text.RegularExpressions;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Mixed;

/// <summary>
/// FRR's zebra and vrrpd. The addresses stand for ever on a macvlan with the virtual MAC address, which FRR takes the
/// carrier from while it is Backup: who has them cannot be told from the kernel, only by asking.
/// </summary>
public sealed partial class FrrRouter : MixedRouter
{
    private const string Daemons = "/usr/lib/frr";
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(20);
    private LabProcess? _zebra;

    public FrrRouter(LabNode node, IReadOnlyList<LabNode> nodes, MixedOptions options, int priority)
        : base(node, nodes, options, priority) => AddVirtualInterface();

    public override bool ShowsWhetherItHolds => false;

    protected override string Started => "Initialize -> ";

    public override void Start()
    {
        File.WriteAllText(Node.PathOf("zebra.conf"), $"hostname {Node}\n");
        File.WriteAllText(Node.PathOf("vrrpd.conf"), Configuration());
        Dispose();
        OpenDirectories();
        _zebra = Run("zebra");
        Observe.Until($"zebra of {Node} listens", StartBound, () => File.Exists(ZebraSocket));
        Daemon = Run("vrrpd");
        AwaitStarted();
    }

    public override void Dispose()
    {
        base.Dispose();
        _zebra?.Dispose();
        File.Delete(ZebraSocket);
    }

    // That it does not follow a worse router is no complaint.
    protected override bool IsComplaint(string line) => Complaint().IsMatch(line) && !WorseRouter().IsMatch(line);

    private string ZebraSocket => Node.PathOf("zserv.api");

    /// <summary>They leave root for a user of their own.</summary>
    private void OpenDirectories()
    {
        const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(Node.Directory, Everybody);
        File.SetUnixFileMode(Path.GetDirectoryName(Node.Directory)!, Everybody);
    }

    private LabProcess Run(string daemon) => LabProcess.Start(
        Node, daemon, $"{Daemons}/{daemon}", "-f", Node.PathOf($"{daemon}.conf"), "-i", Node.PathOf($"{daemon}.pid"),
        "-z", ZebraSocket, "--vty_socket", Node.Directory, "-P", "0", "--log", "stdout", "--log-level", "debugging");

    private string Configuration()
    {
        var vrrp = string.Create(CultureInfo.InvariantCulture, $" vrrp {MixedOptions.VirtualRouterId}");
        string[] lines =
        [
            $"hostname {Node}",
            "debug vrrp protocol",
            "interface eth0",
            string.Create(CultureInfo.InvariantCulture, $"{vrrp} version {Options.Version}"),
            string.Create(CultureInfo.InvariantCulture, $"{vrrp} priority {Priority}"),
            string.Create(
                CultureInfo.InvariantCulture, $"{vrrp} advertisement-interval {Options.Interval.TotalMilliseconds:0}"),
            .. Options.Vips.Select(vip => $"{vrrp} {(Options.IsIPv6 ? "ipv6" : "ip")} {vip.Address}"),
        ];
        return string.Join('\n', lines) + "\n";
    }

    private void AddVirtualInterface()
    {
        var name = Options.IsIPv6 ? "vrr6-51" : "vrr4-51";
        var mac = Options.IsIPv6 ? "00:00:5e:00:02:33" : "00:00:5e:00:01:33";
        Node.WriteSetting("ipv4/conf/all/arp_ignore", "1");
        Node.WriteSetting("ipv4/conf/all/rp_filter", "0");
        Node.WriteSetting("ipv4/conf/default/rp_filter", "0");
        IpCommand.Batch(Node.Namespace,
        [
            $"link add {name} link eth0 address {mac} type macvlan mode bridge",
            $"link set {name} addrgenmode none",
            $"link set {name} protodown on", // Or it would answer until FRR is there.
            .. Options.IsIPv6 ? [$"addr add fe80::f:{Node.Octet}/64 dev {name} nodad"] : Array.Empty<string>(),
            .. Options.Vips.Select(vip => $"addr add {vip} dev {name}{(Options.IsIPv6 ? " nodad" : "")}"),
            $"link set {name} up",
        ]);
    }

    [GeneratedRegex("discard|dropp|invalid|mismatch|bad |unexpected|malformed", RegexOptions.IgnoreCase)]
    private static partial Regex Complaint();

    [GeneratedRegex(@"Discarding advertisement from \S+ \(\d+ <=? \d+ &")]
    private static partial Regex WorseRouter();
}
