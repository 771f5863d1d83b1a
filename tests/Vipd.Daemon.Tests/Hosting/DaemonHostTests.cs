using Microsoft.Extensions.Hosting;
using Vipd.Daemon.Commands;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Control;
using Vipd.Daemon.Hosting;
using Vipd.Daemon.Runtime;
using Vipd.Daemon.Tests.Health;
using Vipd.Daemon.Tests.Runtime;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;

namespace Vipd.Daemon.Tests.Hosting;

/// <summary>The whole daemon in one process, in a namespace of its own.</summary>
public sealed class DaemonHostTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [NetnsFact]
    public void A_daemon_takes_the_address_and_gives_it_back_when_it_is_stopped() => Run((configuration, plan) =>
    {
        using var netlink = new AddressNetlink();
        using var stop = new CancellationTokenSource();
        Task<int> run = DaemonHost.RunAsync(configuration, [plan], stop.Token);
        TestNetwork.Eventually(() => NetworkPlans.Holds(netlink, NetworkPlans.Vip), milliseconds: 5000);
        Assert.Equal(1, ElectionThreadsHere());
        TestNetwork.Eventually(() => Path.Exists(configuration.Control.Socket), milliseconds: 5000);
        stop.Cancel();
        Assert.True(run.Wait(Limit));
        Assert.Equal(ExitCode.Yes, run.Result);
        Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
    });

    [NetnsFact]
    public void A_second_daemon_leaves_the_addresses_of_the_first_alone() => Run((configuration, plan) =>
    {
        using var netlink = new AddressNetlink();
        using var stop = new CancellationTokenSource();
        Task<int> first = DaemonHost.RunAsync(configuration, [plan], stop.Token);
        TestNetwork.Eventually(() => NetworkPlans.Holds(netlink, NetworkPlans.Vip), milliseconds: 5000);
        Task<int> second = DaemonHost.RunAsync(configuration, [plan], CancellationToken.None);
        Assert.True(second.Wait(Limit));
        Assert.Equal(ExitCode.No, second.Result);
        Assert.True(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
        stop.Cancel();
        Assert.True(first.Wait(Limit));
    });

    [NetnsFact]
    public void A_drain_outlives_a_restart_of_the_daemon_until_it_is_taken_back() => Run((configuration, plan) =>
    {
        string socket = configuration.Control.Socket;
        using var netlink = new AddressNetlink();
        using (var stop = new CancellationTokenSource())
        {
            Task<int> run = DaemonHost.RunAsync(configuration, [plan], stop.Token);
            TestNetwork.Eventually(() => NetworkPlans.Holds(netlink, NetworkPlans.Vip), milliseconds: 5000);
            TestNetwork.Eventually(() => Path.Exists(socket), milliseconds: 5000);

            // Nobody else is here: drained all the same, but a script must know.
            (int exitCode, string output) = Command("drain", "--socket", socket);
            Assert.StartsWith("apiserver: nobody took over within ", output, StringComparison.Ordinal);
            Assert.Equal(ExitCode.No, exitCode);
            Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
            Assert.Contains("drained", Command("status", "--socket", socket).Output, StringComparison.Ordinal);
            stop.Cancel();
            Assert.True(run.Wait(Limit));
        }

        using var end = new CancellationTokenSource();
        Task<int> again = DaemonHost.RunAsync(configuration, [plan], end.Token);
        TestNetwork.Eventually(() => Path.Exists(socket), milliseconds: 5000);
        Assert.Equal((ExitCode.Yes, "apiserver: was drained already\n"), Command("drain", "--socket", socket));
        Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
        Assert.Equal((ExitCode.Yes, "apiserver: takes part, backup\n"), Command("undrain", "--socket", socket));
        TestNetwork.Eventually(() => NetworkPlans.Holds(netlink, NetworkPlans.Vip), milliseconds: 5000);
        Assert.False(File.Exists(DrainSwitch.PathFor(socket)));
        end.Cancel();
        Assert.True(again.Wait(Limit));
    });

    [NetnsFact]
    public void A_stop_hands_over_while_a_reload_reads_a_file_that_hangs() => Run((configuration, plan) =>
    {
        string socket = configuration.Control.Socket;
        string file = Path.Combine(Path.GetDirectoryName(socket)!, "vipd.yaml");
        TestNetwork.Shell($"mkfifo {file}");
        using var netlink = new AddressNetlink();
        using var stop = new CancellationTokenSource();
        Task<int> run = DaemonHost.RunAsync(configuration, [plan], stop.Token, file);
        TestNetwork.Eventually(() => NetworkPlans.Holds(netlink, NetworkPlans.Vip), milliseconds: 5000);
        TestNetwork.Eventually(() => Path.Exists(socket), milliseconds: 5000);
        Task<(int, string)> reload = Task.Run(() => Command("reload", "--socket", socket));
        using (File.OpenHandle(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stop.Cancel();
            Assert.True(run.Wait(Limit));
            Assert.Equal((ExitCode.No, "vipd is stopping\n"), reload.Result);
            Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
        }
    });

    [NetnsFact]
    public void A_stop_hands_over_while_a_check_reads_a_file_that_hangs() => Run((configuration, plan) =>
    {
        string file = Path.Combine(Path.GetDirectoryName(configuration.Control.Socket)!, "weight");
        TestNetwork.Shell($"mkfifo {file}");
        CheckConfiguration check = Configurations.Check("hangs") with
        {
            Settings = new FileSettings(file, FileExpectation.Weight),
        };
        using var netlink = new AddressNetlink();
        using var stop = new CancellationTokenSource();
        Task<int> run = DaemonHost.RunAsync(configuration with { Checks = [check] }, [plan], stop.Token);
        TestNetwork.Eventually(() => NetworkPlans.Holds(netlink, NetworkPlans.Vip), milliseconds: 5000);
        using (File.OpenHandle(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stop.Cancel();
            TestNetwork.Eventually(() => !NetworkPlans.Holds(netlink, NetworkPlans.Vip), milliseconds: 5000);
            Assert.False(run.IsCompleted);

            // The check ends with the election's thread, somewhat later: until then it may read, and hang, once more.
            File.Delete(file);
        }

        Assert.True(run.Wait(Limit));
    });

    [NetnsFact]
    public void A_host_that_fails_to_start_ends_the_election_all_the_same() => Run((configuration, plan) =>
    {
        Task<int> run = DaemonHost.RunAsync(configuration, [plan], new CancellationToken(canceled: true));
        AggregateException failure = Assert.Throws<AggregateException>(() => run.Wait(Limit));
        Assert.IsAssignableFrom<OperationCanceledException>(failure.InnerException);

        // It would sleep on descriptors that are closed, and keep the process from ending.
        TestNetwork.Eventually(() => ElectionThreadsHere() == 0);
    });

    [Fact]
    public async Task A_service_that_ended_by_a_defect_is_told_from_one_that_was_stopped()
    {
        using var stopped = new EndingService(new OperationCanceledException());
        using var broken = new EndingService(new InvalidOperationException("defect"));
        await stopped.StartAsync(CancellationToken.None);
        await broken.StartAsync(CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.ExecuteTask!);
        await Assert.ThrowsAsync<InvalidOperationException>(() => broken.ExecuteTask!);
        Assert.Null(DaemonHost.FailureOf([stopped]));
        Assert.Equal("defect", DaemonHost.FailureOf([stopped, broken])?.Message);
    }

    private sealed class EndingService(Exception end) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => end is OperationCanceledException
            ? Task.FromCanceled(new CancellationToken(canceled: true))
            : Task.FromException(end);
    }

    private static (int ExitCode, string Output) Command(params string[] arguments)
    {
        using var output = new StringWriter();
        int exitCode = Program.RunAsync(arguments, output, output).GetAwaiter().GetResult();
        return (exitCode, output.ToString());
    }

    /// <summary>
    /// Election threads of this process in the calling thread's namespace: other tests run their own.
    /// </summary>
    private static int ElectionThreadsHere()
    {
        string here = NamespaceOf("/proc/thread-self");
        return Directory.GetDirectories("/proc/self/task").Count(task =>
        {
            try
            {
                return File.ReadAllText($"{task}/comm") == "vipd-election\n" && NamespaceOf(task) == here;
            }
            catch (IOException)
            {
                return false; // it has ended meanwhile
            }
        });
    }

    private static string NamespaceOf(string task) =>
        File.ResolveLinkTarget($"{task}/ns/net", returnFinalTarget: false)?.Name ?? string.Empty;

    private static void Run(Action<VipdConfiguration, RouterPlan> body) => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var folder = new TemporaryDirectory();
        VipdConfiguration configuration = Configurations.Daemon([Configurations.Router("apiserver")], []) with
        {
            Control = new ControlOptions(folder["vipd.sock"]),
            Log = new LogOptions(Serilog.Events.LogEventLevel.Error, LogFormat.Text),
        };
        body(configuration, NetworkPlans.For("v0", NetworkPlans.Home));
    });
}
