using System.Globalization;
using System.Text.RegularExpressions;

namespace Vipd.Daemon.Import;

/// <summary>
/// keepalived's line language: `@id` conditions, `$NAME=value` definitions (also of several lines), `~SEQ` and `~LST`
/// repetitions. Lines go in as they stand in the files and come out as what they mean.
/// </summary>
internal sealed partial class Definitions(string configId, List<ImportNote> notes)
{
    private const int MostLines = 100_000;
    private const int MostNesting = 40;
    private const int MostSubstitutions = 64;
    private const int LongestLine = 16 * 1024;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<SourceLine> _lines = [];

    /// <exception cref="ImportException">It expands without end.</exception>
    public IReadOnlyList<SourceLine> Expand(IReadOnlyList<SourceLine> source)
    {
        for (int i = 0; i < source.Count; i++)
        {
            SourceLine line = source[i];
            // A line that ends in a backslash goes on in the next; in a definition the break belongs to the value.
            string text = line.Text;
            while (text.EndsWith('\\') && i + 1 < source.Count && text.Length <= LongestLine)
                text = text[..^1].TrimEnd() + "\n" + source[++i].Text;
            text = text.TrimEnd('\\');
            Take(line.At, DefinitionStart().IsMatch(text) ? text : text.Replace('\n', ' '), nesting: 0);
        }

        return _lines;
    }

    private void Take(SourcePlace at, string text, int nesting)
    {
        if (nesting > MostNesting || text.Length > LongestLine)
            throw new ImportException(at, "definitions expand without end");
        text = text.Trim();
        if (text.Length == 0)
            return;
        if (text[0] == '@' && Condition().Match(text) is { Success: true } condition)
        {
            bool isMeant = (condition.Groups[2].Value == configId) != (condition.Groups[1].Length > 0);
            if (isMeant)
                Take(at, condition.Groups[3].Value, nesting + 1);
        }
        else if (Definition().Match(text) is { Success: true } definition)
        {
            _values[definition.Groups[1].Value] = definition.Groups[2].Value.Trim();
        }
        else if (Repetition().Match(text) is { Success: true } repetition)
        {
            Repeat(at, repetition, nesting);
        }
        else if (text.Contains('\n', StringComparison.Ordinal))
        {
            TakeLines(at, text, nesting);
        }
        else
        {
            Emit(at, text, nesting);
        }
    }

    // A definition inside a definition goes on over the lines that end in a backslash.
    private void TakeLines(SourcePlace at, string text, int nesting)
    {
        foreach (string part in text.Split('\n'))
            Take(at, part.Trim().TrimEnd('\\'), nesting + 1);
    }

    private void Emit(SourcePlace at, string text, int nesting)
    {
        string meant = Substitute(at, text);
        bool isMore = meant.Contains('\n', StringComparison.Ordinal) || meant.StartsWith('@') || meant.StartsWith('~');
        if (isMore && meant != text)
        {
            Take(at, meant, nesting + 1);
            return;
        }

        if (_lines.Count >= MostLines)
            throw new ImportException(at, $"definitions expand to more than {MostLines} lines");
        _lines.Add(new SourceLine(at, meant));
    }

    private string Substitute(SourcePlace at, string text)
    {
        for (int i = 0; i < MostSubstitutions; i++)
        {
            string meant = Use().Replace(text, use => ValueOf(at, use) ?? use.Value);
            if (meant == text || meant.Length > LongestLine)
                return meant;
            text = meant;
        }

        return text;
    }

    private string? ValueOf(SourcePlace at, Match use)
    {
        string name = use.Groups[1].Success ? use.Groups[1].Value : use.Groups[2].Value;
        string word = name.Split(' ', 2)[0];
        if (word is "_RANDOM" or "_ENV")
        {
            var note = new ImportNote(
                at, $"${{{name}}}", "differs from start to start or node to node; write its value");
            if (!notes.Contains(note))
                notes.Add(note);
            return null;
        }

        return name switch
        {
            "_PWD" => Path.GetDirectoryName(at.File) is { Length: > 0 } folder ? folder : ".",
            "_INSTANCE" => configId,
            // Comments are gone by now, so these stay what they stand for.
            "_HASH" => "#",
            "_BANG" => "!",
            _ => _values.GetValueOrDefault(name),
        };
    }

