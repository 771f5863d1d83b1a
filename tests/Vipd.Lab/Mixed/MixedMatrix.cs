using System.Collections.Concurrent;

namespace Vipd.Lab.Mixed;

/// <summary>Every cell of the matrix, many labs at a time: a lab mostly waits.</summary>
public sealed class MixedMatrix
{
    public const int LabsAtATime = 3;

    private MixedMatrix(IReadOnlyList<MixedCell> cells) => Cells = cells;

    public IReadOnlyList<MixedCell> Cells { get; }

    /// <summary>Which peers are spoken with, and how. FRR has neither passwords nor unicast.</summary>
    public static IReadOnlyList<(Peer Peer, MixedOptions Options)> Columns { get; } =
    [
        (Peer.Keepalived, MixedOptions.V2), (Peer.Keepalived, MixedOptions.V2Password),
        (Peer.Keepalived, MixedOptions.V3), (Peer.Keepalived, MixedOptions.V3IPv6),
        .. MixedOptions.Unicasts.Select(options => (Peer.Keepalived, options)),
        (Peer.Frr, MixedOptions.V2), (Peer.Frr, MixedOptions.V3), (Peer.Frr, MixedOptions.V3IPv6),
    ];

    /// <summary>Each way of speaking and each peer at least once: what every run of the tests plays.</summary>
    public static bool IsInEachRun(Peer peer, MixedOptions options) => peer == Peer.Keepalived
        && (options == MixedOptions.V2Password || options == MixedOptions.V3 || options == MixedOptions.V3IPv6)
        || (peer == Peer.Frr && options == MixedOptions.V2);

    /// <param name="binary">vipd.</param>
    /// <param name="labsAtATime">1 and up.</param>
    /// <param name="wanted">Null: all.</param>
    public static MixedMatrix Play(
        string binary, int labsAtATime = LabsAtATime, Func<Peer, MixedOptions, MixedScenario, bool>? wanted = null)
    {
        var cells = new ConcurrentBag<MixedCell>();
        var all = Columns.SelectMany(column => MixedScenario.All.Select(scenario => (column, scenario)))
            .Where(cell => cell.column.Peer.IsInstalled)
            .Where(cell => wanted?.Invoke(cell.column.Peer, cell.column.Options, cell.scenario) ?? true);
        using var labs = new SemaphoreSlim(labsAtATime);
        Thread[] threads =
        [
            .. all.Select(cell => new Thread(() =>
            {
                labs.Wait();
                try
                {
                    cells.Add(MixedCell.Play(binary, cell.column.Peer, cell.column.Options, cell.scenario));
                }
                finally
                {
                    labs.Release();
                }
            })),
        ];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return new MixedMatrix([.. cells]);
    }

    public MixedCell? Find(string column, string scenario) =>
        Cells.FirstOrDefault(cell => cell.Column == column && cell.Scenario.Name == scenario);

    /// <summary>A row for each scenario, a column for each peer; "yes" and "no".</summary>
    public string ToMarkdown()
    {
        string[] columns = [.. Columns.Select(column => $"{column.Peer} {column.Options.Name}")];
        string[] lines =
        [
            $"| | {string.Join(" | ", columns)} |",
            $"|---|{string.Concat(columns.Select(_ => ":---:|"))}",
            .. MixedScenario.All.Select(scenario =>
                $"| {scenario.Name} | {Row(columns.Select(column => Text(Find(column, scenario.Name))))} |"),
        ];
        return string.Join('\n', lines) + "\n";

        static string Row(IEnumerable<string> cells) => string.Join(" | ", cells);
    }

    private static string Text(MixedCell? cell) => cell switch
    {
        null => "-",
        { Problem: null } => "yes",
        _ => "**no**",
    };
}
