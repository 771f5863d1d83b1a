using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Import;

/// <summary>A line of keepalived's configuration, which may be made of many files.</summary>
/// <param name="File">As it was named by whoever included it.</param>
/// <param name="Line">From 1.</param>
internal readonly record struct SourcePlace(string File, int Line)
{
    public override string ToString() => $"{File}:{Line}";
}

/// <summary>One line with its comment, conditions and definitions gone.</summary>
internal readonly record struct SourceLine(SourcePlace At, string Text);

/// <summary>What was not carried over, or not exactly: where it stands, and what to do instead.</summary>
internal sealed record ImportNote(SourcePlace At, string Keyword, string Advice)
{
    private const int LongestLine = 400;

    public override string ToString() => ScalarFormats.Shorten($"{At}: {Keyword}: {Advice}", LongestLine);
}

internal static class ImportNotes
{
    public static void Add(this List<ImportNote> notes, SourcePlace at, string keyword, string advice) =>
        notes.Add(new ImportNote(at, keyword, advice));
}

/// <summary>The text can't be read to its end: it includes itself, or expands to more than anyone means.</summary>
internal sealed class ImportException(SourcePlace at, string message) : Exception($"{at}: {message}");
