using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Extensions.Logging;
using Vipd.Daemon.Commands;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;
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
        var journal = new LoopJournal();
        var board = new StatusBoard([.. plans.Select(BoardFor)]);
        using var loop = new ElectionLoop(plans, board, journal);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        using Serilog.Core.Logger logger = new LoggerConfiguration().MinimumLevel.Is(configuration.Log.Level).WriteTo.Console(formatProvider: System.Globalization.CultureInfo.InvariantCulture).CreateLogger();
        builder.Logging.AddProvider(new SerilogLoggerProvider(logger));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeout);
        builder.Services.AddSingleton(journal);
        builder.Services.AddSingleton(loop);
        // Stopped in reverse order: first the checks, then the election hands over, last the log.
        builder.Services.AddHostedService<JournalService>();
        builder.Services.AddHostedService<ElectionService>();
        builder.Services.AddHostedService(services => new HealthService(
            configuration, loop.Inbox, TimeProvider.System, services.GetRequiredService<ILoggerFactory>()));
        using IHost host = builder.Build();
        RealTimeOutcome? realtime = loop.Start(configuration.Realtime != RealtimeMode.Off);
        Console.WriteLine(realtime);
        await host.RunAsync(cancellation);
        return ExitCode.Yes;
    }

    private static RouterBoard BoardFor(RouterPlan plan) => new(plan.Identity, new RouterSnapshot(
        RouterState.Initialize,
        DateTimeOffset.UtcNow,
        TransitionCause.Startup,
        plan.Parameters.Priority,
        [],
        HandingOver: false,
        Drained: false,
        ActiveRouter: null,
        ActivePriority: null,
        ElectionTimers.ActiveDownInterval(plan.Parameters.Priority, plan.Identity.AdvertisementInterval)));
}
