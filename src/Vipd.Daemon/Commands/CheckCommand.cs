using System.CommandLine;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Commands;

/// <summary>`vipd check`: is this file a configuration?</summary>
internal sealed class CheckCommand
{
    private const string Help = """
        Validate the configuration without touching anything.

        Prints "ok" when the file is right. Otherwise prints every error at once on standard error, as
        FILE:LINE:COLUMN: MESSAGE, and exits with 2. Files that it names (CA, certificates) need not exist yet.
        """;

    private readonly ConfigOption _config = new();

    public Command Build()
    {
        var command = new Command("check", Help) { _config };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult arguments)
    {
        ConfigurationResult result = ConfigurationFile.Read(arguments.GetRequiredValue(_config));
        foreach (ConfigurationError error in result.Errors)
            arguments.InvocationConfiguration.Error.WriteLine(error);
        if (!result.IsValid)
            return ExitCode.BadInput;
        arguments.InvocationConfiguration.Output.WriteLine("ok");
        return ExitCode.Yes;
    }
}
