namespace Vipd.Lab.Network;

/// <summary>
/// What can go wrong with a node's port of the switch while its cable keeps the carrier: the node itself notices
/// nothing but silence.
/// </summary>
public static class SwitchPort
{
    private const string Table = "cut";

    /// <summary>The switch loses every frame that the node sends; what is sent to it arrives.</summary>
    public static void LoseFramesFrom(Segment segment, LabNode node) =>
        Cut(segment, "prerouting", $"iifname {node.SwitchPort}");

    /// <summary>The switch loses every frame for the node; what it sends arrives.</summary>
    public static void LoseFramesTo(Segment segment, LabNode node) =>
        Cut(segment, "postrouting", $"oifname {node.SwitchPort}");

    /// <summary>Ends what either of the two began.</summary>
    public static void LoseNothing(Segment segment) => Nft(segment, $"delete table bridge {Table}");

    /// <summary>A partition: the node on one side, everybody else on the other.</summary>
    public static void Separate(Segment segment, LabNode node) =>
        IpCommand.Run("-n", segment.Switch.Name, "link", "set", node.SwitchPort, "nomaster");

    public static void Rejoin(Segment segment, LabNode node) =>
        IpCommand.Run("-n", segment.Switch.Name, "link", "set", node.SwitchPort, "master", "br0");

    private static void Cut(Segment segment, string hook, string frames) => Nft(
        segment,
        $"table bridge {Table} {{ chain c {{ type filter hook {hook} priority -300; {frames} drop; }}; }}");

    private static void Nft(Segment segment, string command) =>
        IpCommand.Run("netns", "exec", segment.Switch.Name, "nft", command);
}
