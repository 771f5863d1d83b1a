using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Tests.Configuration.Schema;

/// <summary>
/// Evaluates the keywords of JSON Schema (draft 7) that vipd's schema uses. One that it doesn't know is an error, as
/// skipping it would accept anything. Plain YAML words are JSON's as in YAML's core schema (YAML 1.2 §10.3.2).
/// </summary>
internal static class SchemaSubset
{
    private static readonly string[] Annotations = ["$schema", "title", "description", "default"];

    public static bool Accepts(JsonNode schema, ConfigurationNode value) =>
        schema.AsObject().All(keyword => Holds(keyword.Key, keyword.Value!, schema.AsObject(), value));

    private static bool Holds(
        string keyword, JsonNode rule, JsonObject schema, ConfigurationNode value) => keyword switch
        {
            "type" => rule is JsonArray types
                ? types.Any(type => IsOf((string)type!, value)) : IsOf((string)rule!, value),
            "const" => IsEqual(rule, value),
            "enum" => rule.AsArray().Any(choice => IsEqual(choice!, value)),
            "pattern" => !IsOf("string", value) || Regex.IsMatch(((ScalarNode)value).Text, (string)rule!),
            "minimum" => Number(value) is not { } number || number >= (int)rule,
            "maximum" => Number(value) is not { } number || number <= (int)rule,
            "anyOf" => rule.AsArray().Any(form => Accepts(form!, value)),
            "not" => !Accepts(rule, value),
            "properties" => value is not MappingNode map || map.Entries.All(entry =>
                rule[entry.Key.Text] is not { } property || Accepts(property, entry.Value)),
            "additionalProperties" => value is not MappingNode map || map.Entries.All(entry =>
                schema["properties"]?[entry.Key.Text] is not null
                || (rule is JsonObject && Accepts(rule, entry.Value))),
            "propertyNames" => value is not MappingNode map || map.Entries.All(entry => Accepts(rule, entry.Key)),
            "maxProperties" => value is not MappingNode map || map.Entries.Count <= (int)rule,
            "required" => value is not MappingNode map || rule.AsArray().All(key => map.Find((string)key!) is not null),
            "items" => value is not SequenceNode list || list.Items.All(item => Accepts(rule, item)),
            "minItems" => value is not SequenceNode list || list.Items.Count >= (int)rule,
            "maxItems" => value is not SequenceNode list || list.Items.Count <= (int)rule,
            _ => Annotations.Contains(keyword) ? true : throw new NotSupportedException(keyword),
        };

    private static bool IsOf(string type, ConfigurationNode value) => type switch
    {
        "object" => value is MappingNode,
        "array" => value is SequenceNode,
        "boolean" => value is ScalarNode { Text: "true" or "false" },
        "integer" => Number(value) is not null,
        // Those with a fraction are texts here, which only a pattern could tell from numbers.
        "number" => Number(value) is not null,
        "string" => value is ScalarNode { IsNull: false, Text: not ("true" or "false") } && Number(value) is null,
        _ => throw new NotSupportedException(type),
    };

    private static bool IsEqual(JsonNode constant, ConfigurationNode value) =>
        value is ScalarNode { IsNull: false } scalar && scalar.Text == constant.ToString();

    private static long? Number(ConfigurationNode value) =>
        value is ScalarNode scalar
        && long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;
}
