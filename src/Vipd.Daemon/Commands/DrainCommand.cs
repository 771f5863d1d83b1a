using System.CommandLine;
using System.Diagnostics;
using Vipd.Daemon.Control;

namespace Vipd.Daemon.Commands;

/// <summary>`vipd drain`: before maintenance.</summary>
internal sealed class DrainCommand
{
    private const string Help = """
        Hand every virtual address over and stay out of the election until `vipd undrain`.

        Waits for the outcome and prints it, one line a virtual router: handed over to whom, or that nobody took over
        (exit code 1; the node is drained all the same). A drain survives a restart of the daemon, not a reboot.
        `vipd status` shows it.
        """;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly ConfigOption _config = new();
    private readonly SocketOption _socket = new();

    public Command Build()
    {
        var command = new Command("drain", Help) { _config, _socket };
        command.SetAction(Run);
        return command;
    }

    private async Task<int> Run(ParseResult arguments, CancellationToken cancellation)
    {
        TextWriter error = arguments.InvocationConfiguration.Error;
        using var client = new ControlClient(_socket.PathFor(arguments, _config));
        try
        {
            StatusDocument before = await client.Get(cancellation);
            await client.Post(ControlPages.DrainPath, cancellation);
            return await AwaitOutcome(client, before, arguments.InvocationConfiguration, cancellation);
        }
        catch (ControlUnavailableException unavailable)
        {
            await error.WriteLineAsync(unavailable.Message);
            return ExitCode.No;
        }
    }

    private static async Task<int> AwaitOutcome(
        ControlClient client, StatusDocument before, InvocationConfiguration console, CancellationToken cancellation)
    {
        TimeSpan patience = DrainOutcome.Patience(before);
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            IReadOnlyList<DrainOutcome> outcomes = DrainOutcome.Of(before, await client.Get(cancellation));
            TimeSpan waited = Stopwatch.GetElapsedTime(started);
            if (waited < patience && !outcomes.All(outcome => outcome.IsComplete))
            {
                await Task.Delay(PollInterval, cancellation);
                continue;
            }

            foreach (DrainOutcome outcome in outcomes)
                await console.Output.WriteLineAsync(outcome.Describe(waited));
            return outcomes.All(outcome => outcome.IsGood) ? ExitCode.Yes : ExitCode.No;
        }
    }
}
