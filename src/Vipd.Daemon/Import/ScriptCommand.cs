using System.Collections.Frozen;

namespace Vipd.Daemon.Import;

/// <summary>A script as keepalived names it → argv, and what is known of the program.</summary>
internal static class ScriptCommand
{
    private static readonly FrozenSet<char> ShellSigns = "|;&<>`$*?~".ToFrozenSet();

    private static readonly FrozenSet<string> Shells =
        new[] { "sh", "bash", "dash", "/bin/sh", "/bin/bash", "/usr/bin/bash", "/usr/bin/sh" }.ToFrozenSet();

    /// <summary>The command of `script "…"`: quoted it is one string of words, unquoted its words follow.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<Word> words)
    {
        if (words.Count == 0)
            return [];
        if (words.Count == 1)
            return ArgvOf(words[0].Text);
        return words[0].IsQuoted ? ArgvOf(words[0].Text) : [.. words.Select(word => word.Text)];
    }

    /// <summary>argv for a string; what only a shell understands is given to one.</summary>
    public static IReadOnlyList<string> ArgvOf(string command)
    {
        string[] words = Words.OfCommand(command);
        // keepalived 1.x gave every script to a shell, and such configurations live on.
        return words.Length > 0 && command.Any(ShellSigns.Contains) && !Shells.Contains(words[0])
            ? ["/bin/sh", "-c", command]
            : words;
    }

    /// <summary>The process that `killall -0 NAME`, `pidof NAME` and the like look for; null for others.</summary>
    public static string? ProcessOf(IReadOnlyList<string> argv)
    {
        string[] words = [.. argv.Where(word => word is not ("&>" or ">/dev/null" or "2>&1"))];
        string program = words.Length > 0 ? Path.GetFileName(words[0]) : "";
        string[] operands = [.. words.Skip(1).Where(word => !word.StartsWith('-'))];
        bool isSignalZero = words.Skip(1).Any(word => word is "-0" or "-s0");
        return operands.Length == 1
            && ((program == "killall" && isSignalZero) || (program == "pkill" && isSignalZero)
                || program is "pidof" or "pgrep")
            ? operands[0]
            : null;
    }

    /// <summary>`host:port` that `nc -z` or bash's /dev/tcp tries to reach; null for other commands.</summary>
    public static string? TcpTargetOf(IReadOnlyList<string> argv)
    {
        string text = string.Join(' ', argv);
        int device = text.IndexOf("/dev/tcp/", StringComparison.Ordinal);
        if (device >= 0)
        {
            string[] parts = text[(device + 9)..].Split('/', ' ', '\'', '"', ')');
            return parts.Length > 1 ? Target(parts[0], parts[1]) : null;
        }

        string program = argv.Count > 0 ? Path.GetFileName(argv[0]) : "";
        string[] operands = [.. argv.Skip(1).Where(word => !word.StartsWith('-'))];
        bool onlyConnects = argv.Any(word => word.StartsWith("-z", StringComparison.Ordinal));
        return program is "nc" or "ncat" or "netcat" && onlyConnects && operands.Length >= 2
                ? Target(operands[^2], operands[^1])
                : null;
    }

    private static string? Target(string host, string port)
    {
        if (!int.TryParse(port, out int number) || number is < 1 or > 65535)
            return null;
        string address = host == "localhost" ? "127.0.0.1" : host;
        return address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{number}" : $"{address}:{number}";
    }
}
