using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Vipd.Daemon.Control;
using Vipd.Daemon.Recording;
using Vipd.Daemon.Tests.Recording;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Commands;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SampleBoards _boards = new();
    private readonly RecordedElection _election = new();

    public ReplayCommandTests()
    {
        _election.Tell(RouterEvent.Startup());
        _election.Run(2000);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Without_a_file_the_running_daemon_is_asked()
    {
        (int exitCode, string output, string error) = await WithDaemon();
        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        Assert.Contains("waited 725 ms, claims:\n              Backup -> Active", output, StringComparison.Ordinal);
        Assert.EndsWith("The replay made the same 2 transitions as recorded.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_saved_from_a_daemon_can_be_replayed_without_it()
    {
        string file = _directory["saved"];
        (int exitCode, string output, string error) = await WithDaemon("--save", file);
        Assert.Equal((0, ""), (exitCode, output));
        Assert.Equal($"saved; to read it: vipd replay {file}\n", error);
        (exitCode, output, _) = await Run(file, "-o", "json");
        Assert.Equal(0, exitCode);
        Assert.Contains("\"sameAsRecorded\": true", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recording_that_does_not_replay_to_the_same_fails()
    {
        FlightRecording recording = _election.Recorder.Take("test");
        FlightRecord[] without = [.. recording.Records.ToArray().Where(record => !record.IsTransition)];
        string file = _directory["changed"];
        RecordingStore.Write(file, RecordingWriter.Write(recording with { Records = without }));
        (int exitCode, string output, _) = await Run(file);
        Assert.Equal(1, exitCode);
        Assert.Contains("NOT AS RECORDED", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_none_is_bad_input_and_a_missing_one_is_named()
    {
        File.WriteAllText(_directory["x"], "virtualRouters: []");
        (int exitCode, _, string error) = await Run(_directory["x"]);
        Assert.Equal(2, exitCode);
        Assert.Equal($"{_directory["x"]}: not a recording of vipd: it does not begin with \"vipdrec\"\n", error);
        (exitCode, _, error) = await Run(_directory["missing"]);
        Assert.Equal(1, exitCode);
        Assert.Contains(_directory["missing"], error, StringComparison.Ordinal);
        Assert.Equal(2, (await Run(_directory["x"], "--save", _directory["y"])).ExitCode);
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await Program.RunAsync(["replay", .. arguments], output, error);
        return (exitCode, output.ToString(), error.ToString());
    }

    private async Task<(int ExitCode, string Output, string Error)> WithDaemon(params string[] arguments)
    {
        string socket = _directory["vipd.sock"];
        var report = new StatusReport(_boards.Board, [_boards.Check], _boards.Liveness, TimeProvider.System);
        using var server = new PageServer(
            "control.socket",
            new UnixDomainSocketEndPoint(socket),
            Page.Serve(new ControlPages(report, _boards.Drain, _election.Recorder).Find),
            NullLoggerFactory.Instance,
            TimeProvider.System);
        await server.StartAsync(CancellationToken.None);
        for (int attempt = 0; server.Serving is null && attempt < 500; attempt++)
            await Task.Delay(10);
        (int ExitCode, string Output, string Error) result = await Run(["--socket", socket, .. arguments]);
        await server.StopAsync(CancellationToken.None);
        return result;
    }
}
