using Vipd.Daemon.Health;

namespace Vipd.Daemon.Observability;

/// <summary>The metrics of the checks, read from their boards at each scrape.</summary>
internal static class CheckMetrics
{
    private static readonly (HealthClass Class, Label Label)[] Classes =
        [.. Enum.GetValues<HealthClass>().Select(static value => (value, new Label("class", value.Name())))];

    private static readonly (SelfTrouble Trouble, Label Label)[] Troubles =
        [.. SelfTroubles.All.Select(static trouble => (trouble, new Label("trouble", trouble.Name())))];

    public static MetricFamily States(IReadOnlyList<CheckBoard> checks) => MetricFamily.Gauge(
        "vipd_check_state", "1 for the class that the check is in, 0 for the others.", () => checks,
        static (to, board) =>
        {
            CheckStatus check = board.Current;
            Label name = NameOf(check);
            foreach ((HealthClass value, Label label) in Classes)
                to.Write(value == check.Class ? 1 : 0, name, label);
        });

    public static MetricFamily Durations(IReadOnlyList<CheckBoard> checks)
    {
        BucketLabels bounds = new();
        return MetricFamily.Histogram(
            "vipd_check_duration_seconds", "How long a probe took, failed ones too.", () => checks,
            (to, board) => to.Write(board.Durations, bounds, NameOf(board.Current)));
    }

    public static IReadOnlyList<MetricFamily> Of(SelfWatch self) =>
    [
        MetricFamily.Counter(
            "vipd_self_troubles_total",
            "How often vipd stood still, its thread pool starved, the clock jumped or the machine slept.",
            static () => Troubles, (to, trouble) => to.Write(self.Total(trouble.Trouble).Count, trouble.Label)),
        MetricFamily.Counter(
            "vipd_self_trouble_seconds_total", "For how long, or by how much, in sum.",
            static () => Troubles,
            (to, trouble) => to.Write(self.Total(trouble.Trouble).Lasted.TotalSeconds, trouble.Label)),
    ];

    private static Label NameOf(CheckStatus check) => new("check", check.Name);
}
