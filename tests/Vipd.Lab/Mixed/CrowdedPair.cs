using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;
using Vipd.Lab.Wire;

namespace Vipd.Lab.Mixed;

/// <summary>Two nodes with vipd, each with every VRID in both families: 510 virtual routers in one daemon.</summary>
public sealed class CrowdedPair : IDisposable
{
    private const int Vrids = 255;
    private const int MetricsPort = 9812;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Segment _segment;
    private readonly string _binary;
    private readonly TimeSpan _interval;
    private readonly List<LabProcess> _daemons = [];

    /// <param name="binary">vipd.</param>
    /// <param name="interval">Of every router.</param>
    public CrowdedPair(string binary, TimeSpan interval)
    {
        (_binary, _interval) = (binary, interval);
        _segment = Segment.Create(new SegmentOptions { Masters = 2, EnableIpv6 = true });
        Tap = WireTap.Start(_segment);
    }

    /// <summary>Virtual addresses in all.</summary>
    public static int Count => 2 * Vrids;

    public WireTap Tap { get; }

    public LabNode First => _segment.Masters[0];

    public LabNode Second => _segment.Masters[1];

    /// <summary>Starts vipd on the node; the higher priority decides where all addresses are.</summary>
    public LabProcess Start(LabNode node, int priority)
    {
        var file = node.PathOf("vipd.yaml");
        File.WriteAllText(file, Configuration(node, priority));
        var daemon = LabProcess.Start(node, "vipd", [.. UnitSettings.Nice, _binary, "run", "--config", file]);
        _daemons.Add(daemon);
        return daemon;
    }

    /// <summary>Every address is on this node, and none on the other; how long that took.</summary>
    public TimeSpan AwaitAllOn(LabNode node)
    {
        var since = MonotonicClock.Now;
        var other = node == First ? Second : First;
        Observe.Until(
            $"all {Count} addresses on {node}", Patience, () => Held(node) == Count && Held(other) == 0,
            () => $"{First}: {Held(First)}, {Second}: {Held(Second)}\n{Log}");
        return MonotonicClock.Now - since;
    }

    /// <summary>Its daemon serves its pages.</summary>
    public static bool IsReady(LabNode node) => node.Namespace.Inside(() =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, MetricsPort);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    });

    /// <summary>Of every daemon so far.</summary>
    public string Log => string.Join('\n', _daemons.Select(daemon => daemon.Log));

    public static int Held(LabNode node) => Holders.AddressesOf(node).Count(held => IsVirtual(held.Address));

    public void Dispose()
    {
        foreach (var daemon in _daemons) daemon.Dispose();
        Tap.Dispose();
        _segment.Dispose();
    }

    private static bool IsVirtual(IPAddress address)
    {
        var octets = address.GetAddressBytes();
        return octets is [198, 51, 100, _] or [0x20, 0x01, 0x0D, 0xB8, 0x00, 0xAA, ..];
    }

    private string Configuration(LabNode node, int priority)
    {
        var yaml = new StringBuilder();
        yaml.Append(CultureInfo.InvariantCulture, $"control: {{socket: {node.PathOf("vipd.sock")}}}\n");
        yaml.Append("virtualRouters:\n");
        for (var vrid = 1; vrid <= Vrids; vrid++)
        {
            Append(yaml, $"four-{vrid}", vrid, priority, $"198.51.100.{vrid}");
            Append(yaml, $"six-{vrid}", vrid, priority, $"'2001:db8:aa::{vrid}'");
        }
        return yaml.ToString();
    }

    private void Append(StringBuilder yaml, string name, int vrid, int priority, string address) =>
        yaml.Append(CultureInfo.InvariantCulture, $"""
              - name: {name}
                vrid: {vrid}
                interface: eth0
                priority: {priority}
                advertisementInterval: {_interval.TotalMilliseconds}ms
                addresses: [{address}]

            """);
}
