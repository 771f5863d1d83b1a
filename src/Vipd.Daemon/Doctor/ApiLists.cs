using System.Text.Json;

namespace Vipd.Daemon.Doctor;

/// <summary>
/// What is picked out of the API's lists. Whatever is missing or of another kind is as if it were not there.
/// </summary>
internal static class ApiLists
{
    private const string ControlPlaneLabel = "node-role.kubernetes.io/control-plane";

    public static IReadOnlyList<JsonElement> Items(JsonElement list) =>
        At(list, "items") is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray()] : [];

    /// <summary>Null when a step of the path isn't there.</summary>
    public static JsonElement? At(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (string step in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(step, out element))
                return null;
        }

        return element.ValueKind == JsonValueKind.Null ? null : element;
    }

    public static string Text(JsonElement element, params ReadOnlySpan<string> path) =>
        At(element, path) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    public static int ControlPlaneNodes(JsonElement nodes) =>
        Items(nodes).Count(node => At(node, "metadata", "labels", ControlPlaneLabel) is not null);

    /// <summary>Node names with an address that it claims: its own, or the one that a network plugin found.</summary>
    public static IEnumerable<(string Node, string What, string Address)> Addresses(JsonElement nodes)
    {
        foreach (JsonElement node in Items(nodes))
        {
            string name = Text(node, "metadata", "name");
            if (At(node, "status", "addresses") is { ValueKind: JsonValueKind.Array } addresses)
            {
                foreach (JsonElement address in addresses.EnumerateArray())
                    yield return (name, Text(address, "type"), Text(address, "address"));
            }

            if (At(node, "metadata", "annotations") is not { ValueKind: JsonValueKind.Object } annotations)
                continue;
            foreach (JsonProperty annotation in annotations.EnumerateObject())
            {
                bool isAddress = annotation.Name is "projectcalico.org/IPv4Address" or "projectcalico.org/IPv6Address"
                    or "flannel.alpha.coreos.com/public-ip" or "flannel.alpha.coreos.com/public-ipv6";
                if (isAddress && annotation.Value.ValueKind == JsonValueKind.String)
                    yield return (name, annotation.Name, annotation.Value.GetString()!.Split('/')[0]);
            }
        }
    }
}
