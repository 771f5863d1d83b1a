using System.Text.RegularExpressions;

namespace Vipd.Daemon.Configuration.Schema;

/// <summary>
/// A text in which keys of the format are used: the annotated example with the lines that it comments out made active,
/// and each line's comment kept as the description of its key.
/// </summary>
internal sealed partial class Specimen
{
    private readonly string[] _lines;
    private readonly Dictionary<int, string> _descriptions = [];
    private readonly HashSet<int> _commentedOut = [];

    public Specimen(string text)
    {
        _lines = text.Split('\n');
        int described = 0;
        int comment = -1;
        for (int line = 1; line <= _lines.Length; line++)
        {
            string content = _lines[line - 1];
            // A comment goes on below its beginning; so far to the right there are no keys.
            if (comment > 0 && content.IndexOf("# ", StringComparison.Ordinal) == comment
                && string.IsNullOrWhiteSpace(content[..comment]))
            {
                _descriptions[described] += " " + content[(comment + 2)..].Trim();
                continue;
            }

            if (CommentedOut().Match(content) is { Success: true } key)
            {
                _lines[line - 1] = key.Groups[1].Value + key.Groups[2].Value;
                _commentedOut.Add(line);
            }

            comment = -1;
            if (TrailingComment().Match(content) is not { Success: true } match)
                continue;
            _descriptions[described = line] = match.Groups[1].Value.Trim();
            comment = match.Groups[1].Index - 2;
        }
    }

    public string Text => string.Join('\n', _lines);

    /// <summary>The comment at the end of a line belongs to the first key in it.</summary>
    public string? DescriptionOf(ScalarNode key)
    {
        (int line, int column) = (key.Position.Line, key.Position.Column);
        return _lines[line - 1].AsSpan(0, column - 1).Trim(" -").IsEmpty ? _descriptions.GetValueOrDefault(line) : null;
    }

    /// <summary>A line that is commented out shows its keys' defaults, unless it says what they are.</summary>
    public bool ShowsDefault(ScalarNode key) =>
        _commentedOut.Contains(key.Position.Line)
        && _descriptions.GetValueOrDefault(key.Position.Line)?.StartsWith("default", StringComparison.Ordinal) != true;

    // Prose has colons too, but begins with a capital letter, or its first word has more than letters and digits.
    [GeneratedRegex(@"^( *)# ( *(?:- )?(?:[a-z][a-zA-Z0-9]*:(?: .*)?|\{.*\}(?: .*)?))$")]
    private static partial Regex CommentedOut();

    // What is commented out begins with this sign as well.
    [GeneratedRegex(@"\S.*? # (.*)$")]
    private static partial Regex TrailingComment();
}
