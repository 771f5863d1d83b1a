using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Control;
using Vipd.Daemon.Health;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Recording;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Hosting;

/// <summary>Everything that shows the daemon to others, as one step for `vipd run`.</summary>
public static class ObservabilityServices
{
    /// <param name="services">Where the hosted services are added.</param>
    /// <param name="configuration">What is switched on, and where.</param>
    /// <param name="board">Written by the election thread.</param>
    /// <param name="health">Its boards and what it knows of the process.</param>
    /// <param name="drain">What `vipd drain` and `vipd undrain` turn.</param>
    /// <param name="recorder">Of the election thread.</param>
    /// <param name="bootClockNanoseconds">CLOCK_BOOTTIME, as the election thread reads it.</param>
    public static IServiceCollection AddObservability(
        this IServiceCollection services,
        VipdConfiguration configuration,
        StatusBoard board,
        HealthService health,
        DrainSwitch drain,
        FlightRecorder recorder,
        Func<long> bootClockNanoseconds)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(health);
        var liveness = new LoopLiveness(board.Loop, bootClockNanoseconds);
        var report = new StatusReport(board, health.Boards, liveness, TimeProvider.System, health.Self);
        var control = new ControlPages(report, drain, recorder);
        services.AddSingleton(liveness);
        services.AddSingleton(new ReloadOutcome());
        services.AddSingleton(provider => new VipdMetrics(
            board, health.Boards, provider.GetRequiredService<ReloadOutcome>(), health.Self));
        services.AddSingleton(_ => SystemdNotifier.FromEnvironment(Environment.GetEnvironmentVariable));
        services.AddSingleton<IHostedService>(provider => new PageServer(
            "control.socket",
            new UnixDomainSocketEndPoint(configuration.Control.Socket),
            Page.Serve(control.Find, control.Act),
            provider.GetRequiredService<ILoggerFactory>(),
            TimeProvider.System));
        if (configuration.Metrics.Listen is { } listen)
        {
            services.AddSingleton<IHostedService>(provider => new PageServer(
                "metrics.listen",
                listen,
                Page.Serve(new MetricsPages(
                    board, liveness, provider.GetRequiredService<VipdMetrics>().Exposition, report).Find),
                provider.GetRequiredService<ILoggerFactory>(),
                TimeProvider.System));
        }

        services.AddSingleton<IHostedService>(provider => new ServiceNotifications(
            provider.GetRequiredService<SystemdNotifier>(), board, liveness, TimeProvider.System));
        return services;
    }
}
