using System.Globalization;
using System.Text;
using Vipd.Lab.Network;

namespace Vipd.Lab.Masters;

/// <summary>
/// vipd.yaml of one master: the same on every master, but for the control socket, which needs a path of its own because
/// the masters share a file system.
/// </summary>
public static class VipdConfiguration
{
    internal const string MetricsEndpoint = "127.0.0.1:9812";
    public const int ApiServerPort = 6443;
    internal const int VirtualRouterId = 51;

    public const string VirtualMacLine = "    virtualMac: true";

    internal static string For(LabNode node, ClusterOptions options, string caFile)
    {
        var yaml = new StringBuilder();
        void Line(string text) => yaml.Append(text).Append('\n');
        Line("metrics:");
        Line($"  listen: {MetricsEndpoint}");
        Line("control:");
        Line($"  socket: {node.PathOf("vipd.sock")}");
        Line("virtualRouters:");
        foreach (var (vrid, vips) in options.VirtualRouters)
        {
            Line(options.OneRouterEach ? $"  - name: r{vrid}" : "  - name: apiserver");
            Line(string.Create(CultureInfo.InvariantCulture, $"    vrid: {vrid}"));
            Line($"    addresses: [{string.Join(", ", vips)}]");
            // Only the first router's address lies in the interface's subnet.
            if (options.OneRouterEach) Line("    interface: eth0");
            if (options.PriorityOf(node) is { } priority)
                Line(string.Create(CultureInfo.InvariantCulture, $"    priority: {priority}"));
            if (options.AdvertisementInterval?.TotalMilliseconds is { } milliseconds)
                Line(string.Create(CultureInfo.InvariantCulture, $"    advertisementInterval: {milliseconds:0}ms"));
            if (options.VirtualMac) Line(VirtualMacLine);
            foreach (var more in options.MoreRouterLines) Line(more);
            if (options.WithApiServers) Line("    checks: [kube-apiserver]");
        }
        if (options.SecondStack)
        {
            Line("  - name: apiserver-v6");
            Line(string.Create(CultureInfo.InvariantCulture, $"    vrid: {VirtualRouterId}"));
            Line("    interface: eth1");
            Line($"    addresses: ['fe80::100', '{ClusterOptions.VipV6}']");
            if (options.AdvertisementInterval?.TotalMilliseconds is { } same)
                Line(string.Create(CultureInfo.InvariantCulture, $"    advertisementInterval: {same:0}ms"));
            Line("syncGroups:");
            Line("  - name: both-stacks");
            Line("    members: [apiserver, apiserver-v6]");
        }
        if (!options.WithApiServers) return yaml.ToString();
        Line("checks:");
        Line("  - name: kube-apiserver");
        Line("    type: kubernetesApiserver");
        Line(string.Create(CultureInfo.InvariantCulture, $"    url: https://127.0.0.1:{ApiServerPort}/readyz"));
        Line($"    caFile: {caFile}");
        return yaml.ToString();
    }
}
