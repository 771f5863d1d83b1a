using Vipd.Daemon.Health;
using Vipd.Daemon.Hooks;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Observability;

/// <summary>Everything that a scrape shows, in its order.</summary>
public sealed class VipdMetrics
{
    public VipdMetrics(
        StatusBoard board,
        IReadOnlyList<CheckBoard> checks,
        IReadOnlyList<HookBoard> hooks,
        ReloadOutcome reload,
        SelfWatch? self = null)
    {
        ArgumentNullException.ThrowIfNull(board);
        RouterMetrics routers = new(board);
        BucketLabels latenessBounds = new();
        Exposition = new PrometheusExposition(
        [
            .. routers.Families,
            CheckMetrics.States(checks),
            .. self is null ? [] : CheckMetrics.Of(self),
            .. HookMetrics.Of(hooks),
            MetricFamily.Gauge("vipd_config_last_reload_successful",
                "1 when the configuration read last is the one that runs.",
                to => to.Write(reload.Successful ? 1 : 0)),
            MetricFamily.Gauge("vipd_config_last_reload_success_timestamp_seconds",
                "When the configuration that runs was read, Unix time.",
                to => to.Write(reload.SuccessfulAt.ToUnixTimeMilliseconds() / 1000.0)),
            MetricFamily.Gauge("vipd_election_thread_allocated_bytes",
                "Managed bytes that the election thread has allocated since it entered its loop; flat is healthy.",
                to => to.Write(board.Loop.AllocatedBytes)),
            MetricFamily.Gauge("vipd_build_info", "Always 1; the label says which build runs.",
                static to => to.Write(1, new Label("version", ProductVersion.Text))),
            .. ProcessMetrics.Families,
            routers.Failover,
            CheckMetrics.Durations(checks),
            MetricFamily.Histogram("vipd_loop_lateness_seconds", "How late the election loop woke for a deadline.",
                to => to.Write(board.Loop.Lateness, latenessBounds)),
        ]);
    }

    public PrometheusExposition Exposition { get; }
}
