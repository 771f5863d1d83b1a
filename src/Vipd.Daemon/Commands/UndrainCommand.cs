using System.CommandLine;
using System.Diagnostics;
using Vipd.Daemon.Control;

namespace Vipd.Daemon.Commands;

/// <summary>`vipd undrain`: after maintenance.</summary>
internal sealed class UndrainCommand
{
    private const string Help = """
        Take part in the election again after `vipd drain`.

        The node listens first, as after a start; an Active Router of equal priority keeps the virtual addresses. Prints
        one line a virtual router. A node that was not drained is left as it is.
        """;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>The election thread takes a message at once; this much later it hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConfigOption _config = new();
    private readonly SocketOption _socket = new();

    public Command Build()
    {
        var command = new Command("undrain", Help) { _config, _socket };
        command.SetAction(Run);
        return command;
    }

    private async Task<int> Run(ParseResult arguments, CancellationToken cancellation)
    {
        InvocationConfiguration console = arguments.InvocationConfiguration;
        using var client = new ControlClient(_socket.PathFor(arguments, _config));
        try
        {
            await client.Post(ControlPages.UndrainPath, cancellation);
            long started = Stopwatch.GetTimestamp();
            StatusDocument status = await client.Get(cancellation);
            while (status.VirtualRouters.Any(router => router.Drained))
            {
                if (Stopwatch.GetElapsedTime(started) > Patience)
                {
                    await console.Error.WriteLineAsync("vipd has not taken it up: see vipd status");
                    return ExitCode.No;
                }

                await Task.Delay(PollInterval, cancellation);
                status = await client.Get(cancellation);
            }

            foreach (VirtualRouterStatus router in status.VirtualRouters)
                await console.Output.WriteLineAsync($"{router.Name}: takes part, {router.State}");
            return ExitCode.Yes;
        }
        catch (ControlUnavailableException unavailable)
        {
            await console.Error.WriteLineAsync(unavailable.Message);
            return ExitCode.No;
        }
    }
}
