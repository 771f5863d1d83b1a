using System.Diagnostics.Metrics;
using Vipd.Daemon.Health;
using Vipd.Daemon.Hooks;
using Vipd.Daemon.Runtime;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Vipd.Daemon.Observability;

/// <summary>
/// The Meter "vipd". Every instrument is observable: nothing runs where the events happen, a scrape reads the boards.
/// Instruments carry the names that Prometheus shows, so that one name can be searched for everywhere.
/// </summary>
public sealed class VipdMetrics : IDisposable
{
    public const string MeterName = "vipd";

    private readonly Meter _meter = new(MeterName, ProductVersion.Text);

    public VipdMetrics(
        StatusBoard board,
        IReadOnlyList<CheckBoard> checks,
        IReadOnlyList<HookBoard> hooks,
        ReloadOutcome reload,
        SelfWatch? self = null)
    {
        ArgumentNullException.ThrowIfNull(board);
        _ = new RouterInstruments(_meter, board);
        CheckInstruments.AddTo(_meter, checks);
        if (self is not null)
            CheckInstruments.AddTo(_meter, self);
        HookInstruments.AddTo(_meter, hooks);
        _meter.CreateObservableGauge("vipd_config_last_reload_successful", () => reload.Successful ? 1L : 0L, null,
            "1 when the configuration read last is the one that runs.");
        _meter.CreateObservableGauge("vipd_config_last_reload_success_timestamp_seconds",
            () => reload.SuccessfulAt.ToUnixTimeMilliseconds() / 1000.0, null,
            "When the configuration that runs was read, Unix time.");
        _meter.CreateObservableGauge("vipd_election_thread_allocated_bytes", () => board.Loop.AllocatedBytes, null,
            "Managed bytes that the election thread has allocated since it entered its loop; flat is healthy.");
        _meter.CreateObservableGauge("vipd_build_info",
            static () => new Measurement<long>(1, new Tag("version", ProductVersion.Text)), null,
            "Always 1; the label says which build runs.");
        ProcessInstruments.AddTo(_meter);
        Exposition = new PrometheusExposition(_meter,
        [
            RouterInstruments.Failover(board),
            CheckInstruments.Durations(checks),
            new HistogramFamily("vipd_loop_lateness_seconds", "How late the election loop woke for a deadline.",
                () => [new HistogramSeries(board.Loop.Lateness)]),
        ]);
    }

    public PrometheusExposition Exposition { get; }

    public void Dispose()
    {
        Exposition.Dispose();
        _meter.Dispose();
    }
}
