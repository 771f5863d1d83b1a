using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Control;
using Vipd.Daemon.Doctor;
using Vipd.Daemon.Machine;
using Vipd.Linux;

namespace Vipd.Daemon.Commands;

/// <summary>`vipd doctor`: what people forget around a virtual IP.</summary>
internal sealed class DoctorCommand
{
    private const string Help = """
        Look at what a virtual IP needs around it, and say what to type where something is missing.

        Certificates and kubeconfigs, the control plane's components, cluster DNS, the wire and the node: each finding
        is ok, a warning, failed, or skipped with the reason. It listens on the wire for a moment and changes nothing.
        Run it as root on each master: what it may not read it skips. Exits with 1 if anything failed.
        """;

    private readonly ConfigOption _config = new();
    private readonly RootOption _root = new();

    private readonly Option<string> _output = new Option<string>("--output", "-o")
    {
        Description = "table or json.",
        HelpName = "FORMAT",
        DefaultValueFactory = static _ => "table",
    }.AcceptOnlyFromAmong("table", "json");

    private readonly Option<string> _kubeconfig = new("--kubeconfig")
    {
        Description = "With which the API server is asked about DNS, nodes and kubeadm's settings.",
        HelpName = "FILE",
        DefaultValueFactory = static _ => "/etc/kubernetes/admin.conf",
    };

    private readonly Option<string> _listen = new("--listen")
    {
        Description = "How long to listen: longer than three of the peers' intervals; 0s: not at all.",
        HelpName = "DURATION",
        DefaultValueFactory = static _ => "3.5s",
    };

    public Command Build()
    {
        var command = new Command("doctor", Help) { _output, _kubeconfig, _listen, _config, _root };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        TextWriter error = arguments.InvocationConfiguration.Error;
        ConfigurationResult result = ConfigurationFile.Read(arguments.GetRequiredValue(_config));
        foreach (ConfigurationError problem in result.Errors)
            await error.WriteLineAsync(problem.ToString());
        string listen = arguments.GetRequiredValue(_listen);
        Parsed<TimeSpan> duration = Durations.UpToADay(listen);
        if (duration.Problem is { } wrong)
            await error.WriteLineAsync($"vipd: --listen: {ScalarFormats.Quote(listen)} {wrong}");
        if (!result.IsValid || duration.Problem is not null)
            return ExitCode.BadInput;
        string root = arguments.GetRequiredValue(_root);
        var gathering = new FactGathering(
            result.Configuration,
            new MachineFiles(root),
            arguments.GetRequiredValue(_kubeconfig),
            duration.Value,
            isThisMachine: root == "/");
        try
        {
            DoctorReport report = Diagnosis.Of(await gathering.GatherAsync(stop));
            await PrintAsync(report, arguments);
            return report.Failed > 0 ? ExitCode.No : ExitCode.Yes;
        }
        catch (LinuxException refused)
        {
            await error.WriteLineAsync($"vipd: {refused.Message}");
            return ExitCode.No;
        }
    }

    private async Task PrintAsync(DoctorReport report, ParseResult arguments)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        if (arguments.GetRequiredValue(_output) == "json")
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(report, DoctorJson.Default.DoctorReport));
            return;
        }

        IReadOnlyList<StatusTable> tables = DoctorTables.From(report);
        if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected)
            AnsiConsole.Console.Write(ColourTables.Draw(tables));
        else
            await output.WriteAsync(PlainTables.Write(tables) + "\n");
        await output.WriteLineAsync(DoctorTables.Summary(report));
    }
}
