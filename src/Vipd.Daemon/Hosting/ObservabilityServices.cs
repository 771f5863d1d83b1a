using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Control;
using Vipd.Daemon.Health;
using Vipd.Daemon.Hooks;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Recording;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Hosting;

/// <summary>Everything that shows the daemon to others, as one step for `vipd run`.</summary>
internal static class ObservabilityServices
{
    /// <param name="services">Where the hosted services are added.</param>
    /// <param name="loggers">For what the pages have to say.</param>
    /// <param name="configuration">What is switched on, and where.</param>
    /// <param name="board">Written by the election thread.</param>
    /// <param name="health">Its boards and what it knows of the process.</param>
    /// <param name="hooks">Written by the runs of hooks; in the order of the configuration.</param>
    /// <param name="drain">What `vipd drain` and `vipd undrain` turn.</param>
    /// <param name="recorder">Of the election thread.</param>
    /// <param name="reload">What `vipd reload` asks.</param>
    /// <param name="bootClockNanoseconds">CLOCK_BOOTTIME, as the election thread reads it.</param>
    public static IServiceCollection AddObservability(
        this IServiceCollection services,
        ILoggerFactory loggers,
        VipdConfiguration configuration,
        StatusBoard board,
        HealthService health,
        IReadOnlyList<HookBoard> hooks,
        DrainSwitch drain,
        FlightRecorder recorder,
        ReloadService reload,
        Func<long> bootClockNanoseconds)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(health);
        var liveness = new LoopLiveness(board.Loop, bootClockNanoseconds);
        var report = new StatusReport(
            board, health.Boards, liveness, TimeProvider.System, reload.Outcome, health.Self);
        var control = new ControlPages(report, drain, recorder, reload.ReloadAsync);
        List<PageServer> servers =
        [
            new PageServer(
                "control.socket",
                new UnixDomainSocketEndPoint(configuration.Control.Socket),
                ControlPeers.Admit(ControlPeers.KeptOut, Page.Serve(control.Find, control.Act)),
                loggers,
                TimeProvider.System),
        ];
        if (configuration.Metrics.Listen is { } listen)
        {
            var metrics = new VipdMetrics(board, health.Boards, hooks, reload.Outcome, health.Self);
            servers.Add(new PageServer(
                "metrics.listen",
                listen,
                Page.Serve(new MetricsPages(board, liveness, metrics.Exposition, report).Find),
                loggers,
                TimeProvider.System));
        }

        foreach (PageServer server in servers)
            services.AddSingleton<IHostedService>(server);
        services.AddSingleton<IHostedService>(new ServiceNotifications(
            reload.Systemd, board, liveness, TimeProvider.System,
            isServing: () => servers.TrueForAll(static server => server.HasTried)));
        return services;
    }
}
