using System.Globalization;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Mixed;

/// <summary>
/// FRR's zebra and vrrpd. The addresses stand for ever on a macvlan with the virtual MAC address, which FRR takes the
/// carrier from (protodown) while it is not Active: that tells who has them. The kernel takes what is sent to such a
/// macvlan all the same, so a switch that floods is answered by every node.
/// </summary>
public sealed partial class FrrRouter : MixedRouter
{
    public const string Vrrpd = "/usr/lib/frr/vrrpd";
    private const string Zebra = "/usr/lib/frr/zebra";
    private const int NameLength = 16; // IFNAMSIZ, linux/if.h
    private const int RequestLength = 40;
    private const byte Running = 0x40; // IFF_RUNNING, linux/if.h; the low octet of 16 bits
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(20);
    private readonly Socket _inside;
    private LabProcess? _zebra;

    public FrrRouter(LabNode node, IReadOnlyList<LabNode> nodes, MixedOptions options, int priority)
        : base(node, nodes, options, priority)
    {
        AddVirtualInterface();
        _inside = node.Namespace.Inside(
            () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
    }

    /// <summary>Logs what is wrong with a message, and each message, which takes its time.</summary>
    public bool LogsMessages { get; init; }

    public override bool HasCarrier
    {
        get
        {
            var request = new byte[RequestLength];
            Encoding.ASCII.GetBytes(VirtualInterface, request);
            return Libc.ReadInterface(_inside.SafeHandle, Libc.InterfaceFlags, request) == 0
                && (request[NameLength] & Running) != 0;
        }
    }

    /// <summary>From which it announces.</summary>
    internal PhysicalAddress VirtualMac => PhysicalAddress.Parse(VirtualMacText);

    /// <summary>What zebra alone has used.</summary>
    internal ProcessUse UseOfZebra => ProcessUse.Of(_zebra!.Id);

    protected override string Started => "Initialize -> ";

    private string VirtualMacText => Options.IsIPv6 ? "00:00:5e:00:02:33" : "00:00:5e:00:01:33";

    private string VirtualInterface => Options.IsIPv6 ? "vrr6-51" : "vrr4-51";

    private string ZebraSocket => Node.PathOf("zserv.api");

    public override void Start()
    {
        File.WriteAllText(Node.PathOf("zebra.conf"), $"hostname {Node}\n");
        File.WriteAllText(Node.PathOf("vrrpd.conf"), Configuration());
        EndDaemons();
        OpenDirectories();
        _zebra = Run(Zebra);
        Observe.Until($"zebra of {Node} listens", StartBound, () => File.Exists(ZebraSocket));
        Daemon = Run(Vrrpd);
        AwaitStarted();
    }

    /// <summary>
    /// On a busy machine zebra closes the connection of a vrrpd that has ended before it has read the last request from
    /// it, and the macvlan stays up for ever.
    /// </summary>
    public override void Stop()
    {
        base.Stop();
        TakeCarrier();
    }

    /// <summary>Nothing runs, and nobody answers: as a node that has just booted.</summary>
    internal void PowerOff()
    {
        EndDaemons();
        TakeCarrier();
    }

    public override void Dispose()
    {
        EndDaemons();
        _inside.Dispose();
        base.Dispose();
    }

    // That it does not follow a worse router is no complaint.
    protected override bool IsComplaint(string line) => Complaint().IsMatch(line) && !WorseRouter().IsMatch(line);

    private void TakeCarrier() => IpCommand.Batch(Node.Namespace, [$"link set {VirtualInterface} protodown on"]);

    private void EndDaemons()
    {
        Daemon?.Dispose();
        _zebra?.Dispose();
        File.Delete(ZebraSocket);
    }

    /// <summary>They leave root for a user of their own.</summary>
    private void OpenDirectories()
    {
        const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(Node.Directory, Everybody);
        File.SetUnixFileMode(Path.GetDirectoryName(Node.Directory)!, Everybody);
    }

    // Debian's frr.service has Nice=-5.
    private LabProcess Run(string program)
    {
        var name = Path.GetFileName(program);
        return LabProcess.Start(
            Node, name, "nice", "-n", "-5",
            program, "-f", Node.PathOf($"{name}.conf"), "-i", Node.PathOf($"{name}.pid"),
            "-z", ZebraSocket, "--vty_socket", Node.Directory, "-P", "0", "--log", "stdout",
            "--log-level", LogsMessages ? "debugging" : "informational");
    }

    private string Configuration()
    {
        var vrrp = string.Create(CultureInfo.InvariantCulture, $" vrrp {MixedOptions.VirtualRouterId}");
        string[] lines =
        [
            $"hostname {Node}",
            .. LogsMessages ? (string[])["debug vrrp protocol"] : [],
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
        Node.WriteSetting("ipv4/conf/all/arp_ignore", "1");
        Node.WriteSetting("ipv4/conf/all/rp_filter", "0");
        Node.WriteSetting("ipv4/conf/default/rp_filter", "0");
        IpCommand.Batch(Node.Namespace,
        [
            $"link add {VirtualInterface} link eth0 address {VirtualMacText} type macvlan mode bridge",
            $"link set {VirtualInterface} addrgenmode none",
            $"link set {VirtualInterface} protodown on", // Or it would answer until FRR is there.
            .. Options.IsIPv6
                ? [$"addr add fe80::f:{Node.Octet}/64 dev {VirtualInterface} nodad"]
                : Array.Empty<string>(),
            .. Options.Vips.Select(vip => $"addr add {vip} dev {VirtualInterface}{(Options.IsIPv6 ? " nodad" : "")}"),
            $"link set {VirtualInterface} up",
        ]);
    }

    [GeneratedRegex("discard|dropp|invalid|mismatch|bad |unexpected|malformed", RegexOptions.IgnoreCase)]
    private static partial Regex Complaint();

    [GeneratedRegex(@"Discarding advertisement from \S+ \(\d+ <=? \d+ &")]
    private static partial Regex WorseRouter();
}
