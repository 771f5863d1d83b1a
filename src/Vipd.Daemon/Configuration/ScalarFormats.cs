using System.Globalization;
using System.Text;
using Vipd.Daemon.Configuration.Schema;
using Vipd.Vrrp;

namespace Vipd.Daemon.Configuration;

/// <summary>What a text means, or why it means nothing, as the end of a sentence that begins with the text.</summary>
internal readonly record struct Parsed<T>(T Value, string? Problem)
{
    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static Parsed<T> Bad(string problem) => new(default!, problem);
}

internal delegate Parsed<T> ScalarFormat<T>(string text);

/// <summary>The formats of single values that are not about networks.</summary>
internal static class ScalarFormats
{
    public const int MaxNameLength = 63;

    /// <summary>The same format, described for the schema too.</summary>
    public static ScalarFormat<T> Shaped<T>(ScalarShape shape, ScalarFormat<T> format) =>
        new ShapedFormat<T>(shape, format).Read;

    public static ScalarFormat<bool> Boolean { get; } = Shaped<bool>(new ScalarShape.Flag(), static text => text switch
    {
        "true" => true,
        "false" => false,
        _ => Parsed<bool>.Bad("is not true or false"),
    });

    /// <summary>Decimal digits only: `051` would be 41 to some YAML readers and is refused.</summary>
    public static ScalarFormat<int> Integer(int min, int max) => Shaped<int>(new ScalarShape.Whole(min, max), text =>
        (text is "0" || !text.StartsWith('0'))
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
        && value >= min && value <= max
            ? value
            : Parsed<int>.Bad($"is not a whole number from {min} to {max}"));

    public static ScalarFormat<Vrid> Vrid { get; } = Shaped<Vrid>(new ScalarShape.Whole(1, 255), static text =>
        Integer(1, 255)(text) is { Problem: null, Value: var value }
            ? new Vrid(value)
            : Parsed<Vrid>.Bad("is not a virtual router identifier, a whole number from 1 to 255"));

    public static ScalarFormat<Priority> Priority { get; } = Shaped<Priority>(
        new ScalarShape.Whole(1, 255), static text => Integer(1, 255)(text) is { Problem: null, Value: var value }
            ? new Priority((byte)value)
            : Parsed<Priority>.Bad("is not a priority from 1 to 254, or 255 for the owner of the addresses"));

    public static ScalarFormat<CheckWeight> Weight { get; } = Shaped<CheckWeight>(
        new ScalarShape.Either(new ScalarShape.Whole(0, 254), new ScalarShape.Words("fault")), static text =>
    {
        if (text == "fault")
            return CheckWeight.Fault;
        return Integer(0, CheckWeight.MaximumAmount)(text) is { Problem: null, Value: var amount }
            ? CheckWeight.Lower(amount)
            : Parsed<CheckWeight>.Bad("is not a whole number from 0 to 254 (lower the priority by it) or fault");
    });

    public static ScalarFormat<T> Choice<T>(params (string Name, T Value)[] choices) =>
        Shaped<T>(new ScalarShape.Words([.. choices.Select(choice => choice.Name)]), text =>
    {
        foreach ((string name, T value) in choices)
        {
            if (name == text)
                return value;
        }

        string[] names = [.. choices.Select(choice => choice.Name)];
        return Parsed<T>.Bad("is not one of " + string.Join(", ", names) + NearestName.Hint(text, names));
    });

    /// <summary>The label of a router or a check: it must survive in metrics, paths and shells unquoted.</summary>
    public static ScalarFormat<string> Name { get; } = Shaped<string>(new ScalarShape.Text("^[a-z0-9-]{1,63}$"), text =>
        text.Length is > 0 and <= MaxNameLength
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? text
            : Parsed<string>.Bad($"is not a name of 1 to {MaxNameLength} lower-case letters, digits and hyphens"));

    /// <summary>
    /// A name that stands elsewhere: that it doesn't is told with the nearest one, whatever it looks like.
    /// </summary>
    public static ScalarFormat<string> Reference { get; } =
        Shaped<string>(new ScalarShape.Text("^[a-z0-9-]{1,63}$"), static text => text);

    public static ScalarFormat<string> AbsolutePath { get; } = Shaped<string>(
        new ScalarShape.Text("^/(.*[^/])$"), static text =>
        text.StartsWith('/') && !text.EndsWith('/') && !text.Any(char.IsControl)
            ? text
            : Parsed<string>.Bad("is not an absolute path of a file, such as /etc/vipd/file"));

    /// <summary>Anything that execve(2) can hand over.</summary>
    public static ScalarFormat<string> Argument { get; } = Shaped<string>(
        new ScalarShape.Verbatim("^[^\\x00]*$"), static text => text.Contains('\0', StringComparison.Ordinal)
            ? Parsed<string>.Bad("must not hold a zero character, which ends every argument")
            : text);

    public static ScalarFormat<string> FileName { get; } = Shaped<string>(
        new ScalarShape.Verbatim("^[^/\\x00-\\x1F\\x7F-\\x9F]+$"), static text =>
        text.Length > 0 && !text.Any(c => c == '/' || char.IsControl(c))
            ? text
            : Parsed<string>.Bad("is not the name of a program, without its folder"));

    /// <summary>Any text on one line; it may go to other programs, in which a zero ends it.</summary>
    public static ScalarFormat<string> Text { get; } = Shaped<string>(
        new ScalarShape.Verbatim("^[^\\x00-\\x1F\\x7F-\\x9F]+$"), static text =>
        text.Length > 0 && !text.Any(char.IsControl) ? text : Parsed<string>.Bad("is not a text of one line"));

    /// <summary>sockaddr_un.sun_path has 108 octets with its terminating zero (unix(7)).</summary>
    public static ScalarFormat<string> SocketPath { get; } = Shaped<string>(
        new ScalarShape.Text("^/(.{0,105}[^/])$"), static text =>
        AbsolutePath(text) is { Problem: null } && Encoding.UTF8.GetByteCount(text) <= 107
            ? text
            : Parsed<string>.Bad("is not an absolute path of at most 107 octets, such as /run/vipd/vipd.sock"));

    /// <summary>In quotes, on one line, not longer than a line of a terminal.</summary>
    public static string Quote(string text) => $"'{Shorten(text)}'";

    /// <summary>Nothing from the file may move the cursor of whoever reads the error.</summary>
    public static string Shorten(string text, int length = 60)
    {
        string head = text.Length > length ? text[..(length - 1)] + "…" : text;
        return string.Create(head.Length, head, static (target, source) =>
        {
            for (int i = 0; i < source.Length; i++)
                target[i] = IsHarmless(source[i]) ? source[i] : '\uFFFD';
        });
    }

    private static bool IsHarmless(char c) => char.GetUnicodeCategory(c) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