    private void Repeat(SourcePlace at, Match repetition, int nesting)
    {
        string rest = repetition.Groups[3].Value;
        string inside = Substitute(at, repetition.Groups[2].Value);
        IEnumerable<(string Name, string Value)[]> rounds = repetition.Groups[1].Value switch
        {
            "LST" => Lists(inside),
            var kind => Sequence(at, inside, isHex: kind == "SEQx"),
        };
        foreach ((string Name, string Value)[] round in rounds)
        {
            foreach ((string name, string value) in round)
                _values[name] = value;
            Take(at, rest, nesting + 1);
            if (_lines.Count >= MostLines)
                throw new ImportException(at, $"definitions expand to more than {MostLines} lines");
        }
    }

    private static IEnumerable<(string Name, string Value)[]> Sequence(SourcePlace at, string inside, bool isHex)
    {
        string[] parts = [.. inside.Split(',').Select(part => part.Trim())];
        long?[] numbers = [.. parts.Skip(1).Select(Number)];
        if (numbers.Length is 0 or > 3 || numbers.Contains(null))
            throw new ImportException(at, $"~SEQ({inside}) is not ~SEQ(name, start, step, end) with whole numbers");
        long end = numbers[^1]!.Value;
        long start = numbers.Length > 1 ? numbers[0]!.Value : end < 0 ? -1 : 1;
        long step = numbers.Length > 2 ? numbers[1]!.Value : end < start ? -1 : 1;
        if (step == 0 || Math.Abs(end - start) / Math.Abs(step) > MostLines)
            throw new ImportException(at, $"~SEQ({inside}) has no end, or more than {MostLines} rounds");
        for (long value = start; step > 0 ? value <= end : value >= end; value += step)
        {
            string text = value.ToString(isHex ? "x" : "d", CultureInfo.InvariantCulture);
            yield return [(parts[0], text)];
        }
    }

    private static IEnumerable<(string Name, string Value)[]> Lists(string inside)
    {
        string[][] groups =
        [
            .. Group().Matches(inside).Select(group => group.Groups[1].Success
                ? group.Groups[1].Value.Split(',').Select(part => part.Trim()).ToArray()
                : [group.Value.Trim()]),
        ];
        return groups.Skip(1).Select(values => groups[0].Zip(values, (name, value) => (name, value)).ToArray());
    }

    private static long? Number(string text)
    {
        bool isNegative = text.StartsWith('-');
        string digits = text.TrimStart('-', '+');
        bool isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return int.TryParse(
            isHex ? digits[2..] : digits,
            isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture,
            out int value)
            ? isNegative ? -(long)value : value
            : null;
    }

    [GeneratedRegex(@"\A@(\^?)(\S+)\s*(.*)\z", RegexOptions.Singleline)]
    private static partial Regex Condition();

    [GeneratedRegex(@"\A\$([A-Za-z_][A-Za-z0-9_]*)=(.*)\z", RegexOptions.Singleline)]
    private static partial Regex Definition();

    [GeneratedRegex(@"\A(@\S+\s+)?\$[A-Za-z_][A-Za-z0-9_]*=")]
    private static partial Regex DefinitionStart();

    [GeneratedRegex(@"\A~(SEQx|SEQ|LST)\(([^)]*)\)\s*(.*)\z", RegexOptions.Singleline)]
    private static partial Regex Repetition();

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*(?: [^}]*)?)\}|\$([A-Za-z_][A-Za-z0-9_]*)(?=\s|\z)")]
    private static partial Regex Use();

    [GeneratedRegex(@"\{([^}]*)\}|[^,{}\s]+")]
    private static partial Regex Group();
}
