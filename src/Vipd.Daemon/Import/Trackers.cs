using System.Globalization;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Import;

/// <summary>What a virtual router takes from one line of `track_script` and the like.</summary>
/// <param name="Check">The check's name.</param>
/// <param name="Bonus">What a positive weight adds to the priority while all is well.</param>
internal readonly record struct TrackerUse(string Check, int Bonus);

/// <summary>
/// vrrp_script, vrrp_track_process and track_file → checks. A check of vipd has one weight; where routers give the same
/// tracker different ones, it becomes several checks.
/// </summary>
internal sealed class Trackers(MachineFiles files, List<ImportNote> notes, Names names)
{
    private readonly Dictionary<string, Statement> _defined = new(StringComparer.Ordinal);
    private readonly List<(string Tracker, ImportedCheck Check)> _checks = [];

    public IReadOnlyList<ImportedCheck> Checks => [.. _checks.Select(made => made.Check)];

    public void Define(Statement statement)
    {
        if (!_defined.TryAdd(statement.Argument, statement))
            notes.Add(statement.At, statement.Keyword, $"{statement.Argument} is defined twice; the first counts");
    }

    /// <summary>Trackers that no router names are not run by keepalived either.</summary>
    public void NoteUnused()
    {
        foreach ((string name, Statement statement) in _defined)
        {
            if (_checks.All(made => made.Tracker != name))
                notes.Add(statement.At, statement.Keyword, $"{name} is tracked by no instance; left out");
        }
    }

    /// <summary>Null, with a note, when the line can't be carried over.</summary>
    public TrackerUse? Use(Statement line, bool ignoresWeights)
    {
        if (!_defined.TryGetValue(line.Keyword, out Statement? tracker))
        {
            notes.Add(line.At, line.Keyword, "nothing of that name is defined; left out: see how it is spelled");
            return null;
        }

        (int weight, bool isReversed) = WeightOf(line) ?? Default(tracker);
        if (isReversed)
        {
            notes.Add(line.At, "reverse", "turn the check's command around, and give it this weight");
            return null;
        }

        if (ignoresWeights && weight != 0)
        {
            notes.Add(
                line.At, line.Keyword, "keepalived ignores a weight here (sync group, address owner); left out");
            return null;
        }

        var cost = weight == 0 ? ImportedWeight.Fault : new ImportedWeight(Math.Min(Math.Abs(weight), 254));
        return new TrackerUse(CheckOf(tracker, cost), Math.Max(weight, 0));
    }

    /// <summary>`weight N [reverse]` behind a name; null where there is none.</summary>
    public static (int Weight, bool IsReversed)? WeightOf(Statement line)
    {
        string[] words = [.. line.Arguments];
        int at = Array.IndexOf(words, "weight");
        return at >= 0 && at + 1 < words.Length
            && int.TryParse(words[at + 1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int weight)
                ? (Math.Clamp(weight, -254, 254), words.Contains("reverse"))
                : null;
    }

    private static (int Weight, bool IsReversed) Default(Statement tracker)
    {
        Statement? weight = tracker.Children.FirstOrDefault(child => child.Keyword == "weight");
        int fallback = tracker.Keyword.EndsWith("track_file", StringComparison.Ordinal) ? 1 : 0;
        return int.TryParse(
            weight?.Argument, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? (Math.Clamp(value, -254, 254), weight.Arguments.Contains("reverse"))
            : (fallback, false);
    }

    private string CheckOf(Statement tracker, ImportedWeight weight)
    {
        string name = tracker.Argument;
        foreach ((string other, ImportedCheck check) in _checks)
        {
            if (other == name && check.Weight == weight)
                return check.Name;
        }

        ImportedCheck made = Make(tracker, weight);
        _checks.Add((name, made));
        return made.Name;
    }

    private ImportedCheck Make(Statement tracker, ImportedWeight weight)
    {
        string origin = $"{tracker.Keyword} {tracker.Argument} ({tracker.At})";
        string name = names.Make(tracker.Argument);
        // Notes about its keywords are told once, however many checks it becomes.
        List<ImportNote> told = _checks.Any(made => made.Tracker == tracker.Argument) ? [] : notes;
        ImportedCheck made = tracker.Keyword switch
        {
            "vrrp_track_process" => new ImportedCheck(
                name, "process", ProcessLines(tracker, told), weight, WeightKind.Single, origin),
            "vrrp_track_file" or "track_file" => new ImportedCheck(
                name, "file", FileLines(tracker, weight, told), weight, WeightKind.OfFile, origin),
            _ => new ScriptTranslation(tracker, files, told).Translate(name, weight, origin),
        };
        if (made.Type == ProcessSettings.TypeName)
        {
            told.Add(tracker.At, tracker.Keyword, "vipd's unit hides other users' processes from it; systemctl edit "
                + "vipd: [Service] ProtectProc=default");
        }

        return made;
    }

    private static List<string> ProcessLines(Statement tracker, List<ImportNote> told)
    {
        List<string> lines = [];
        foreach (Statement child in tracker.Children)
        {
            if (child.Keyword == "process")
                lines.Add($"process: {Yaml.Scalar(Path.GetFileName(child.Argument))}");
            if (child.Keyword == "process" && child.Words.Count > 2)
                told.Add(child.At, "process", "vipd looks at the name of the process, not at its arguments");
            else if (child.Keyword == "quorum" && child.Argument != "1")
                told.Add(child.At, "quorum", "vipd asks whether one such process runs");
            else if (child.Keyword is not ("process" or "weight" or "quorum"))
                told.Add(NotCarried.Of(child));
        }

        return lines;
    }

    private static List<string> FileLines(Statement tracker, ImportedWeight weight, List<ImportNote> told)
    {
        List<string> lines = [];
        foreach (Statement child in tracker.Children)
        {
            if (child.Keyword == "file")
                lines.Add($"path: {Yaml.Scalar(child.Argument)}");
            else if (child.Keyword != "weight")
                told.Add(NotCarried.Of(child));
        }

        lines.Add("expect: weight");
        told.Add(
            tracker.At,
            tracker.Keyword,
            $"keepalived adds the number in the file times its weight ({weight}); vipd lowers by the number as it "
                + "stands, so "
                + "let whoever writes the file do the sum");
        return lines;
    }
}
