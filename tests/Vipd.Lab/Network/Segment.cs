using System.Net;

namespace Vipd.Lab.Network;

/// <summary>
/// One Ethernet segment: masters m1..mN (192.0.2.11 ...) and a client (192.0.2.50), each a namespace whose eth0 ends
/// at a
/// bridge in a namespace of its own. Names carry the maker's process id, so labs run side by side and orphans are
/// found.
/// </summary>
public sealed class Segment : IDisposable
{
    internal const int FirstMasterOctet = 11;
    private const int ClientOctet = 50;
    private readonly ProcessExitGuard _guard;
    private readonly bool _hasSecondLan;
    private bool _disposed;

    private Segment(SegmentName name, SegmentOptions options)
    {
        Name = name;
        _hasSecondLan = options.SecondLan;
        Directory = System.IO.Directory.CreateDirectory(name.Directory).FullName;
        Switch = new NetworkNamespace($"{name}-sw");
        Masters = [.. Enumerable.Range(1, options.Masters).Select(i => NewNode($"m{i}", FirstMasterOctet + i - 1))];
        Client = NewNode("client", ClientOctet);
        _guard = new ProcessExitGuard(this);
    }

    public SegmentName Name { get; }

    public string Directory { get; }

    public NetworkNamespace Switch { get; }

    public IReadOnlyList<LabNode> Masters { get; }

    public LabNode Client { get; }

    /// <summary>Set: Dispose leaves everything up, for <c>vipd-lab down PREFIX</c> to remove.</summary>
    public bool Keep { get; set; }

    private IEnumerable<LabNode> Nodes => [.. Masters, Client];

    public static Segment Create(SegmentOptions? options = null)
    {
        options ??= new SegmentOptions();
        var segment = new Segment(SegmentName.Reserve(), options);
        try
        {
            segment.Build(options);
            return segment;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    /// <summary>Takes the carrier off the node's cables: the node is gone for everyone else.</summary>
    public void CutNode(LabNode node)
    {
        IpCommand.Run("-n", Switch.Name, "link", "set", node.SwitchPort, "down");
        if (_hasSecondLan) CutSecondCable(node);
    }

    public void HealNode(LabNode node)
    {
        IpCommand.Run("-n", Switch.Name, "link", "set", node.SwitchPort, "up");
        if (_hasSecondLan) HealSecondCable(node);
    }

    /// <summary>The carrier of eth1 alone.</summary>
    public void CutSecondCable(LabNode node) =>
        IpCommand.Run("-n", Switch.Name, "link", "set", node.SecondSwitchPort, "down");

    public void HealSecondCable(LabNode node) =>
        IpCommand.Run("-n", Switch.Name, "link", "set", node.SecondSwitchPort, "up");

    /// <summary>As if the card were pulled out: the interface is gone with all it had.</summary>
    public static void DeleteInterface(LabNode node) =>
        IpCommand.Run("-n", node.Namespace.Name, "link", "del", "eth0");

    /// <summary>
    /// The card is back, on the same port of the switch; without an address if a DHCP client is slow.
    /// </summary>
    public void MakeInterface(LabNode node, bool withAddress = true)
    {
        IpCommand.Batch(Switch, CableOf(node));
        IpCommand.Batch(
            node.Namespace,
            ["link set eth0 up", .. withAddress ? (string[])[$"addr add {node.Address}/24 dev eth0"] : []]);
    }

    /// <summary>Namespaces, processes and files that still carry this segment's name.</summary>
    public IReadOnlyList<string> LeftBehind() => Name.Remains();

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _guard.Dispose();
        if (!Keep) Name.Remove();
    }

    private LabNode NewNode(string node, int lastOctet) => new(
        node,
        new NetworkNamespace($"{Name}-{node}"),
        new IPAddress([192, 0, 2, (byte)lastOctet]),
        System.IO.Directory.CreateDirectory(Path.Combine(Directory, node)).FullName);

    private void Build(SegmentOptions options)
    {
        IpCommand.Batch(null, [$"netns add {Switch}", .. Nodes.Select(n => $"netns add {n.Namespace}")]);
        foreach (var place in Nodes.Select(n => n.Namespace).Append(Switch))
        {
            SetIpv6(place, options.EnableIpv6);
        }
        IpCommand.Batch(Switch,
        [
            // No spanning tree, no forward delay, no snooping: a dumb switch that forwards from the first frame.
            "link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
            "link set lo up",
            "link set br0 up",
            .. Nodes.SelectMany(CableOf),
        ]);
        foreach (var node in Nodes)
        {
            string[] ipv6 = options.EnableIpv6
                ? [$"addr add {node.LinkLocal}/64 dev eth0 nodad", $"addr add {node.AddressV6}/64 dev eth0 nodad"]
                : [];
            IpCommand.Batch(
                node.Namespace,
                [
                    "link set lo up", "link set eth0 addrgenmode none", "link set eth0 up",
                    $"addr add {node.Address}/24 dev eth0", .. ipv6,
                ]);
        }
        if (options.SecondLan) BuildSecondLan(options);
    }

    private void BuildSecondLan(SegmentOptions options)
    {
        IpCommand.Batch(Switch,
        [
            "link add br1 type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
            "link set br1 up",
            .. Nodes.SelectMany(n => (string[])
            [
                $"link add {n.SecondSwitchPort} type veth peer name eth1 netns {n.Namespace}",
                $"link set {n.SecondSwitchPort} master br1",
                $"link set {n.SecondSwitchPort} up",
            ]),
        ]);
        foreach (var node in Nodes)
        {
            string[] ipv6 = options.EnableIpv6
                ?
                [
                    $"addr add {node.LinkLocal}/64 dev eth1 nodad",
                    $"addr add 2001:db8:1::{node.Octet}/64 dev eth1 nodad",
                ]
                : [];
            IpCommand.Batch(node.Namespace, ["link set eth1 addrgenmode none", "link set eth1 up", .. ipv6]);
        }
    }

    private static string[] CableOf(LabNode node) =>
    [
        $"link add {node.SwitchPort} type veth peer name eth0 netns {node.Namespace}",
        $"link set {node.SwitchPort} master br0",
        $"link set {node.SwitchPort} up",
    ];

    /// <summary>Off, or without what would take time and make noise: router solicitations, DAD.</summary>
    private static void SetIpv6(NetworkNamespace place, bool isEnabled) => place.Inside(() =>
    {
        // /proc/sys/net shows the namespace of the thread that opens it.
        foreach (var scope in (string[])["all", "default"])
        {
            var directory = $"/proc/sys/net/ipv6/conf/{scope}";
            if (!isEnabled)
            {
                File.WriteAllText($"{directory}/disable_ipv6", "1");
                continue;
            }
            File.WriteAllText($"{directory}/accept_ra", "0");
            File.WriteAllText($"{directory}/accept_dad", "0");
            File.WriteAllText($"{directory}/router_solicitations", "0");
        }
        return 0;
    });
}
