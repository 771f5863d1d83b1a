using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vipd.Daemon.Configuration.Schema;

/// <summary>The schema's tree as JSON Schema, draft 7, which editors know.</summary>
internal static class SchemaWriter
{
    public static string Write(SchemaNode root)
    {
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "vipd.yaml",
            ["description"] = "`vipd check` knows more: references, duplicates, ranges of durations.",
        };
        foreach ((string key, JsonNode? value) in Describe(root))
            schema[key] = value?.DeepClone();
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(stream, options))
            schema.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static JsonObject Describe(SchemaNode node)
    {
        List<JsonObject> forms =
        [
            .. node.Shapes.Select(Describe),
            .. node.Variants.Select(variant => DescribeMapping(variant.Key, variant.Value)),
        ];
        if (node.List is { } list)
            forms.Add(DescribeList(list, node.Items));
        if (node.Pairs is { } pairs)
            forms.Add(DescribePairs(pairs, node.Items));
        // Two specimens of one form say the same.
        for (int i = forms.Count - 1; i > 0; i--)
        {
            if (forms[..i].Any(other => JsonNode.DeepEquals(other, forms[i])))
                forms.RemoveAt(i);
        }

        return forms.Count switch
        {
            // Nothing is known of it, so nothing is refused.
            0 => [],
            1 => forms[0],
            _ => new JsonObject { ["anyOf"] = new JsonArray([.. forms]) },
        };
    }

    private static JsonObject DescribeList((int Min, int Max) list, SchemaNode? items)
    {
        var schema = new JsonObject { ["type"] = "array" };
        if (list.Min > 0)
            schema["minItems"] = list.Min;
        // A list of which no entry was seen has none in this version.
        schema["maxItems"] = items is null ? 0 : list.Max;
        if (items is not null)
            schema["items"] = Describe(items);
        return schema;
    }

    private static JsonObject DescribePairs((int Max, ScalarShape? Keys) pairs, SchemaNode? values)
    {
        var schema = new JsonObject { ["type"] = "object", ["maxProperties"] = pairs.Max };
        if (pairs.Keys is { } keys)
            schema["propertyNames"] = Describe(keys);
        if (values is not null)
            schema["additionalProperties"] = Describe(values);
        return schema;
    }

    private static JsonObject DescribeMapping(string type, Dictionary<string, SchemaProperty> keys)
    {
        var properties = new JsonObject();
        foreach ((string key, SchemaProperty property) in keys)
            properties[key] = key == "type" && type.Length > 0 ? DescribeType(type, property) : Describe(property);
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        JsonNode?[] required = [.. keys.Where(key => key.Value.IsRequired).Select(key => (JsonNode)key.Key)];
        if (required.Length > 0)
            schema["required"] = new JsonArray(required);
        return schema;
    }

    private static JsonObject DescribeType(string type, SchemaProperty property)
    {
        var schema = new JsonObject { ["const"] = type };
        if (property.Description is { } description)
            schema["description"] = description;
        return schema;
    }

    private static JsonObject Describe(SchemaProperty property)
    {
        if (property.Value.IsReserved)
            return new JsonObject { ["not"] = new JsonObject(), ["description"] = "not supported by this version yet" };
        JsonObject schema = Describe(property.Value);
        if (property.Description is { } description)
            schema["description"] = description;
        if (property.Default is { } text)
            schema["default"] = ValueOf(text, property.Value.Shapes);
        return schema;
    }

    private static JsonObject Describe(ScalarShape shape) => shape switch
    {
        ScalarShape.Flag => new JsonObject { ["type"] = "boolean" },
        ScalarShape.Whole whole =>
            new JsonObject { ["type"] = "integer", ["minimum"] = whole.Min, ["maximum"] = whole.Max },
        ScalarShape.Words words =>
            new JsonObject { ["enum"] = new JsonArray([.. words.Choices.Select(word => (JsonNode)word)]) },
        ScalarShape.Text text => new JsonObject { ["type"] = "string", ["pattern"] = text.Pattern },
        // A pattern is for strings alone.
        ScalarShape.Verbatim text => new JsonObject
        {
            ["type"] = new JsonArray("string", "number", "boolean"),
            ["pattern"] = text.Pattern,
        },
        ScalarShape.Either either =>
            new JsonObject { ["anyOf"] = new JsonArray([.. either.Shapes.Select(Describe)]) },
        _ => throw new ArgumentOutOfRangeException(nameof(shape)),
    };

    private static JsonNode ValueOf(string text, IReadOnlyList<ScalarShape> shapes) =>
        shapes.Any(shape => shape is ScalarShape.Flag) ? text == "true"
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && shapes.Any(shape => shape is ScalarShape.Whole or ScalarShape.Either) ? number
        : text;
}
