using System.CommandLine;
using Vipd.Daemon.Configuration.Schema;

namespace Vipd.Daemon.Commands;

/// <summary>`vipd schema`: what editors complete and check with.</summary>
internal static class SchemaCommand
{
    private const string Help = $"""
        Print the JSON Schema of vipd.yaml, with every key, its default and what it means.

        The packages install it as {ConfigurationSchema.InstalledPath}. An editor with a YAML language
        server uses it for a file that begins with
        "# yaml-language-server: $schema=file://{ConfigurationSchema.InstalledPath}".
        `vipd check` knows more than a schema can say.
        """;

    public static Command Build()
    {
        var command = new Command("schema", Help);
        command.SetAction(arguments => arguments.InvocationConfiguration.Output.Write(ConfigurationSchema.Write()));
        return command;
    }
}
