namespace Vipd.Daemon.Configuration.Schema;

/// <summary>What may stand in one place of the file, gathered from everything that was seen there.</summary>
internal sealed class SchemaNode
{
    private readonly List<ScalarShape> _shapes = [];
    private readonly SortedDictionary<string, Dictionary<string, SchemaProperty>> _variants =
        new(StringComparer.Ordinal);

    public IReadOnlyList<ScalarShape> Shapes => _shapes;

    /// <summary>Keys of a mapping by the value of its `type`, which is "" for a mapping without one.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, SchemaProperty>> Variants => _variants;

    public (int Min, int Max)? List { get; set; }

    /// <summary>Of a mapping whose keys the file chooses.</summary>
    public (int Max, ScalarShape? Keys)? Pairs { get; set; }

    /// <summary>What the entries of the list or the values of the pairs are; null: none was seen.</summary>
    public SchemaNode? Items { get; set; }

    /// <summary>Named by the format, and read nowhere: this version refuses it.</summary>
    public bool IsReserved { get; set; } = true;

    public void AddShape(ScalarShape? shape)
    {
        if (shape is not null && !_shapes.Contains(shape))
            _shapes.Add(shape);
    }

    public Dictionary<string, SchemaProperty> Variant(string type)
    {
        if (!_variants.TryGetValue(type, out Dictionary<string, SchemaProperty>? keys))
            _variants.Add(type, keys = []);
        return keys;
    }
}

/// <summary>One key of a mapping.</summary>
internal sealed class SchemaProperty
{
    public SchemaNode Value { get; } = new();

    public bool IsRequired { get; set; }

    public string? Description { get; set; }

    /// <summary>As the file would spell it.</summary>
    public string? Default { get; set; }
}
