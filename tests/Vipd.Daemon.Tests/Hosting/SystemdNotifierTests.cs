using System.Net.Sockets;
using System.Text;
using Vipd.Daemon.Hosting;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Hosting;

/// <summary>systemd's end is a real datagram socket.</summary>
public sealed class SystemdNotifierTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SampleBoards _boards = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Messages_are_the_lines_that_sd_notify_defines()
    {
        using Socket systemd = Listen(_directory["notify"]);
        using var notifier = new SystemdNotifier(_directory["notify"], null);

        notifier.Ready("apiserver backup");
        notifier.Status("apiserver active");
        notifier.Reloading(42);
        notifier.Watchdog();
        notifier.Stopping("handing over");

        Assert.Equal("READY=1\nSTATUS=apiserver backup", Receive(systemd));
        Assert.Equal("STATUS=apiserver active", Receive(systemd));
        Assert.Equal("RELOADING=1\nMONOTONIC_USEC=42", Receive(systemd));
        Assert.Equal("WATCHDOG=1", Receive(systemd));
        Assert.Equal("STOPPING=1\nSTATUS=handing over", Receive(systemd));
    }

    [Fact]
    public void An_at_sign_names_an_abstract_socket()
    {
        string name = $"vipd-test-{Guid.NewGuid():N}";
        using Socket systemd = Listen("\0" + name);
        using var notifier = new SystemdNotifier("@" + name, null);

        notifier.Watchdog();

        Assert.Equal("WATCHDOG=1", Receive(systemd));
    }

    [Fact]
    public void Without_systemd_nothing_is_sent_and_nothing_fails()
    {
        using var unsupervised = new SystemdNotifier(null, null);
        using var orphaned = new SystemdNotifier(_directory["nobody"], null);

        unsupervised.Ready("");
        orphaned.Ready("");

        Assert.False(unsupervised.IsSupervised);
        Assert.True(orphaned.IsSupervised);
    }

    [Theory]
    [InlineData("10000000", null, 10_000)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    [InlineData("10000000", "1", null)]
    public void The_watchdog_interval_comes_from_the_environment(string usec, string? pid, int? milliseconds)
    {
        var environment = new Dictionary<string, string?> { ["WATCHDOG_USEC"] = usec, ["WATCHDOG_PID"] = pid };

        using SystemdNotifier notifier = SystemdNotifier.FromEnvironment(environment.GetValueOrDefault);

        Assert.Equal(milliseconds, notifier.WatchdogInterval?.TotalMilliseconds);
    }

    [Fact]
    public async Task Ready_waits_for_the_election_loop_and_status_follows_its_states()
    {
        using Socket systemd = Listen(_directory["notify"]);
        using var notifier = new SystemdNotifier(_directory["notify"], null);
        using var service = new ServiceNotifications(notifier, _boards.Board, _boards.Liveness, TimeProvider.System);

        await service.StartAsync(CancellationToken.None);
        Assert.Equal("STATUS=apiserver initialize", Receive(systemd));
        _boards.Pass();
        Assert.Equal("READY=1\nSTATUS=apiserver initialize", Receive(systemd));
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        Assert.Equal("STATUS=apiserver active", Receive(systemd));
        await service.StopAsync(CancellationToken.None);
        Assert.Equal("STOPPING=1\nSTATUS=handing over", Receive(systemd));
    }

    [Fact]
    public async Task Ready_waits_for_the_pages_too()
    {
        using Socket systemd = Listen(_directory["notify"]);
        using var notifier = new SystemdNotifier(_directory["notify"], null);
        bool isServing = false;
        using var service = new ServiceNotifications(
            notifier, _boards.Board, _boards.Liveness, TimeProvider.System, () => Volatile.Read(ref isServing));
        _boards.Pass();

        await service.StartAsync(CancellationToken.None);
        Assert.Equal("STATUS=apiserver initialize", Receive(systemd));
        Volatile.Write(ref isServing, true);
        Assert.Equal("READY=1\nSTATUS=apiserver initialize", Receive(systemd));
        await service.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_watchdog_is_fed_at_half_of_its_interval_while_the_loop_lives_and_never_after()
    {
        using Socket systemd = Listen(_directory["notify"]);
        using var notifier = new SystemdNotifier(_directory["notify"], TimeSpan.FromMilliseconds(400));
        using var service = new ServiceNotifications(notifier, _boards.Board, _boards.Liveness, TimeProvider.System);
        _boards.Pass();
        await service.StartAsync(CancellationToken.None);
        Assert.StartsWith("READY=1", Receive(systemd), StringComparison.Ordinal);
        Assert.Equal("WATCHDOG=1", Receive(systemd));
        Assert.Equal("WATCHDOG=1", Receive(systemd));

        _boards.NowNanoseconds += 4_000_000_000;
        while (systemd.Poll(TimeSpan.FromMilliseconds(10), SelectMode.SelectRead))
            Receive(systemd);

        Assert.False(systemd.Poll(TimeSpan.FromMilliseconds(1000), SelectMode.SelectRead));
        await service.StopAsync(CancellationToken.None);
    }

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.ReceiveTimeout = 5000;
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static string Receive(Socket socket)
    {
        byte[] buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
