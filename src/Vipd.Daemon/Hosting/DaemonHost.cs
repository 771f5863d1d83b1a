using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog.Core;
using Vipd.Daemon.Commands;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Control;
using Vipd.Daemon.Health;
using Vipd.Daemon.Recording;
using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Hosting;

/// <summary>Puts the daemon together, runs it until it is told to stop, and takes it apart.</summary>
internal static class DaemonHost
{
    /// <summary>Longer than the longest handover; systemd's own limit is longer still.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    /// <param name="path">Where a reload finds the configuration.</param>
    /// <exception cref="LinuxException">A descriptor was refused; nothing has been changed.</exception>
    public static async Task<int> RunAsync(
        VipdConfiguration configuration,
        IReadOnlyList<RouterPlan> plans,
        CancellationToken cancellation,
        string path = ConfigurationFile.DefaultPath)
    {
        LoggingLevelSwitch? level = null;
        using ILoggerFactory loggers = LoggerFactory.Create(logging => level = logging.UseSerilog(configuration.Log));
        ILogger log = loggers.CreateLogger(typeof(DaemonHost));
        (bool occupied, InstanceLock? held) = await TakeLock(configuration.Control.Socket, log, cancellation);
        using InstanceLock? instance = held;
        if (occupied)
            return ExitCode.No;
        var journal = new LoopJournal();
        var board = new StatusBoard([.. plans.Select(RouterBoard.For)]);
        Channel<bool> machineChanges = ReloadService.NewSignal();
        string record = AddressRecord.PathFor(configuration.Control.Socket);
        using var loop = new ElectionLoop(
            plans, board, journal, () => machineChanges.Writer.TryWrite(true), AddressRecord.Read(record));
        var store = RecordingStore.Beside(configuration.Control.Socket, Environment.GetEnvironmentVariable);
        using var troubles = new TroubleRecordings(
            loop.Recorder, store, board, TimeProvider.System, loggers.CreateLogger<TroubleRecordings>());
        using var addresses = new AddressRecordService(
            board.Held, record, loggers.CreateLogger<AddressRecordService>());

        // Posts what the checks know, which is nothing, so that no router starts with a priority it has not earned.
        using var health = new HealthService(configuration, loop.Inbox, TimeProvider.System, loggers);
        using var hooks = new HookService(
            configuration, board, TimeProvider.System, loggers.CreateLogger<HookService>());
        var drain = new DrainSwitch(configuration.Control.Socket, loop.Inbox, TimeProvider.System);
        ResumeDrain(drain, log);
        foreach (RouterPlan plan in plans.Where(plan => plan.WaitsFor is not null))
            log.LogWarning("{Router}: {Missing}; waiting for it", plan.Identity.Name, plan.WaitsFor);
        using var systemd = SystemdNotifier.FromEnvironment(Environment.GetEnvironmentVariable);
        using var reload = new ReloadService(
            path, configuration, plans, loop, board, health, hooks, level!, systemd, machineChanges,
            loggers.CreateLogger<ReloadService>());
        using IHost host =
            Build(configuration, loggers, journal, board, loop, troubles, addresses, health, hooks, drain, reload);
        if (!StartElection(loop, configuration.Realtime, log))
            return ExitCode.No;
        IHostedService[] services = [.. host.Services.GetServices<IHostedService>()];
        try
        {
            await host.RunAsync(cancellation);
        }
        finally
        {
            // A host that fails while it starts stops none of its services, and the descriptors must not be closed
            // under the election thread.
            loop.Inbox.Post(new LoopMessage.Stop(TransitionCause.Shutdown));
            await loop.Ended.WaitAsync(StopTimeout, CancellationToken.None);
        }

        if (FailureOf(services) is not { } bug)
            return ExitCode.Yes;
        log.LogCritical(bug, "stopped by a defect of vipd; the addresses were handed over first");
        return ExitCode.No;
    }

