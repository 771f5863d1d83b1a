using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Vipd.Daemon.Configuration;

/// <summary>
/// Text → tree. Built from YamlDotNet's parser events, as its own YamlStream is, because YamlStream stops at the first
/// duplicate key and puts no bound on nesting (its recursion would end the process) or on what aliases expand to.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>vipd.yaml needs six levels.</summary>
    public const int MaxDepth = 32;

    /// <summary>More than 255 virtual routers of 255 addresses each.</summary>
    public const int MaxValues = 131_072;

    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly ErrorList _errors;
    private readonly Dictionary<string, ConfigurationNode> _anchors = [];
    private int _values;
    private int _depth;

    private YamlTree(string text, ErrorList errors)
    {
        _scanner = new Scanner(new StringReader(text));
        _parser = new Parser(_scanner);
        _errors = errors;
    }

    /// <summary>Null, with the reason among the errors, when the text is not YAML or holds nothing.</summary>
    public static ConfigurationNode? Parse(string text, ErrorList errors)
    {
        try
        {
            return new YamlTree(text, errors).ReadDocument();
        }
        catch (YamlException refused)
        {
            Position at = FirstTabInIndentation(text, refused.Message) ?? PositionOf(refused.Start);
            errors.Add(at, "not valid YAML: " + Explain(refused.Message));
            return null;
        }
    }

    private ConfigurationNode? ReadDocument()
    {
        Next();
        ConfigurationNode? root = Next() is StreamEnd ? null : ReadValue(Next());
        if (root is null or ScalarNode { IsNull: true })
        {
            _errors.Add(new Position(1, 1), "the file is empty; it needs at least virtualRouters with one entry");
            return null;
        }

        Next();
        if (Next() is not StreamEnd and var second)
            _errors.Add(
                PositionOf(second.Start),
                "a second YAML document ('---') begins here; there may be only one: remove this line and what follows");
        return root;
    }

    private ConfigurationNode ReadValue(ParsingEvent at)
    {
        ConfigurationNode node = at switch
        {
            AnchorAlias alias => Resolve(alias),
            Scalar scalar => new ScalarNode(PositionOf(at.Start), scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => Nested(at, ReadSequence),
            MappingStart => Nested(at, ReadMapping),
            _ => throw new SemanticErrorException(at.Start, at.End, "expected a value."),
        };
        Count(at, at is AnchorAlias ? node.Size : 1);
        // Registered only now: an alias inside its own anchor finds nothing, so that no value contains itself.
        if (at is NodeEvent { Anchor: { IsEmpty: false } anchor })
            _anchors[anchor.Value] = node;
        return node;
    }

    private ConfigurationNode Resolve(AnchorAlias alias) =>
        _anchors.TryGetValue(alias.Value.Value, out ConfigurationNode? node)
            ? node
            : throw new SemanticErrorException(
                alias.Start, alias.End, $"no anchor &{alias.Value.Value} stands above this alias.");

    private ConfigurationNode Nested(ParsingEvent start, Func<ParsingEvent, ConfigurationNode> read)
    {
        if (++_depth > MaxDepth)
            throw new SemanticErrorException(start.Start, start.End, $"nested more than {MaxDepth} levels deep.");
        ConfigurationNode node = read(start);
        _depth--;
        return node;
    }

    private SequenceNode ReadSequence(ParsingEvent start)
    {
        var items = new List<ConfigurationNode>();
        for (ParsingEvent next = Next(); next is not SequenceEnd; next = Next())
            items.Add(ReadValue(next));
        return new SequenceNode(PositionOf(start.Start), items);
    }

    private MappingNode ReadMapping(ParsingEvent start)
    {
        var entries = new List<MappingEntry>();
        var lines = new Dictionary<string, int>();
        for (ParsingEvent next = Next(); next is not MappingEnd; next = Next())
        {
            Position at = PositionOf(next.Start);
            ConfigurationNode key = ReadValue(next);
            ConfigurationNode value = ReadValue(Next());
            if (key is not ScalarNode name)
                _errors.Add(at, $"a key must be a name, not {key.Kind}");
            else if (lines.TryAdd(name.Text, at.Line))
                entries.Add(new MappingEntry(name, value));
            else
                _errors.Add(at, $"key {name.Kind} occurs twice; the first is in line {lines[name.Text]}; remove one");
        }

        return new MappingNode(PositionOf(start.Start), entries);
    }

    private void Count(ParsingEvent at, int values)
    {
        _values += values;
        if (_values > MaxValues)
        {
            throw new SemanticErrorException(
                at.Start, at.End, $"more than {MaxValues} values, aliases counted as often as they are used.");
        }
    }

    private ParsingEvent Next()
    {
        try
        {
            if (_parser.MoveNext() && _parser.Current is { } next)
                return next;
        }
        catch (InvalidOperationException refused)
        {
            // YamlDotNet 16.3 says so, without a place, when a flow collection goes on at the margin of its block.
            Mark here = _scanner.CurrentPosition;
            throw new YamlException(
                here, here, "this is out of place; is it indented enough, are brackets closed?", refused);
        }

        Mark end = _scanner.CurrentPosition;
        throw new SemanticErrorException(end, end, "the text ends too early.");
    }

    private static Position PositionOf(in Mark mark) => new((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    /// <summary>YamlDotNet tells where the mapping around the tab begins, which may be pages away.</summary>
    private static Position? FirstTabInIndentation(string text, string message)
    {
        if (!message.Contains("invalid tab", StringComparison.Ordinal))
            return null;
        int line = 0;
        foreach (ReadOnlySpan<char> content in text.AsSpan().EnumerateLines())
        {
            line++;
            int indentation = content.IndexOfAnyExcept(' ');
            if (indentation >= 0 && content[indentation] == '\t')
                return new Position(line, indentation + 1);
        }

        return null;
    }

    private static string Explain(string message)
    {
        string sentence = ScalarFormats.Shorten(message, 200).TrimEnd('.');
        return message.Contains("cannot start any token", StringComparison.Ordinal)
            ? sentence + " (indent with spaces, not tabs; put values that begin with @, ` or % in quotes)"
            : sentence;
    }
}
