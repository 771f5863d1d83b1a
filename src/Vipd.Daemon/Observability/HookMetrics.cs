using System.Text.Json;
using Vipd.Daemon.Hooks;

namespace Vipd.Daemon.Observability;

/// <summary>The metrics of the hooks, read from their boards at each scrape.</summary>
internal static class HookMetrics
{
    private static readonly (HookKind Kind, Label Label)[] Kinds =
        [.. Enum.GetValues<HookKind>().Select(static kind => (kind, new Label("hook", kind.Name())))];

    private static readonly (HookResult Result, Label Label)[] Results =
    [
        .. Enum.GetValues<HookResult>().Select(static result =>
            (result, new Label("result", JsonNamingPolicy.CamelCase.ConvertName(result.ToString())))),
    ];

    public static IReadOnlyList<MetricFamily> Of(IReadOnlyList<HookBoard> hooks) =>
    [
        MetricFamily.Counter(
            "vipd_hook_runs_total", "Runs of hooks that have ended, by how they ended.", () => hooks, WriteRuns),
        MetricFamily.Counter(
            "vipd_hooks_passed_over_total",
            "Transitions without a run of their hook, because later ones came while earlier hooks still ran.",
            () => hooks, static (to, board) => to.Write(board.PassedOver, NameOf(board))),
    ];

    // A reload may rename it.
    private static Label NameOf(HookBoard board) => new("router", board.Router);

    // All from the start, at 0: increase() misses the first event of a series that appears with it.
    private static void WriteRuns(ExpositionWriter to, HookBoard board)
    {
        Label name = NameOf(board);
        foreach ((HookKind kind, Label kindLabel) in Kinds)
        {
            foreach ((HookResult result, Label resultLabel) in Results)
                to.Write(board.Runs(kind, result), name, kindLabel, resultLabel);
        }
    }
}
