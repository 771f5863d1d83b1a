using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Serilog.Core;
using Serilog.Events;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;
using Vipd.Daemon.Hosting;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;
using Vipd.Daemon.Tests.Health;
using Vipd.Daemon.Tests.Support;
using Vipd.Linux;
using Vipd.Linux.Tests.Support;

namespace Vipd.Daemon.Tests.Hosting;

/// <summary>The machine is what the test says; the namespace only keeps the loop away from the real one.</summary>
public sealed class ReloadServiceTests
{
    private const int NoDevice = 19;
    private const int Exists = 17;

    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(5);

    [NetnsFact]
    public void A_machine_that_cannot_be_followed_is_asked_again_and_each_reason_is_logged_once() => Run(at =>
    {
        at.Answer = time => time switch
        {
            1 or 2 or 4 => throw new LinuxException("SO_BINDTODEVICE", NoDevice),
            3 => throw new LinuxException("RTM_NEWLINK", Exists),
            5 => new PlanResult([], ["virtual router api: v0 is not an Ethernet interface"]),
            _ => new PlanResult([], []),
        };
        at.MachineChanges();
        for (int asked = 1; asked <= 6; asked++)
        {
            at.AwaitPause();
            Assert.Equal(asked, at.TimesAsked);
            at.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Collection(
            at.Log.Lines,
            line => Assert.Contains("SO_BINDTODEVICE: ENODEV", line),
            line => Assert.Contains("RTM_NEWLINK: EEXIST", line),
            line => Assert.Contains("not an Ethernet interface", line));

        // It has been followed meanwhile: the same reason is news, and still comes with a change alone.
        at.Answer = time => time == 7
            ? throw new LinuxException("SO_BINDTODEVICE", NoDevice)
            : new PlanResult([], []);
        at.MachineChanges();
        at.AwaitPause();
        Assert.Equal((7, 4), (at.TimesAsked, at.Log.Lines.Count));
    });

    [NetnsFact]
    public void A_stop_ends_the_pause_before_the_machine_is_asked_again() => Run(at =>
    {
        at.Answer = _ => throw new LinuxException("SO_BINDTODEVICE", NoDevice);
        at.MachineChanges();
        at.AwaitPause();
        Assert.True(at.StopAsync().Wait(LongEnough));
        at.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, at.TimesAsked);
    });

    [NetnsFact]
    public void A_stop_waits_for_what_is_on_its_way_into_force_and_lets_nothing_begin() => Run(at =>
    {
        using var mayAnswer = new ManualResetEventSlim();
        Task<bool> following = at.BeginFollowing(mayAnswer);
        Task stop = at.StopAsync();
        Assert.False(stop.Wait(TimeSpan.FromMilliseconds(100)));
        mayAnswer.Set();
        Assert.True(stop.Wait(LongEnough));
        Assert.True(following.Wait(LongEnough));
        Assert.False(at.Service.FollowMachineAsync().IsCompleted);
        AssertStopping(at.Service.ReloadAsync());
    });

    [NetnsFact]
    public void A_stop_does_not_wait_for_a_file_that_is_being_read() => Run(at =>
    {
        Task<ReloadReport> reload = at.BeginReading(out IDisposable reading);
        using IDisposable _ = reading;
        Task<ReloadReport> next = at.Service.ReloadAsync();
        Assert.True(at.StopAsync().Wait(LongEnough));
        AssertStopping(reload);
        AssertStopping(next);
        Assert.False(at.Service.Outcome.Successful);
    });

    [NetnsFact]
    public void A_machine_that_changes_is_followed_while_a_file_is_being_read() => Run(at =>
    {
        Task<ReloadReport> reload = at.BeginReading(out IDisposable reading);
        using (reading)
        {
            at.MachineChanges();
            at.AwaitPause();
            Assert.Equal(1, at.TimesAsked);
            Assert.False(reload.IsCompleted);
        }

        Assert.True(reload.Wait(LongEnough));
        Assert.Equal(ReloadResult.BadConfiguration, reload.Result.Result);
    });

