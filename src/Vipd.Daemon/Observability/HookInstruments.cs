using System.Diagnostics.Metrics;
using System.Text.Json;
using Vipd.Daemon.Hooks;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Vipd.Daemon.Observability;

/// <summary>The metrics of the hooks, read from their boards at each scrape.</summary>
internal static class HookInstruments
{
    private static readonly HookKind[] Kinds = Enum.GetValues<HookKind>();
    private static readonly HookResult[] Results = Enum.GetValues<HookResult>();

    public static void AddTo(Meter meter, IReadOnlyList<HookBoard> hooks)
    {
        meter.CreateObservableCounter("vipd_hook_runs_total", () => Observe(hooks), null,
            "Runs of hooks that have ended, by how they ended.");
        meter.CreateObservableCounter("vipd_hooks_passed_over_total",
            () => hooks.Select(board => new Measurement<long>(board.PassedOver, NameOf(board))), null,
            "Transitions without a run of their hook, because later ones came while earlier hooks still ran.");
    }

    private static Tag NameOf(HookBoard board) => new("router", board.Router);

    // All from the start, at 0: increase() misses the first event of a series that appears with it.
    private static IEnumerable<Measurement<long>> Observe(IReadOnlyList<HookBoard> hooks) =>
        from board in hooks
        from kind in Kinds
        from result in Results
        select new Measurement<long>(
            board.Runs(kind, result),
            NameOf(board),
            new Tag("hook", kind.Name()),
            new Tag("result", JsonNamingPolicy.CamelCase.ConvertName(result.ToString())));
}
