namespace Vipd.Daemon.Configuration.Schema;

/// <summary>Carries what the readers noted about one specimen into the schema's tree.</summary>
internal sealed class SchemaGathering(FormatNotes notes, Specimen specimen)
{
    private const string TypeKey = "type";

    public void Take(SchemaNode into, ConfigurationNode value)
    {
        switch (value)
        {
            case SequenceNode sequence:
                foreach (ConfigurationNode item in sequence.Items)
                    Take(into.Items ??= new SchemaNode(), item);
                break;
            case MappingNode pairs when into.Pairs is not null:
                foreach (MappingEntry entry in pairs.Entries)
                    Take(into.Items ??= new SchemaNode(), entry.Value);
                break;
            case MappingNode mapping when notes.KeysOf(mapping) is { Count: > 0 } keys:
                TakeMapping(into, mapping, keys);
                break;
            case ScalarNode:
                into.AddShape(notes.ShapeOf(value));
                break;
        }
    }

    private void TakeMapping(SchemaNode into, MappingNode mapping, IReadOnlyList<KeyNote> keys)
    {
        bool hasType = keys.Any(note => note.Key == TypeKey);
        string type = hasType && mapping.Find(TypeKey) is ScalarNode { Text: var text } ? text : "";
        Dictionary<string, SchemaProperty> properties = into.Variant(type);
        foreach (KeyNote note in keys)
        {
            if (!properties.TryGetValue(note.Key, out SchemaProperty? property))
                properties.Add(note.Key, property = new SchemaProperty());
            property.IsRequired |= note.IsRequired;
            property.Value.IsReserved &= note.IsReserved;
            property.Value.List ??= note.List;
            property.Value.Pairs ??= note.Pairs;
            property.Value.AddShape(note.Shape);
            MappingEntry? entry = mapping.Entries.FirstOrDefault(entry => entry.Key.Text == note.Key);
            if (entry is null)
                continue;
            property.Description ??= specimen.DescriptionOf(entry.Key);
            if (entry.Value is ScalarNode scalar && specimen.ShowsDefault(entry.Key))
                property.Default ??= scalar.Text;
            Take(property.Value, entry.Value);
        }
    }
}