    [NetnsFact]
    public void A_stop_that_is_out_of_patience_waits_for_nothing() => Run(at =>
    {
        using var mayAnswer = new ManualResetEventSlim();
        Task<bool> following = at.BeginFollowing(mayAnswer);
        using var patience = new CancellationTokenSource();
        Task stop = at.StopAsync(patience.Token);
        patience.Cancel();
        Assert.True(stop.Wait(LongEnough));
        mayAnswer.Set();
        Assert.True(following.Wait(LongEnough));
    });

    private static void AssertStopping(Task<ReloadReport> reload)
    {
        Assert.True(reload.Wait(LongEnough));
        Assert.Equal(ReloadResult.Refused, reload.Result.Result);
        Assert.Equal(["vipd is stopping"], reload.Result.Lines);
    }

    private static void Run(Action<Bench> test) => TestNetwork.Run(_ =>
    {
        using var at = new Bench();
        test(at);
    });

    /// <summary>The service at work, and all that it needs, without a router.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly TemporaryDirectory _folder = new();
        private readonly Channel<bool> _machineChanges = ReloadService.NewSignal();
        private readonly ElectionLoop _loop;
        private readonly HealthService _health;
        private readonly HookService _hooks;
        private readonly SystemdNotifier _systemd = new(notifySocket: null, watchdogInterval: null);
        private int _timesAsked;
        private Task? _stop;

        public Bench()
        {
            var configuration = new VipdConfiguration(
                new MetricsOptions(Listen: null),
                new ControlOptions(_folder["vipd.sock"]),
                new LogOptions(LogEventLevel.Information, LogFormat.Text),
                RealtimeMode.Off,
                [],
                []);
            var board = new StatusBoard([]);
            _loop = new ElectionLoop([], board, new LoopJournal());
            _health = new HealthService(configuration, _loop.Inbox, Time, NullLoggerFactory.Instance);
            _hooks = new HookService(configuration, board, Time, NullLogger.Instance);
            Service = new ReloadService(
                _folder["vipd.yaml"], configuration, [], _loop, board, _health, _hooks, new LoggingLevelSwitch(),
                _systemd, _machineChanges, Log)
            {
                Time = Time,
                PlansNow = (_, _) => Answer(Interlocked.Increment(ref _timesAsked)),
            };
            Service.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        public ManualTime Time { get; } = new();

        public RememberingLogger Log { get; } = new();

        public ReloadService Service { get; }

        /// <summary>Of the machine; by how many times it was asked.</summary>
        public Func<int, PlanResult> Answer { get; set; } = _ => new PlanResult([], []);

        public int TimesAsked => Volatile.Read(ref _timesAsked);

        public void MachineChanges() => Assert.True(_machineChanges.Writer.TryWrite(true));

        /// <summary>Returns as soon as the machine is asked, which does not answer before it may.</summary>
        public Task<bool> BeginFollowing(ManualResetEventSlim mayAnswer)
        {
            var isAsked = new TaskCompletionSource();
            Answer = _ =>
            {
                isAsked.TrySetResult();
                mayAnswer.Wait();
                return new PlanResult([], []);
            };
            Task<bool> following = Task.Run(Service.FollowMachineAsync);
            isAsked.Task.Wait();
            return following;
        }

        /// <summary>Returns as soon as the file is being read, which takes until that is disposed of.</summary>
        public Task<ReloadReport> BeginReading(out IDisposable reading)
        {
            TestNetwork.Shell($"mkfifo {_folder["vipd.yaml"]}");
            Task<ReloadReport> reload = Task.Run(Service.ReloadAsync);

            // Opened for writing when somebody has opened it for reading (fifo(7)).
            reading = File.OpenHandle(_folder["vipd.yaml"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            return reload;
        }

        /// <summary>The service has done what it can for now.</summary>
        public void AwaitPause() => Time.NextTimerAsync().GetAwaiter().GetResult();

        /// <summary>Once, as the host does.</summary>
        public Task StopAsync(CancellationToken patience = default) => _stop ??= Service.StopAsync(patience);

        public void Dispose()
        {
            StopAsync().GetAwaiter().GetResult();
            Service.Dispose();
            _systemd.Dispose();
            _hooks.Dispose();
            _health.Dispose();
            _loop.Dispose();
            _folder.Dispose();
        }
    }
}
