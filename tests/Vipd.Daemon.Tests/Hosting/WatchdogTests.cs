using System.Net.Sockets;
using System.Text;
using Vipd.Daemon.Hosting;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Tests.Runtime;
using Vipd.Linux;
using Vipd.Linux.Tests.Support;

namespace Vipd.Daemon.Tests.Hosting;

/// <summary>systemd's end is a real datagram socket, and the election thread a real one that stands still.</summary>
public sealed class WatchdogTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>The thread pool, which feeds, is that of all tests: it may come late beside them.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    [NetnsFact]
    public void An_election_thread_that_is_wedged_starves_the_watchdog_and_loses_the_address() =>
        TestNetwork.Run(network =>
        {
            network.AddCable();
            using var folder = new TemporaryDirectory();
            using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            systemd.ReceiveTimeout = 5000;
            systemd.Bind(new UnixDomainSocketEndPoint(folder["notify"]));
            using var notifier = new SystemdNotifier(folder["notify"], Interval);
            using var wedge = new ManualResetEventSlim(initialState: true);
            using var home = new ElectionLoopTests.Node("v0", NetworkPlans.Home);
            var liveness = new LoopLiveness(home.Status.Loop, () => BootClock.Nanoseconds);
            using var service = new ServiceNotifications(notifier, home.Status, liveness, TimeProvider.System);

            // The election thread calls this when the kernel reports that the address is there again.
            home.Status.Held.OnChange(wedge.Wait);
            home.Start();
            service.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
            TestNetwork.Eventually(() => home.IsActive && home.Holds);
            Assert.True(IsFed(systemd, Bound));

            wedge.Reset();
            TestNetwork.Shell("ip addr del 192.0.2.100/32 dev v0");
            TestNetwork.Eventually(
                () => liveness.SinceLastPass > TimeSpan.FromMilliseconds(1500), milliseconds: 5000);
            Assert.False(home.Holds, "nobody renews the lease, and the address is still there");
            TestNetwork.Eventually(() => liveness.SinceLastPass > LoopLiveness.Limit + Interval, milliseconds: 5000);
            while (systemd.Poll(0, SelectMode.SelectRead))
                Receive(systemd);
            Assert.False(IsFed(systemd, TimeSpan.FromSeconds(1)));

            wedge.Set();
            TestNetwork.Eventually(() => liveness.IsAlive);
            Assert.True(IsFed(systemd, Bound));
            service.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        });

    private static bool IsFed(Socket systemd, TimeSpan within)
    {
        long end = Environment.TickCount64 + (long)within.TotalMilliseconds;
        while (Environment.TickCount64 < end)
        {
            if (systemd.Poll(TimeSpan.FromMilliseconds(10), SelectMode.SelectRead) && Receive(systemd) == "WATCHDOG=1")
                return true;
        }

        return false;
    }

    private static string Receive(Socket socket)
    {
        byte[] buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
