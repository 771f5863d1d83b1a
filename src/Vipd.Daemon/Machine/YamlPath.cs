using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Machine;

/// <summary>Picks single values out of YAML that others wrote; what isn't as expected is null.</summary>
internal static class YamlPath
{
    /// <summary>The first document of the text; null when it is none.</summary>
    public static ConfigurationNode? Parse(string text) => YamlTree.Parse(text, new ErrorList(""));

    public static ConfigurationNode? At(this ConfigurationNode node, string key) => (node as MappingNode)?.Find(key);

    public static IReadOnlyList<ConfigurationNode> Items(this ConfigurationNode node) =>
        (node as SequenceNode)?.Items ?? [];

    /// <summary>The first entry of a list; null when it has none, or is no list.</summary>
    public static ConfigurationNode? First(this ConfigurationNode node) =>
        node.Items() is [var first, ..] ? first : null;

    public static string? Text(this ConfigurationNode node) =>
        node is ScalarNode { IsNull: false } scalar ? scalar.Text : null;
}
