using System.CommandLine;
using Spectre.Console;
using Vipd.Daemon.Control;

namespace Vipd.Daemon.Commands;

/// <summary>`vipd status`: what the running daemon says of itself.</summary>
internal sealed class StatusCommand
{
    private const string Help = """
        Show what the running daemon does: each virtual router's state, since when and why, its effective priority and
        what lowers it, the Active Router, addresses, timers, checks with their last answer, the last 20 transitions.

        Colours on a terminal, plain text when piped; -o json is stable. Exits with 1 when there is no answer.
        """;

    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private readonly ConfigOption _config = new();

    private readonly Option<string> _output = new Option<string>("--output", "-o")
    {
        Description = "table, json, or wide: table with more columns and every address.",
        HelpName = "FORMAT",
        DefaultValueFactory = static _ => "table",
    }.AcceptOnlyFromAmong("table", "json", "wide");

    private readonly Option<bool> _watch = new("--watch", "-w")
    {
        Description = "Repeat each second until interrupted.",
    };

    private readonly DaemonSocketOption _socket = new();

    public Command Build()
    {
        var command = new Command("status", Help) { _output, _watch, _config, _socket };
        command.SetAction(Run);
        return command;
    }

    private async Task<int> Run(ParseResult arguments, CancellationToken cancellation)
    {
        TextWriter error = arguments.InvocationConfiguration.Error;
        using var client = new StatusClient(_socket.Find(arguments, _config));
        try
        {
            await Show(arguments, client, cancellation);
            return ExitCode.Yes;
        }
        catch (StatusUnavailableException unavailable)
        {
            await error.WriteLineAsync(unavailable.Message);
            return ExitCode.No;
        }
    }

    private async Task Show(ParseResult arguments, StatusClient client, CancellationToken cancellation)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        string format = arguments.GetRequiredValue(_output);
        bool watch = arguments.GetValue(_watch);
        bool onTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        if (format == "json")
            await Repeat(watch, WriteJson, cancellation);
        else if (!onTerminal)
            await ShowPlain(output, client, format == "wide", watch, cancellation);
        else
            await ShowInColour(client, format == "wide", watch, cancellation);

        async Task WriteJson() => await output.WriteLineAsync(await client.GetJson(cancellation));
    }

    private static Task ShowPlain(
        TextWriter output, StatusClient client, bool wide, bool watch, CancellationToken cancellation) =>
        Repeat(watch, async () =>
        {
            StatusDocument status = await client.Get(cancellation);
            await output.WriteAsync(PlainTables.Write(StatusTables.From(status, wide)) + (watch ? "\n" : ""));
            await output.FlushAsync(cancellation);
        }, cancellation);

    private static async Task ShowInColour(StatusClient client, bool wide, bool watch, CancellationToken cancellation)
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (!watch)
        {
            console.Write(ColourTables.Draw(StatusTables.From(await client.Get(cancellation), wide)));
            return;
        }

        // The live display hides the cursor: an interrupt has to pass through its end.
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Console.CancelKeyPress += (_, interrupt) =>
        {
            interrupt.Cancel = true;
            interrupted.Cancel();
        };
        CancellationToken end = interrupted.Token;
        await console.Live(Text.Empty).Overflow(VerticalOverflow.Crop).StartAsync(live => Repeat(watch, async () =>
        {
            live.UpdateTarget(ColourTables.Draw(StatusTables.From(await client.Get(end), wide)));
            live.Refresh();
        }, end));
    }

    private static async Task Repeat(bool watch, Func<Task> show, CancellationToken cancellation)
    {
        try
        {
            await show();
            while (watch)
            {
                await Task.Delay(WatchInterval, cancellation);
                await show();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Interrupted: that is how a watch ends.
        }
    }
}
