using Vipd.Daemon.Configuration.Schema;

namespace Vipd.Daemon.Configuration;

/// <summary>
/// Reads one mapping key by key. Each read names a key, so that what was never named is unknown: reported, with the
/// nearest name, when the reading is over. A value that can't be read is reported and replaced by a stand-in, which
/// nobody sees because a file with an error yields no configuration.
/// </summary>
internal sealed class MappingReader
{
    private readonly MappingNode _node;
    private readonly ErrorList _errors;
    private readonly Dictionary<string, ConfigurationNode> _values;
    private readonly List<string> _known = [];
    private bool _takesAnyKey;

    private MappingReader(MappingNode node, ErrorList errors)
    {
        _node = node;
        _errors = errors;
        _values = node.Entries.ToDictionary(entry => entry.Key.Text, entry => entry.Value);
    }

    /// <summary>Null when <paramref name="node"/> is no mapping, which is reported.</summary>
    public static T? Read<T>(string what, ConfigurationNode node, ErrorList errors, Func<MappingReader, T?> read)
        where T : class
    {
        if (node is not MappingNode mapping)
        {
            errors.Add(node.Position, $"{what}: expected a mapping (key: value), not {node.Kind}");
            return null;
        }

        var reader = new MappingReader(mapping, errors);
        T? result = read(reader);
        reader.RefuseUnknownKeys();
        return result;
    }

    /// <summary>A nested mapping; where it is absent, an empty one is read, which gives the defaults.</summary>
    public T Section<T>(string key, Func<MappingReader, T> read)
        where T : class
    {
        Note(new KeyNote(key, IsRequired: false));
        T? section = Find(key) is { } node ? Read(key, node, _errors, read) : null;
        return section ?? read(new MappingReader(new MappingNode(_node.Position, []), new ErrorList("")));
    }

    public T Optional<T>(string key, ScalarFormat<T> format, T fallback, Action<T, Position>? then = null)
    {
        Note(new KeyNote(key, IsRequired: false, ShapedFormat.ShapeOf(format)));
        return Find(key) is { } node ? ReadScalar(key, node, format, fallback, _errors, then) : fallback;
    }

    public T Required<T>(string key, ScalarFormat<T> format, T standIn, Action<T, Position>? then = null)
    {
        Note(new KeyNote(key, IsRequired: true, ShapedFormat.ShapeOf(format)));
        if (Find(key) is { } node)
            return ReadScalar(key, node, format, standIn, _errors, then);
        ReportMissing(key);
        return standIn;
    }

    /// <summary>Null when absent.</summary>
    public string? OptionalText(string key, ScalarFormat<string> format)
    {
        Note(new KeyNote(key, IsRequired: false, ShapedFormat.ShapeOf(format)));
        return Find(key) is { } node ? ReadScalar(key, node, format, "", _errors) : null;
    }

    /// <summary>
    /// The values of a list, of which there may be <paramref name="max"/>, so that comparing them stays cheap. Null
    /// when the key is absent or holds no list, which is reported.
    /// </summary>
    public IReadOnlyList<ConfigurationNode>? OptionalList(string key, int max, bool mayBeEmpty = true)
    {
        Note(new KeyNote(key, IsRequired: false, List: (mayBeEmpty ? 0 : 1, max)));
        if (Find(key) is not { } node)
            return null;
        if (node is not SequenceNode { Items: var items })
        {
            _errors.Add(node.Position, $"{key}: expected a list, such as [a, b], not {node.Kind}");
            return null;
        }

        if (items.Count == 0 && !mayBeEmpty)
            _errors.Add(node.Position, $"{key}: the list is empty; it needs at least one entry");
        if (items.Count <= max)
            return items;
        _errors.Add(items[max].Position, $"{key}: this is one entry too many; there may be {max}");
        return [.. items.Take(max)];
    }

