using System.CommandLine;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Control;
using Vipd.Daemon.Recording;

namespace Vipd.Daemon.Commands;

/// <summary>`vipd replay`: what happened, from a flight recording.</summary>
internal sealed class ReplayCommand
{
    private const string Help = """
        Feed a flight recording back through the election and tell what happened.

        Without FILE the running daemon's last minutes are told; --save keeps them in a file instead. The daemon itself
        leaves recordings in /var/lib/vipd, else beside its control socket: when a router makes more than 10
        transitions in a minute, and when the daemon dies of an error. At the end stands whether the election makes the
        same transitions again; exits with 1 if not, with 2 if FILE is no recording.
        """;

    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "A recording; without it the running daemon is asked.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _output = new Option<string>("--output", "-o")
    {
        Description = "text: a story, repetitions folded; json: every event.",
        HelpName = "FORMAT",
        DefaultValueFactory = static _ => "text",
    }.AcceptOnlyFromAmong("text", "json");

    private readonly Option<string?> _save = new("--save")
    {
        Description = "Save the running daemon's recording to this file and tell nothing.",
        HelpName = "PATH",
    };

    private readonly SocketOption _socket = new();
    private readonly ConfigOption _config = new();

    public Command Build()
    {
        var command = new Command("replay", Help) { _file, _output, _save, _config, _socket };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(_file) is not null && parsed.GetValue(_save) is not null)
                parsed.AddError("--save is for the running daemon's recording: leave FILE out");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        TextWriter error = arguments.InvocationConfiguration.Error;
        try
        {
            byte[] bytes = arguments.GetValue(_file) is { } file
                ? await ReadAsync(file, cancellation)
                : await AskAsync(arguments, cancellation);
            if (arguments.GetValue(_save) is { } path)
            {
                RecordingStore.Write(path, bytes);
                await error.WriteLineAsync($"saved; to read it: vipd replay {path}");
                return ExitCode.Yes;
            }

            if (RecordingReader.TryRead(bytes, out FlightRecording? recording, out string? problem))
                return await TellAsync(recording, arguments);
            await error.WriteLineAsync($"{arguments.GetValue(_file) ?? "the daemon's answer"}: {problem}");
            return ExitCode.BadInput;
        }
        catch (ControlUnavailableException unavailable)
        {
            await error.WriteLineAsync(unavailable.Message);
            return ExitCode.No;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(refused.Message);
            return ExitCode.No;
        }
    }

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellation) =>
        new FileInfo(file) is { Exists: true, Length: > RecordingFormat.LongestFile }
            ? throw new IOException($"{file}: too large for a recording")
            : await File.ReadAllBytesAsync(file, cancellation);

    private async Task<byte[]> AskAsync(ParseResult arguments, CancellationToken cancellation)
    {
        using var client = new ControlClient(_socket.PathFor(arguments, _config));
        return await client.GetRecording(cancellation);
    }

    private async Task<int> TellAsync(FlightRecording recording, ParseResult arguments)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        ReplayStep[] steps = [.. Replay.Of(recording)];
        if (arguments.GetRequiredValue(_output) == "json")
            await output.WriteLineAsync(ReplayJson.Write(recording, steps));
        else
            Story.Write(recording, steps, output);
        return steps.All(step => step.Difference is null) ? ExitCode.Yes : ExitCode.No;
    }
}