    /// <summary>
    /// What ended a service that should have run for ever. The host then stops as if it had been asked to; without
    /// this, systemd would take a defect for a clean stop and not start vipd again.
    /// </summary>
    internal static Exception? FailureOf(IEnumerable<IHostedService> services) => services.OfType<BackgroundService>()
        .Select(service => service.ExecuteTask?.Exception?.InnerException)
        .FirstOrDefault(failure => failure is not null);

    /// <summary>
    /// Two daemons of one configuration on one machine would take each other's addresses away. A lock that cannot be
    /// had for another reason is no reason to leave the addresses to nobody.
    /// </summary>
    private static async Task<(bool Occupied, InstanceLock? Held)> TakeLock(
        string controlSocket, ILogger log, CancellationToken cancellation)
    {
        try
        {
            ControlSocket.MakeDirectoryOf(controlSocket);
            InstanceLock? held = await InstanceLock.TakeAsync(controlSocket, cancellation);
            if (held is null)
            {
                log.LogError(
                    "another vipd is running: it holds {Lock}. One daemon serves every virtual router of a machine",
                    InstanceLock.PathFor(controlSocket));
            }

            return (held is null, held);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            log.LogWarning(
                "cannot lock {Lock}: {Reason}. Going on; but `vipd release` does not know that this daemon lives",
                InstanceLock.PathFor(controlSocket), refused.Message.TrimEnd('.'));
            return (false, null);
        }
    }

    private static void ResumeDrain(DrainSwitch drain, ILogger log)
    {
        if (drain.Resume())
            log.LogWarning("drained before this start, and still: `vipd undrain` lets this node take part again");
    }

    private static IHost Build(
        VipdConfiguration configuration,
        ILoggerFactory loggers,
        LoopJournal journal,
        StatusBoard board,
        ElectionLoop loop,
        TroubleRecordings troubles,
        AddressRecordService addresses,
        HealthService health,
        HookService hooks,
        DrainSwitch drain,
        ReloadService reload)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(loggers);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeout);

        // Stopped in reverse order: systemd is told, pages end, the election hands over, and only then checks end: one
        // may be reading from a disk that hangs. Then the last hooks run, and the log is last.
        builder.Services.AddSingleton<IHostedService>(
            new JournalService(journal, loggers.CreateLogger<ElectionLoop>(), noted: troubles.Look));
        builder.Services.AddSingleton<IHostedService>(hooks);
        builder.Services.AddSingleton<IHostedService>(addresses);
        builder.Services.AddSingleton<IHostedService>(health);
        builder.Services.AddSingleton<IHostedService>(new ElectionService(loop));
        builder.Services.AddSingleton<IHostedService>(reload);
        builder.Services.AddObservability(
            loggers, configuration, board, health, hooks.Boards, drain, loop.Recorder, reload,
            () => BootClock.Nanoseconds);
        IHost host = builder.Build();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(reload.BeginStop);
        return host;
    }

    /// <summary>False if realtime is required and refused.</summary>
    private static bool StartElection(ElectionLoop loop, RealtimeMode mode, ILogger log)
    {
        // The last moment at which a collection of everything holds up no election. What start-up has left behind would
        // otherwise stay until the heap has grown, and a gap that is long enough has come.
        GarbageGap.CollectEverything();
        RealTimeOutcome memory = mode == RealtimeMode.Off ? new RealTimeOutcome(true, null) : RealTime.TryLockMemory();
        if (!memory.Granted)
            log.LogWarning("realtime: memory is not locked: {Cause}", memory.Cause);
        if (mode == RealtimeMode.Require && !memory.Granted)
            return false;
        RealTimeOutcome? scheduling = loop.Start(realtime: mode != RealtimeMode.Off);
        if (scheduling is not { Granted: false, Cause: var cause })
            return true;
        log.LogWarning("realtime: the election thread has no realtime priority: {Cause}", cause);
        if (mode == RealtimeMode.Auto)
            return true;
        loop.Inbox.Post(new LoopMessage.Stop(TransitionCause.Shutdown));
        loop.Ended.GetAwaiter().GetResult();
        return false;
    }
}
