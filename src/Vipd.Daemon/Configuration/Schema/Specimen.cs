using System.Text.RegularExpressions;

namespace Vipd.Daemon.Configuration.Schema;

/// <summary>
/// A text in which keys of the format are used: the annotated example with the lines that it comments out made active,
/// and each line's comment kept as the description of its key.
/// </summary>
internal sealed partial class Specimen
{
    private readonly string[] _lines;
    private readonly HashSet<int> _commentedOut = [];

    public Specimen(string text)
    {
        _lines = text.Split('\n');
        for (int i = 0; i < _lines.Length; i++)
        {
            Match match = CommentedOut().Match(_lines[i]);
            if (!match.Success)
                continue;
            _lines[i] = match.Groups[1].Value + match.Groups[2].Value;
            _commentedOut.Add(i + 1);
        }
    }

    public string Text => string.Join('\n', _lines);

    /// <summary>The comment at the end of a line, counted from 1.</summary>
    public string? DescriptionAt(int line) =>
        TrailingComment().Match(_lines[line - 1]) is { Success: true } match ? match.Groups[1].Value.Trim() : null;

    /// <summary>A line that is commented out shows its key's default, unless it says what that is.</summary>
    public bool ShowsDefault(int line) =>
        _commentedOut.Contains(line)
        && DescriptionAt(line)?.StartsWith("default", StringComparison.Ordinal) != true;

    // Prose has colons too, but begins with a capital letter, or its first word has more than letters and digits.
    [GeneratedRegex(@"^( *)# ( *(?:- )?(?:[a-z][a-zA-Z0-9]*:(?: .*)?|\{.*\}(?: .*)?))$")]
    private static partial Regex CommentedOut();

    [GeneratedRegex(@" # (.*)$")]
    private static partial Regex TrailingComment();
}
