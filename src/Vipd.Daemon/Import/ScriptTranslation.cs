using Vipd.Daemon.Configuration;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Import;

/// <summary>One vrrp_script → the check that asks the same: an API server, a process, a port, a command.</summary>
internal sealed class ScriptTranslation(Statement tracker, MachineFiles files, List<ImportNote> notes)
{
    private const string IntervalLine = "interval";

    private readonly List<string> _timing = [];
    private IReadOnlyList<string> _argv = [];

    public ImportedCheck Translate(string name, ImportedWeight weight, string origin)
    {
        foreach (Statement child in tracker.Children)
            Take(child);
        if (ApiserverScript.Recognise(_argv, files) is { } apiserver)
            return Apiserver(apiserver, name, weight, origin);
        string[] lines = ScriptCommand.ProcessOf(_argv) is { } process
            ? ["process", $"process: {Yaml.Scalar(process)}"]
            : ScriptCommand.TcpTargetOf(_argv) is { } target
                ? ["tcp", $"address: {Yaml.Scalar(target)}", .. _timing]
                : ["command", $"command: {Yaml.List(Command())}", .. _timing];
        return new ImportedCheck(name, lines[0], lines[1..], weight, WeightKind.Single, origin);
    }

    private void Take(Statement child)
    {
        switch (child.Keyword)
        {
            case "script":
                _argv = ScriptCommand.Of([.. child.Words.Skip(1)]);
                break;
            case IntervalLine or "timeout" when Seconds.Parse(child.Argument) is { } time && time > TimeSpan.Zero:
                _timing.Add($"{child.Keyword}: {Durations.Format(time)}");
                break;
            case "rise" or "fall" when int.TryParse(child.Argument, out int count):
                _timing.Add($"{child.Keyword}: {Math.Clamp(count, 1, 255)}");
                break;
            case "weight":
                break;
            default:
                notes.Add(NotCarried.Of(child));
                break;
        }
    }

    /// <summary>vipd's timing, not the script's: it hears of a death at once, and is calm otherwise.</summary>
    private ImportedCheck Apiserver(ApiserverScript script, string name, ImportedWeight weight, string origin)
    {
        string instead = $"replaced by a kubernetesApiserver check of port {script.Port}, with its own timing";
        notes.Add(tracker.At, $"{tracker.Keyword} {tracker.Argument}", instead);
        return new ImportedCheck(
            name,
            KubernetesApiserverSettings.TypeName,
            [$"url: https://127.0.0.1:{script.Port}/readyz"],
            weight,
            script.AnyAnswerIsGood ? WeightKind.DownOnly : WeightKind.Both,
            origin);
    }

    private IReadOnlyList<string> Command()
    {
        if (_argv.Count == 0)
            notes.Add(tracker.At, tracker.Keyword, $"{tracker.Argument} names no script; give the check a command");
        if (_argv is [var program, ..] && program[0] != '/')
        {
            notes.Add(tracker.At, "script", $"give {ScalarFormats.Quote(program)} with its full path");
            return ["/usr/bin/env", .. _argv];
        }

        if (_argv is ["/bin/sh", "-c", _])
            notes.Add(tracker.At, "script", "needs a shell, which vipd starts only where it is named: see command");
        else if (_argv.Any(word => word.Contains("apiserver", StringComparison.OrdinalIgnoreCase)))
            notes.Add(tracker.At, "script", "if it asks the API server, a kubernetesApiserver check is quicker");
        return _argv;
    }
}
