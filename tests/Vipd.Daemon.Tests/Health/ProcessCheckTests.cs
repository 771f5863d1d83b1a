using System.Diagnostics;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

public sealed class ProcessCheckTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly TemporaryFiles _files = new();
    private readonly CheckAlarm _alarm = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task The_kernel_tells_when_a_process_ends_and_a_new_one_is_found()
    {
        // A name of its own: a copy of sleep.
        string program = _files.Copy("/bin/sleep", "vipd-sleeper");
        using ProcessCheck check = Create(new ProcessSettings("vipd-sleeper", null));
        Assert.Equal(["no process runs vipd-sleeper"], (await Probe(check)).Reasons);

        using (Process first = Process.Start(program, "1000"))
        {
            await UntilReady(check);
            Assert.False(_alarm.Rung.IsCompleted);
            first.Kill();
            await _alarm.Rung.WaitAsync(Bound);
        }

        Assert.Equal(HealthClass.Down, (await Probe(check)).Class);
        _alarm.Reset();
        using Process second = Process.Start(program, "1000");
        await UntilReady(check);
        second.Kill();
        await _alarm.Rung.WaitAsync(Bound);
    }

    [Fact]
    public async Task A_pid_file_names_the_process()
    {
        using Process sleeper = Process.Start("/bin/sleep", "1000");
        string file = _files.Write("a.pid", $"{sleeper.Id}\n");
        using ProcessCheck check = Create(new ProcessSettings(null, file));
        Assert.Equal(CheckAnswer.Ready, await Probe(check));

        sleeper.Kill();
        await _alarm.Rung.WaitAsync(Bound);
        await sleeper.WaitForExitAsync().WaitAsync(Bound);

        Assert.Equal(HealthClass.Down, (await Probe(check)).Class);
    }

    [Fact]
    public async Task A_stale_pid_file_is_found_out_by_the_name()
    {
        string file = _files.Write("a.pid", $"{Environment.ProcessId}");
        using ProcessCheck check = Create(new ProcessSettings("kubelet", file));

        Assert.Equal(
            [$"process {Environment.ProcessId} of {file} does not run kubelet"], (await Probe(check)).Reasons);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("12345678901234567890")]
    [InlineData("1 2")]
    [InlineData("kubelet")]
    public async Task What_is_no_number_is_down(string content)
    {
        using ProcessCheck check = Create(new ProcessSettings(null, _files.Write("a.pid", content)));
        CheckAnswer answer = await Probe(check);
        Assert.Contains("does not hold the number", Assert.Single(answer.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pid_file_that_is_missing_is_down()
    {
        using ProcessCheck check = Create(new ProcessSettings(null, "/nonexistent/a.pid"));
        Assert.Equal(HealthClass.Down, (await Probe(check)).Class);
    }

    private ProcessCheck Create(ProcessSettings settings) => new(settings, new ProcessTable(), _alarm);

    private static Task<CheckAnswer> Probe(ProcessCheck check) =>
        check.ProbeAsync(CancellationToken.None).WaitAsync(Bound);

    // Between fork and exec a child still has its parent's name.
    private static async Task UntilReady(ProcessCheck check)
    {
        long started = Stopwatch.GetTimestamp();
        while ((await Probe(check)).Class != HealthClass.Ready)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Bound);
            await Task.Delay(5);
        }
    }
}
