namespace Vipd.Daemon.Configuration.Schema;

/// <summary>What a reader said of one key by asking for it.</summary>
/// <param name="Shape">Of a single value; null for a section or a list, and for a format without a shape.</param>
/// <param name="List">How many entries a list may have; null when the key holds no list.</param>
/// <param name="Pairs">Of a mapping whose keys the file chooses: how many, and their shape; null for all else.</param>
/// <param name="IsReserved">Named by no reader yet: the version at hand refuses it.</param>
internal sealed record KeyNote(
    string Key,
    bool IsRequired,
    ScalarShape? Shape = null,
    (int Min, int Max)? List = null,
    (int Max, ScalarShape? Keys)? Pairs = null,
    bool IsReserved = false);

/// <summary>
/// Listens while a text is read, and keeps for each mapping which keys its reader asked for and for each single value
/// what it is read as: the readers are the only description of the format that there is.
/// </summary>
internal sealed class FormatNotes
{
    private readonly Dictionary<ConfigurationNode, List<KeyNote>> _keys = [];
    private readonly Dictionary<ConfigurationNode, ScalarShape> _scalars = [];

    public void Take(MappingNode of, KeyNote note)
    {
        if (!_keys.TryGetValue(of, out List<KeyNote>? notes))
            _keys.Add(of, notes = []);
        int known = notes.FindIndex(other => other.Key == note.Key);
        // A key may be asked for twice, first whether it is there; what is said of its value comes last.
        if (known >= 0)
            notes[known] = note with { IsRequired = note.IsRequired || notes[known].IsRequired };
        else
            notes.Add(note);
    }

    public void TakeScalar(ConfigurationNode value, Delegate format)
    {
        if (ShapedFormat.ShapeOf(format) is { } shape)
            _scalars[value] = shape;
    }

    public IReadOnlyList<KeyNote> KeysOf(MappingNode node) => _keys.GetValueOrDefault(node) ?? [];

    public ScalarShape? ShapeOf(ConfigurationNode value) => _scalars.GetValueOrDefault(value);
}
