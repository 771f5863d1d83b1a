using Vipd.Daemon.Processes;

namespace Vipd.Daemon.Tests.Processes;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_command_that_is_content_exits_with_0_and_its_output_is_kept()
    {
        ChildOutcome outcome = await Run("/bin/sh", "-c", "echo one; echo two >&2");

        Assert.True(outcome.IsSuccess);
        Assert.Equal(["one", "two"], outcome.Output);
    }

    [Fact]
    public async Task An_exit_code_is_told()
    {
        ChildOutcome outcome = await Run("/bin/sh", "-c", "exit 3");

        Assert.Equal((ChildEnd.Exited, 3, false), (outcome.End, outcome.ExitCode, outcome.IsSuccess));
        Assert.Equal("/bin/sh exited with 3", outcome.Describe(Command("/bin/sh")));
    }

    [Fact]
    public async Task A_signal_is_told()
    {
        ChildOutcome outcome = await Run("/bin/sh", "-c", "kill -SEGV $$");

        Assert.Equal((ChildEnd.Signalled, 11, false), (outcome.End, outcome.Signal, outcome.IsSuccess));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_an_outcome_and_no_exception()
    {
        ChildOutcome outcome = await Run("/nonexistent/check");

        Assert.Equal(ChildEnd.NotStarted, outcome.End);
        Assert.StartsWith(
            "/nonexistent/check could not be started: posix_spawn: ENOENT",
            outcome.Describe(Command("/nonexistent/check")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_its_time_limit_the_whole_group_is_killed_and_what_it_said_is_kept()
    {
        ChildCommand command = Command("/bin/sh", "-c", "trap '' TERM; echo busy; sleep 1000 & sleep 1000") with
        {
            TimeLimit = TimeSpan.FromMilliseconds(300),
        };
        ChildOutcome outcome = await ChildProcess.RunAsync(command, CancellationToken.None).WaitAsync(Generous);

        Assert.Equal((ChildEnd.TimedOut, false), (outcome.End, outcome.IsSuccess));
        Assert.Equal(["busy"], outcome.Output);
        Assert.True(outcome.Duration >= command.TimeLimit);
        Assert.Equal("/bin/sh took longer than 300ms and was killed with its process group", outcome.Describe(command));
    }

    [Fact]
    public async Task A_command_that_floods_its_output_is_read_to_its_time_limit_and_not_kept()
    {
        ChildCommand command = Command("/usr/bin/yes", "no") with { TimeLimit = TimeSpan.FromMilliseconds(200) };
        ChildOutcome outcome = await ChildProcess.RunAsync(command, CancellationToken.None).WaitAsync(Generous);

        Assert.Equal(ChildEnd.TimedOut, outcome.End);
        Assert.Equal(OutputLines.MaximumLines + 1, outcome.Output.Count);
        Assert.EndsWith("more lines", outcome.Output[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_kills_it_at_once()
    {
        using var stop = new CancellationTokenSource();
        Task<ChildOutcome> running = ChildProcess.RunAsync(Command("/bin/sleep", "1000"), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Generous));
    }

    [Fact]
    public async Task The_environment_is_the_variables_and_a_path()
    {
        ChildCommand command = Command("/usr/bin/env") with
        {
            Variables = new Dictionary<string, string> { ["VIPD_CHECK"] = "a b" },
        };
        ChildOutcome outcome = await ChildProcess.RunAsync(command, CancellationToken.None).WaitAsync(Generous);

        Assert.Equal(["VIPD_CHECK=a b", $"PATH={ChildCommand.SearchPath}"], outcome.Output);
    }

    [Fact]
    public async Task Many_at_once_do_not_wait_for_each_other()
    {
        ChildOutcome[] outcomes = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Run("/bin/sh", "-c", $"sleep 0.2; exit {i}")));

        Assert.Equal(Enumerable.Range(0, 20), outcomes.Select(outcome => outcome.ExitCode!.Value));
    }

    private static Task<ChildOutcome> Run(params string[] arguments) =>
        ChildProcess.RunAsync(Command(arguments), CancellationToken.None).WaitAsync(Generous);

    private static ChildCommand Command(params string[] arguments) =>
        new(arguments, new Dictionary<string, string>(), Generous);
}
