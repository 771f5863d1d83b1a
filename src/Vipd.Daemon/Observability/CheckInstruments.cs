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

    public static void AddTo(Meter meter, SelfWatch self)
    {
        meter.CreateObservableCounter("vipd_self_troubles_total", () => Observe(self, total => total.Count), null,
            "How often vipd stood still, its thread pool starved, the clock jumped or the machine slept.");
        meter.CreateObservableCounter("vipd_self_trouble_seconds_total",
            () => Observe(self, total => total.Seconds), null, "For how long, or by how much, in sum.");
    }

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

    private static IEnumerable<Measurement<T>> Observe<T>(SelfWatch self, Func<(long Count, double Seconds), T> part)
        where T : struct =>
        from trouble in SelfTroubles.All
        let total = self.Total(trouble)
        select new Measurement<T>(
            part((total.Count, total.Lasted.TotalSeconds)), new Tag("trouble", trouble.Name()));
}
