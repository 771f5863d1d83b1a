using System.Globalization;
using System.Text;

namespace Vipd.Daemon.Import;

/// <summary>One word of a line.</summary>
/// <param name="Text">Without its quotes, escapes resolved.</param>
/// <param name="IsQuoted">Some of it was quoted, so that a brace in it is a letter.</param>
internal readonly record struct Word(string Text, bool IsQuoted)
{
    public bool Opens => !IsQuoted && Text == "{";

    public bool Closes => !IsQuoted && Text == "}";
}

/// <summary>Lines → words, as keepalived.conf(5) describes quoted strings.</summary>
internal static class Words
{
    public static List<Word> Split(string line)
    {
        var words = new List<Word>();
        var word = new StringBuilder();
        bool isQuoted = false;
        bool isWord = false;
        char quote = '\0';
        void End()
        {
            if (isWord)
                words.Add(new Word(word.ToString(), isQuoted));
            word.Clear();
            (isQuoted, isWord) = (false, false);
        }

        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '\\' && i + 1 < line.Length)
            {
                (string text, int length) = Escape(line.AsSpan(i + 1));
                word.Append(text);
                i += length;
                isWord = true;
            }
            else if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                quote = quote == '\0' ? c : '\0';
                (isQuoted, isWord) = (true, true);
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                End();
            }
            else if (quote == '\0' && c is '{' or '}' && !IsOfDefinition(line, i))
            {
                End();
                words.Add(new Word(c.ToString(), IsQuoted: false));
            }
            else
            {
                word.Append(c);
                isWord = true;
            }
        }

        End();
        return words;
    }

    /// <summary>The words of a command that stands in one string.</summary>
    public static string[] OfCommand(string command) => [.. Split(command).Select(word => word.Text)];

    // `${NAME}` that is defined nowhere stays as it is.
    private static bool IsOfDefinition(string line, int index)
    {
        if (line[index] == '{')
            return index > 0 && line[index - 1] == '$';
        int open = line.LastIndexOf("${", index, StringComparison.Ordinal);
        return open >= 0 && line.IndexOf('}', open) == index;
    }

    // What follows the backslash, and how many characters of the line it took.
    private static (string Text, int Length) Escape(ReadOnlySpan<char> rest)
    {
        switch (rest[0])
        {
            case 'n': return ("\n", 1);
            case 't': return ("\t", 1);
            case 'r': return ("\r", 1);
            case 'x':
                int digits = 0;
                while (digits < 2 && digits + 1 < rest.Length && char.IsAsciiHexDigit(rest[digits + 1]))
                    digits++;
                if (digits == 0)
                    return ("x", 1);
                int code = int.Parse(
                    rest.Slice(1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                return (((char)code).ToString(), digits + 1);
            default: return (rest[0].ToString(), 1);
        }
    }
}
