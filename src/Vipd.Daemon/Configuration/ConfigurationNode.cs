namespace Vipd.Daemon.Configuration;

/// <summary>A place in the file; both count from 1.</summary>
internal readonly record struct Position(int Line, int Column);

/// <summary>YAML as a tree in which every value knows its place; what it means is the readers' business.</summary>
internal abstract class ConfigurationNode(Position position, int size)
{
    public Position Position { get; } = position;

    /// <summary>This value and all below it, aliases counted as often as they are used.</summary>
    public int Size { get; } = size;

    /// <summary>"a list": the subject of "expected …, not a list".</summary>
    public abstract string Kind { get; }
}

internal sealed class ScalarNode(Position position, string text, bool isPlain) : ConfigurationNode(position, 1)
{
    public string Text { get; } = text;

    /// <summary>`key:` without a value, or YAML's words for it; quoted words are texts (YAML 1.2 §10.3.2).</summary>
    public bool IsNull { get; } = isPlain && text is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => IsNull ? "nothing" : ScalarFormats.Quote(Text);
}

internal sealed class SequenceNode(Position position, IReadOnlyList<ConfigurationNode> items)
    : ConfigurationNode(position, 1 + items.Sum(item => item.Size))
{
    public IReadOnlyList<ConfigurationNode> Items { get; } = items;

    public override string Kind => "a list";
}

/// <summary>No key occurs twice: <see cref="YamlTree"/> has refused the second one.</summary>
internal sealed class MappingNode(Position position, IReadOnlyList<MappingEntry> entries)
    : ConfigurationNode(position, 1 + entries.Sum(entry => 1 + entry.Value.Size))
{
    public IReadOnlyList<MappingEntry> Entries { get; } = entries;

    public override string Kind => "a mapping";

    public ConfigurationNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
}

internal sealed record MappingEntry(ScalarNode Key, ConfigurationNode Value);
