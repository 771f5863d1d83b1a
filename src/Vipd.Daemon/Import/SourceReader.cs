using System.IO.Enumeration;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Import;

/// <summary>Files → physical lines without comments, includes followed where they stand.</summary>
internal sealed class SourceReader(MachineFiles files, List<ImportNote> notes)
{
    private const int DeepestInclude = 16;
    private const int MostLines = 200_000;

    private static readonly string[] IncludeKeywords =
        ["include", "includer", "includem", "includew", "includeb", "includea"];

    private readonly List<SourceLine> _lines = [];

    /// <exception cref="ImportException">Includes without end.</exception>
    public IReadOnlyList<SourceLine> Read(string path, string text)
    {
        Take(path, text, depth: 0);
        return _lines;
    }

    /// <summary>Cuts a comment off: from # or ! to the end, where neither quoted nor escaped.</summary>
    public static string WithoutComment(string line)
    {
        char quote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '\\')
                i++;
            else if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'')
                quote = c;
            else if (c is '#' or '!')
                return line[..i].TrimEnd();
        }

        return line.TrimEnd();
    }

    private void Take(string path, string text, int depth)
    {
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            var at = new SourcePlace(path, ++number);
            string line = WithoutComment(raw).Trim();
            if (line.Length == 0)
                continue;
            if (_lines.Count >= MostLines)
                throw new ImportException(at, $"more than {MostLines} lines, includes counted");
            string[] words = line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 2 && IncludeKeywords.Contains(words[0]))
                Include(at, words[1].Trim('"', '\''), depth + 1);
            else
                _lines.Add(new SourceLine(at, line));
        }
    }

    private void Include(SourcePlace at, string pattern, int depth)
    {
        if (depth > DeepestInclude)
            throw new ImportException(at, $"files include each other more than {DeepestInclude} deep");
        string folder = Path.GetDirectoryName(at.File) ?? "";
        string[] found = [.. Alternatives(Path.Combine(folder, pattern)).SelectMany(Glob)];
        if (found.Length == 0)
            notes.Add(at, "include", $"no file matches {pattern}; nothing was read: import where there is one");
        foreach (string path in found)
        {
            FileReading reading = files.Read(path);
            if (reading.Text is { } text)
                Take(path, text, depth);
            else
                notes.Add(at, "include", reading.Problem ?? $"{path} is not there; import where it is");
        }
    }

    /// <summary>`a{b,c}d` → abd, acd, as a shell does it.</summary>
    private static IEnumerable<string> Alternatives(string pattern)
    {
        int open = pattern.IndexOf('{', StringComparison.Ordinal);
        int close = open < 0 ? -1 : pattern.IndexOf('}', open);
        return close < 0
            ? [pattern]
            : pattern[(open + 1)..close].Split(',')
                .SelectMany(choice => Alternatives(pattern[..open] + choice + pattern[(close + 1)..]));
    }

    private IEnumerable<string> Glob(string pattern)
    {
        string name = Path.GetFileName(pattern);
        string folder = Path.GetDirectoryName(pattern) ?? "";
        if (folder.AsSpan().IndexOfAny('*', '?') >= 0)
            return GlobFolders(folder).SelectMany(match => Glob(Path.Combine(match, name)));
        return name.AsSpan().IndexOfAny('*', '?') < 0
            ? files.Exists(pattern) ? [pattern] : []
            : files.List(folder).Where(path =>
                FileSystemName.MatchesSimpleExpression(name, Path.GetFileName(path), ignoreCase: false));
    }

    private IEnumerable<string> GlobFolders(string pattern)
    {
        string name = Path.GetFileName(pattern);
        string parent = Path.GetDirectoryName(pattern) ?? "";
        IEnumerable<string> parents = parent.AsSpan().IndexOfAny('*', '?') >= 0 ? GlobFolders(parent) : [parent];
        return parents.SelectMany(files.ListFolders).Where(path =>
            FileSystemName.MatchesSimpleExpression(name, Path.GetFileName(path), ignoreCase: false));
    }
}
