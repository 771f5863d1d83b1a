using System.Diagnostics;
using Vipd.Lab;
using Vipd.Lab.Systemd;

namespace Vipd.Packaging.Tests;

/// <summary>A command on this machine, in the source tree's folder.</summary>
internal static class HostCommand
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(8);

    internal static CommandResult Run(params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = SourceTree.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Bound))
        {
            process.Kill();
            throw new TimeoutException($"{string.Join(' ', command)} hangs");
        }
        return new CommandResult(process.ExitCode, output.Result, error.Result);
    }

    internal static string Must(params IReadOnlyList<string> command)
    {
        var result = Run(command);
        return result.ExitCode == 0
            ? result.Output.TrimEnd('\n')
            : throw new InvalidOperationException($"{string.Join(' ', command)}: {result}");
    }
}
