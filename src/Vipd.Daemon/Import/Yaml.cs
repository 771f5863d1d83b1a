using System.Text;
using System.Text.RegularExpressions;

namespace Vipd.Daemon.Import;

/// <summary>Texts as YAML that reads back as the same texts.</summary>
internal static partial class Yaml
{
    public static string List(IEnumerable<string> items) => "[" + string.Join(", ", items.Select(Scalar)) + "]";

    /// <summary>Plain where nobody can misread it, else in double quotes.</summary>
    public static string Scalar(string text)
    {
        if (Plain().IsMatch(text))
            return text;
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                _ when !IsPlainLetter(c) => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    // Halves of a pair stay together: an escape of one alone is no character.
    private static bool IsPlainLetter(char c) =>
        c is >= ' ' and <= '~' || char.IsLetterOrDigit(c) || char.IsSurrogate(c);

    // Not what a reader of YAML takes for a number or a truth value.
    [GeneratedRegex(
        @"\A(?!(true|false|null|yes|no|on|off|y|n|[0-9]+([.][0-9]*)?)\z)[a-z0-9/._][a-z0-9/._@%+=-]*\z",
        RegexOptions.IgnoreCase)]
    private static partial Regex Plain();
}
