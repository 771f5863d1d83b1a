using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

public sealed class CommandCheckTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Exit_code_0_is_ready() => Assert.Equal(CheckAnswer.Ready, await Probe("exit 0"));

    [Fact]
    public async Task Another_exit_code_is_an_explicit_bad_answer_with_what_it_said()
    {
        CheckAnswer answer = await Probe("echo disk is full >&2; for i in 1 2 3 4 5 6 7 8 9; do echo $i; done; exit 3");

        Assert.Equal((HealthClass.NotReady, false), (answer.Class, answer.IsTimeout));
        Assert.Equal(["/bin/sh exited with 3", "disk is full", "1", "2", "3", "4"], answer.Reasons);
    }

    [Fact]
    public async Task A_signal_is_a_bad_answer_too() =>
        Assert.Equal(HealthClass.NotReady, (await Probe("kill -ABRT $$")).Class);

    [Fact]
    public async Task A_command_that_hangs_is_down_after_its_time_limit()
    {
        CheckAnswer answer = await Probe("sleep 1000", TimeSpan.FromMilliseconds(100));

        Assert.Equal((HealthClass.Down, true), (answer.Class, answer.IsTimeout));
        Assert.Equal(["/bin/sh took longer than 100ms and was killed with its process group"], answer.Reasons);
    }

    [Fact]
    public async Task A_command_that_is_not_there_is_down()
    {
        using var check = new CommandCheck(new CommandSettings(new(["/nonexistent"])), "disk", Bound);
        CheckAnswer answer = await check.ProbeAsync(CancellationToken.None).WaitAsync(Bound);

        Assert.Equal((HealthClass.Down, false), (answer.Class, answer.IsTimeout));
        Assert.Contains("could not be started", Assert.Single(answer.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_knows_which_check_it_is() =>
        Assert.Equal(CheckAnswer.Ready, await Probe("test \"$VIPD_CHECK\" = disk"));

    private static async Task<CheckAnswer> Probe(string script, TimeSpan? limit = null)
    {
        var settings = new CommandSettings(new(["/bin/sh", "-c", script]));
        using var check = new CommandCheck(settings, "disk", limit ?? Bound);
        return await check.ProbeAsync(CancellationToken.None).WaitAsync(Bound);
    }
}
