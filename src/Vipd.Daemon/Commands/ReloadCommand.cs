using System.CommandLine;
using System.Net;
using Vipd.Daemon.Control;

namespace Vipd.Daemon.Commands;

/// <summary>`vipd reload`: the configuration file has changed.</summary>
internal sealed class ReloadCommand
{
    private const string Help = """
        Have the running daemon read its configuration file anew; the same as SIGHUP and systemctl reload.

        Waits until it is in force and prints what changed, one line a virtual router. A router whose section is the
        same is not touched. Priority, timers, addresses, checks change in place; another interface or VRID is a planned
        move of that router alone. A bad file changes nothing: every error is printed as FILE:LINE:COLUMN: MESSAGE, exit
        code 2. Where this machine cannot run it, or the daemon does not answer: exit code 1, nothing changed either.
        """;

    /// <summary>Connections to a check's target are made meanwhile, descriptors opened.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConfigOption _config = new();
    private readonly SocketOption _socket = new();

    public Command Build()
    {
        var command = new Command("reload", Help) { _config, _socket };
        command.SetAction(Run);
        return command;
    }

    private async Task<int> Run(ParseResult arguments, CancellationToken cancellation)
    {
        InvocationConfiguration console = arguments.InvocationConfiguration;
        using var client = new ControlClient(_socket.PathFor(arguments, _config), Patience);
        try
        {
            (HttpStatusCode status, string text) = await client.Reload(cancellation);
            await (status == HttpStatusCode.OK ? console.Output : console.Error).WriteAsync(text);
            return status switch
            {
                HttpStatusCode.OK => ExitCode.Yes,
                HttpStatusCode.UnprocessableEntity => ExitCode.BadInput,
                _ => ExitCode.No,
            };
        }
        catch (ControlUnavailableException unavailable)
        {
            await console.Error.WriteLineAsync(unavailable.Message);
            return ExitCode.No;
        }
    }
}
