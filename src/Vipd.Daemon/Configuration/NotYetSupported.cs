namespace Vipd.Daemon.Configuration;

/// <summary>
/// What the format promises and this daemon can't do yet. It must never be taken in silence: whoever asks for
/// authentication and gets none is worse off than whoever gets an error. A feature that is built loses its line here.
/// </summary>
internal static class NotYetSupported
{
    private static readonly Feature[] Features =
    [
        new("metrics.keepalivedExporterNames", "keepalivedExporterNames: true", Is("true")),
        new("manageSysctls", "manageSysctls: true", Is("true")),
        new("virtualRouters[].authentication.type", "type: hmac-sha256", Is("hmac-sha256")),
        new("virtualRouters[].balance", "balance", _ => true),
    ];

    public static void Refuse(ConfigurationNode root, ErrorList errors)
    {
        foreach (Feature feature in Features)
        {
            IEnumerable<ConfigurationNode> nodes = [root];
            foreach (string step in feature.Path.Split('.'))
                nodes = nodes.SelectMany(node => Descend(node, step));
            foreach (ConfigurationNode node in nodes.Where(feature.IsWanted))
                errors.Add(node.Position, $"{feature.What} is not supported by this version of vipd yet");
        }
    }

    private static IEnumerable<ConfigurationNode> Descend(ConfigurationNode node, string step)
    {
        bool each = step.EndsWith("[]", StringComparison.Ordinal);
        ConfigurationNode? value = (node as MappingNode)?.Find(each ? step[..^2] : step);
        if (each)
            return value is SequenceNode sequence ? sequence.Items : [];
        return value is null ? [] : [value];
    }

    private static Func<ConfigurationNode, bool> Is(string text) =>
        node => node is ScalarNode scalar && scalar.Text == text;

    /// <param name="Path">Keys from the root; `[]` means each entry of the list.</param>
    /// <param name="What">The subject of "… is not supported".</param>
    /// <param name="IsWanted">Whether the value asks for it.</param>
    private sealed record Feature(string Path, string What, Func<ConfigurationNode, bool> IsWanted);
}
