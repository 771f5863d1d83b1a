using System.Globalization;
using System.Text;
using Vipd.Lab.Network;

namespace Vipd.Lab.Masters;

/// <summary>
/// vipd.yaml of one master: the same on every master, but for the control socket, which needs a path of its own because
/// the masters share a file system.
/// </summary>
internal static class VipdConfiguration
{
    internal const string MetricsEndpoint = "127.0.0.1:9812";
    internal const int ApiServerPort = 6443;

    // The count in an Advertisement is one octet (RFC 9568 §5.2.5); the rest is held and announced, but not advertised.
    private const int MostAdvertised = 250;

    internal static string For(LabNode node, ClusterOptions options, string caFile)
    {
        var yaml = new StringBuilder();
        void Line(string text) => yaml.Append(text).Append('\n');
        Line("metrics:");
        Line($"  listen: {MetricsEndpoint}");
        Line("control:");
        Line($"  socket: {node.PathOf("vipd.sock")}");
        Line("virtualRouters:");
        Line("  - name: apiserver");
        Line("    vrid: 51");
        Line($"    addresses: [{string.Join(", ", options.Vips.Select(AddressEntry))}]");
        if (options.AdvertisementInterval is { } interval)
        {
            Line(string.Create(
                CultureInfo.InvariantCulture, $"    advertisementInterval: {interval.TotalMilliseconds:0}ms"));
        }

        foreach (var more in options.MoreRouterLines) Line(more);
        if (!options.WithApiServers) return yaml.ToString();
        Line("    checks: [kube-apiserver]");
        Line("checks:");
        Line("  - name: kube-apiserver");
        Line("    type: kubernetesApiserver");
        Line(string.Create(CultureInfo.InvariantCulture, $"    url: https://127.0.0.1:{ApiServerPort}/readyz"));
        Line($"    caFile: {caFile}");
        return yaml.ToString();
    }

    private static string AddressEntry(PrefixedAddress address, int index) =>
        index < MostAdvertised ? address.ToString() : $"{{address: {address}, advertise: false}}";
}