    /// <summary>As <see cref="OptionalList"/>; absent or empty is reported too, and then empty.</summary>
    public IReadOnlyList<ConfigurationNode> RequiredList(string key, int max)
    {
        Note(new KeyNote(key, IsRequired: true, List: (1, max)));
        if (!Has(key))
            ReportMissing(key);
        return OptionalList(key, max, mayBeEmpty: false) ?? [];
    }

    /// <summary>
    /// Keys that the file chooses itself, of which there may be <paramref name="max"/>; none when absent. One that is
    /// not of the format <paramref name="names"/> is reported.
    /// </summary>
    public IEnumerable<MappingEntry> OptionalPairs(string key, int max, ScalarFormat<string> names)
    {
        Note(new KeyNote(key, IsRequired: false, Pairs: (max, ShapedFormat.ShapeOf(names))));
        if (Find(key) is not { } node)
            return [];
        if (node is not MappingNode { Entries: var entries })
        {
            _errors.Add(node.Position, $"{key}: expected a mapping (key: value), not {node.Kind}");
            return [];
        }

        if (entries.Count > max)
            _errors.Add(entries[max].Key.Position, $"{key}: this is one entry too many; there may be {max}");
        foreach (MappingEntry entry in entries.Take(max))
        {
            if (names(entry.Key.Text).Problem is { } problem)
                _errors.Add(entry.Key.Position, $"{key}: {ScalarFormats.Quote(entry.Key.Text)} {problem}");
        }

        return entries.Take(max);
    }

    /// <summary>Names keys that are not read here: <see cref="NotYetSupported"/> refuses what they ask for.</summary>
    public void Reserve(params ReadOnlySpan<string> keys)
    {
        _known.AddRange(keys);
        foreach (string key in keys)
            Note(new KeyNote(key, IsRequired: false, IsReserved: true));
    }

    /// <summary>No key is unknown: what they should be can't be told.</summary>
    public void ReserveAll() => _takesAnyKey = true;

    public bool Has(string key) => _values.ContainsKey(key);

    public Position PositionOf(string key) => (_values.GetValueOrDefault(key) ?? _node).Position;

    public static T ReadScalar<T>(
        string what,
        ConfigurationNode node,
        ScalarFormat<T> format,
        T standIn,
        ErrorList errors,
        Action<T, Position>? then = null)
    {
        if (node is not ScalarNode { IsNull: false } scalar)
        {
            string right = node is ScalarNode
                ? "has no value; give one, or remove the key"
                : $"expected a single value, not {node.Kind}";
            errors.Add(node.Position, $"{what}: {right}");
            return standIn;
        }

        errors.Notes?.TakeScalar(node, format);
        Parsed<T> parsed = format(scalar.Text);
        if (parsed.Problem is { } problem)
        {
            errors.Add(node.Position, $"{what}: {ScalarFormats.Quote(scalar.Text)} {problem}");
            return standIn;
        }

        then?.Invoke(parsed.Value, node.Position);
        return parsed.Value;
    }

    private void Note(KeyNote note) => _errors.Notes?.Take(_node, note);

    private ConfigurationNode? Find(string key)
    {
        _known.Add(key);
        return _values.GetValueOrDefault(key);
    }

    private void ReportMissing(string key) =>
        _errors.Add(_node.Position, $"{key}: missing, and it has no default; add it");

    private void RefuseUnknownKeys()
    {
        if (_takesAnyKey)
            return;
        foreach (MappingEntry entry in _node.Entries)
        {
            string key = entry.Key.Text;
            if (_known.Contains(key))
                continue;
            string hint = key == "<<" ? "; merge keys are not supported, an alias may stand for a whole value only"
                : NearestName.Hint(key, _known) is { Length: > 0 } near ? near
                : "; known here: " + string.Join(", ", _known);
            _errors.Add(entry.Key.Position, $"unknown key {ScalarFormats.Quote(key)}{hint}");
        }
    }
}
