using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;
using Vipd.Daemon.Tests.Support;

namespace Vipd.Daemon.Tests.Health;

/// <summary>
/// A check that gets no descriptor (EMFILE) says so and goes on; each has worked before, so that all is loaded.
/// </summary>
[Collection("descriptors")]
public sealed class NoDescriptorLeftTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_command_is_not_started_and_started_again_later()
    {
        using var check = new CommandCheck(
            new CommandSettings(new EquatableList<string>(["/bin/true"])), "true", Bound);
        int limit = 0;
        List<string> reasons = [];
        while (true)
        {
            Assert.Equal(CheckAnswer.Ready, await Probe(check));
            CheckAnswer answer = await ProbeWith(limit++, check);
            if (answer.Class == HealthClass.Ready)
                break;
            Assert.InRange(limit, 0, 20);
            Assert.Equal(HealthClass.Down, answer.Class);
            reasons.Add(answer.Reasons.Single());
        }

        Assert.All(
            reasons, reason => Assert.Contains("too many open files", reason, StringComparison.OrdinalIgnoreCase));
        Assert.Contains(reasons, reason => reason.Contains("opendir /proc/self/fd: EMFILE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_process_is_not_found_and_found_again_later()
    {
        using var check = new ProcessCheck(
            new ProcessSettings("no-such-process", null), new ProcessTable(), new CheckAlarm());
        string[] expected = ["no process runs no-such-process"];
        Assert.Equal(expected, (await Probe(check)).Reasons);
        CheckAnswer answer = await ProbeWith(0, check);
        Assert.Equal(HealthClass.Down, answer.Class);
        Assert.StartsWith("/proc can't be read: ", answer.Reasons.Single(), StringComparison.Ordinal);
        Assert.Equal(expected, (await Probe(check)).Reasons);
    }

    [Fact]
    public async Task A_connection_is_not_made_and_made_again_later()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var target = new TargetEndPoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        using var check = new TcpCheck(target, Bound, TimeProvider.System);
        Assert.Equal(CheckAnswer.Ready, await Probe(check));
        ProbeFailure.Describe(new SocketException(), "");
        CheckAnswer answer = await ProbeWith(0, check);
        Assert.Equal(HealthClass.Down, answer.Class);
        Assert.StartsWith(
            $"connection to {target} failed: Too many open files",
            answer.Reasons.Single(),
            StringComparison.Ordinal);
        Assert.Equal(CheckAnswer.Ready, await Probe(check));
    }

    [Fact]
    public async Task A_watch_rests_until_the_next_answer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var target = new TargetEndPoint("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        using (ConnectionWatch loaded = Watch())
            (await listener.AcceptSocketAsync().WaitAsync(Bound)).Dispose();
        ConnectionWatch watch;
        using (new FewDescriptors(left: 0))
        {
            watch = Watch();
            for (long deadline = Environment.TickCount64 + 20_000; watch.Attempts < 1; await Task.Delay(1))
                Assert.True(Environment.TickCount64 < deadline, "no attempt");
        }

        using (watch)
        {
            Task<Socket> connection = listener.AcceptSocketAsync();
            for (long deadline = Environment.TickCount64 + 20_000; !connection.IsCompleted; await Task.Delay(10))
            {
                Assert.True(Environment.TickCount64 < deadline, "no connection");
                watch.Answered(TimeProvider.System.GetTimestamp());
            }

            (await connection).Dispose();
        }

        ConnectionWatch Watch()
        {
            var made = new ConnectionWatch(target, new CheckAlarm(), TimeProvider.System);
            made.Answered(TimeProvider.System.GetTimestamp());
            return made;
        }
    }

    private static async Task<CheckAnswer> ProbeWith(int descriptors, ICheck check)
    {
        using (new FewDescriptors(descriptors))
            return await Probe(check);
    }

    private static Task<CheckAnswer> Probe(ICheck check) => check.ProbeAsync(CancellationToken.None).WaitAsync(Bound);
}
