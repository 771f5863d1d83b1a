using System.CommandLine;
using System.CommandLine.Invocation;
using Vipd.Daemon.Commands;

namespace Vipd.Daemon;

/// <summary>Command line → one command; nothing else.</summary>
internal static class Program
{
    private const string Help = """
        Keeps a virtual IP alive in front of a Kubernetes control plane, by VRRP (RFC 9568).

        Exit codes: 0 yes or done, 1 no or failed, 2 bad usage or bad configuration.
        """;

    private static Command[] Commands =>
    [
        new CheckCommand().Build(),
        new DoctorCommand().Build(),
        new DrainCommand().Build(),
        new ImportCommand().Build(),
        new InitCommand().Build(),
        new ReleaseCommand().Build(),
        new ReloadCommand().Build(),
        new ReplayCommand().Build(),
        new RunCommand().Build(),
        SchemaCommand.Build(),
        new StatusCommand().Build(),
        new UndrainCommand().Build(),
    ];

    private static Task<int> Main(string[] arguments) => RunAsync(arguments, Console.Out, Console.Error);

    internal static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand(Help);
        foreach (Command command in Commands)
            root.Add(command);
        // No response files: `--config @x` means a file named @x.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        int exitCode = await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            // A bug ends the process loudly, and signals belong to the host of `vipd run`: no second timer beside it.
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
        // The library's own code for a usage error is 1, which here means "no".
        return parsed.Action is ParseErrorAction ? ExitCode.BadInput : exitCode;
    }
}
