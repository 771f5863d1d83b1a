using System.Text.Json;
using System.Text.RegularExpressions;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Tests.Configuration.Schema;

/// <summary>A tree as one line of YAML in flow style, whole or with one thing wrong.</summary>
internal static partial class FlowText
{
    public static string Write(ConfigurationNode node) => Write(node, null, "");

    /// <summary>One text for each key that is misspelt, and two for each value of the wrong kind.</summary>
    public static IEnumerable<string> Damaged(ConfigurationNode root)
    {
        foreach (MappingEntry entry in Entries(root))
        {
            yield return Write(root, entry.Key, JsonSerializer.Serialize(entry.Key.Text + "x"));
            yield return Write(root, entry.Value, "[[[]]]");
            if (entry.Value is not MappingNode)
                yield return Write(root, entry.Value, "{}");
        }
    }

    private static string Write(ConfigurationNode node, ConfigurationNode? instead, string text) =>
        node == instead ? text : node switch
        {
            MappingNode map => "{" + string.Join(", ", map.Entries.Select(entry =>
                $"{Write(entry.Key, instead, text)}: {Write(entry.Value, instead, text)}")) + "}",
            SequenceNode list => "[" + string.Join(", ", list.Items.Select(item => Write(item, instead, text))) + "]",
            ScalarNode scalar => Plain().IsMatch(scalar.Text) ? scalar.Text : JsonSerializer.Serialize(scalar.Text),
            _ => throw new ArgumentOutOfRangeException(nameof(node)),
        };

    /// <summary>Not those of `headers`, whose keys are the file's own: none is misspelt.</summary>
    private static IEnumerable<MappingEntry> Entries(ConfigurationNode node) => node switch
    {
        MappingNode map => map.Entries.Concat(
            map.Entries.Where(entry => entry.Key.Text != "headers").SelectMany(entry => Entries(entry.Value))),
        SequenceNode list => list.Items.SelectMany(Entries),
        _ => [],
    };

    [GeneratedRegex("^[a-zA-Z0-9]+$")]
    private static partial Regex Plain();
}
