using System.CommandLine;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Import;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Commands;

/// <summary>`vipd import keepalived.conf`.</summary>
internal sealed class ImportCommand
{
    private const string Help = """
        Print a vipd.yaml that means what a keepalived.conf means.

        Standard output is the file; standard error lists every keyword that was not carried over, as FILE:LINE:
        KEYWORD: what to do instead. Included files are read; scripts that ask the API server become
        kubernetesApiserver checks. Nothing is changed: vipd import /etc/keepalived/keepalived.conf > vipd.yaml
        """;

    private readonly Argument<string> _file = new("FILE")
    {
        Description = "keepalived's configuration.",
        DefaultValueFactory = static _ => "/etc/keepalived/keepalived.conf",
    };

    private readonly Option<string> _configId = new("--config-id")
    {
        Description = "What @id lines are compared with, as keepalived's -i; the host's name without its domain.",
        HelpName = "ID",
        DefaultValueFactory = static _ => Environment.MachineName.Split('.')[0],
    };

    private readonly RootOption _root = new();

    public Command Build()
    {
        var command = new Command("import", Help) { _file, _configId, _root };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult arguments)
    {
        InvocationConfiguration console = arguments.InvocationConfiguration;
        string path = arguments.GetRequiredValue(_file);
        var files = new MachineFiles(arguments.GetRequiredValue(_root));
        FileReading reading = files.Read(path);
        if (reading.Text is null)
        {
            string problem = reading.Problem ?? $"there is no file {path}; name keepalived's configuration";
            console.Error.WriteLine($"vipd: {problem}");
            return ExitCode.No;
        }

        try
        {
            string configId = arguments.GetRequiredValue(_configId);
            return Print(path, KeepalivedImport.Run(path, reading.Text, configId, files), console);
        }
        catch (ImportException refused)
        {
            console.Error.WriteLine($"vipd: {refused.Message}");
            return ExitCode.No;
        }
    }

    private static int Print(string path, ImportResult result, InvocationConfiguration console)
    {
        console.Output.Write(result.Text);
        if (result.Notes.Count > 0)
            console.Error.WriteLine($"Not carried over, or not exactly ({result.Notes.Count}):");
        foreach (ImportNote note in result.Notes)
            console.Error.WriteLine(note);
        if (result.Text is null)
        {
            console.Error.WriteLine($"vipd: {path} has no vrrp_instance, so there is nothing to import; name the file "
                + "that has one");
            return ExitCode.No;
        }

        IReadOnlyList<ConfigurationError> errors = ConfigurationFile.Parse("vipd.yaml", result.Text).Errors;
        if (errors.Count > 0)
            console.Error.WriteLine("What `vipd check` says of the result; see to it before vipd starts:");
        foreach (ConfigurationError error in errors)
            console.Error.WriteLine(error);
        return ExitCode.Yes;
    }
}
