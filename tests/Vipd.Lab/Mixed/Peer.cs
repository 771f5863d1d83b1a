using Vipd.Lab.Network;

namespace Vipd.Lab.Mixed;

/// <summary>Another implementation of VRRP.</summary>
public sealed record Peer(
    string Name,
    Func<LabNode, IReadOnlyList<LabNode>, MixedOptions, int, MixedRouter> On,
    IReadOnlyList<string> Programs)
{
    public static Peer Keepalived { get; } = new(
        "keepalived", (node, nodes, options, priority) => new KeepalivedRouter(node, nodes, options, priority),
        ["/usr/sbin/keepalived"]);

    public static Peer Frr { get; } = new(
        "FRR", (node, nodes, options, priority) => new FrrRouter(node, nodes, options, priority)
        {
            LogsMessages = true,
        },
        ["/usr/lib/frr/zebra", "/usr/lib/frr/vrrpd"]);

    public bool IsInstalled => Programs.All(File.Exists);

    public override string ToString() => Name;
}
