using System.Diagnostics.Metrics;
using Vipd.Daemon.Health;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Vipd.Daemon.Observability;

/// <summary>The metrics of the checks, read from their boards at each scrape.</summary>
internal static class CheckInstruments
{
    private static readonly HealthClass[] Classes = Enum.GetValues<HealthClass>();

    public static void AddTo(Meter meter, IReadOnlyList<CheckBoard> checks) =>
        meter.CreateObservableGauge("vipd_check_state", () => Observe(checks), null,
            "1 for the class that the check is in, 0 for the others.");

    public static HistogramFamily Durations(IReadOnlyList<CheckBoard> checks) => new(
        "vipd_check_duration_seconds",
        "How long a probe took, failed ones too.",
        () => checks.Select(static check => new HistogramSeries(check.Durations, NameOf(check.Current))));

    private static Tag NameOf(CheckStatus check) => new("check", check.Name);

    private static IEnumerable<Measurement<long>> Observe(IReadOnlyList<CheckBoard> checks) =>
        from board in checks
        let check = board.Current
        from healthClass in Classes
        select new Measurement<long>(
            healthClass == check.Class ? 1 : 0, NameOf(check), new Tag("class", healthClass.Name()));
}
