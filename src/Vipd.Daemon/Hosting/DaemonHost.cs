using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vipd.Daemon.Commands;
using Vipd.Daemon.Configuration;
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

    /// <exception cref="LinuxException">A descriptor was refused; nothing has been changed.</exception>
    public static async Task<int> RunAsync(
        VipdConfiguration configuration, IReadOnlyList<RouterPlan> plans, CancellationToken cancellation)
    {
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.UseSerilog(configuration.Log));
        ILogger log = loggers.CreateLogger(typeof(DaemonHost));
        var journal = new LoopJournal();
        var board = new StatusBoard([.. plans.Select(BoardFor)]);
        using var loop = new ElectionLoop(plans, board, journal);

        // Posts what the checks know, which is nothing, so that no router starts with a priority it has not earned.
        using var health = new HealthService(configuration, loop.Inbox, TimeProvider.System, loggers);
        using IHost host = Build(configuration, loggers, journal, board, loop, health);
        if (!StartElection(loop, configuration.Realtime, log))
            return ExitCode.No;
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

        return ExitCode.Yes;
    }

    private static IHost Build(
        VipdConfiguration configuration,
        ILoggerFactory loggers,
        LoopJournal journal,
        StatusBoard board,
        ElectionLoop loop,
        HealthService health)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(loggers);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeout);

        // Stopped in reverse order: systemd is told, pages and checks end, the election hands over, the log is last.
        builder.Services.AddSingleton<IHostedService>(
            new JournalService(journal, loggers.CreateLogger<ElectionLoop>()));
        builder.Services.AddSingleton<IHostedService>(new ElectionService(loop));
        builder.Services.AddSingleton<IHostedService>(_ => new RecordingService(
            loop.Recorder,
            RecordingStore.Beside(configuration.Control.Socket, Environment.GetEnvironmentVariable),
            board,
            TimeProvider.System,
            loggers.CreateLogger<RecordingService>()));
        builder.Services.AddSingleton<IHostedService>(health);
        builder.Services.AddObservability(
            configuration, board, health.Boards, loop.Recorder, () => BootClock.Nanoseconds);
        return builder.Build();
    }

    /// <summary>False if realtime is required and refused.</summary>
    private static bool StartElection(ElectionLoop loop, RealtimeMode mode, ILogger log)
    {
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

    private static RouterBoard BoardFor(RouterPlan plan) => new(plan.Identity, RouterSnapshot.Initial(
        plan.Parameters.Priority,
        ElectionTimers.ActiveDownInterval(plan.Parameters.Priority, plan.Identity.AdvertisementInterval)));
}
