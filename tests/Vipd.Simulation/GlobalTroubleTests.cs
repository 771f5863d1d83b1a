using System.Globalization;
using System.Text;
using Vipd.Simulation.Faults;
using Vipd.Simulation.Mutations.Source;
using Vipd.Simulation.World;
using Vipd.Vrrp.Election;
using Xunit.Abstractions;

namespace Vipd.Simulation;

/// <summary>
/// Nothing better, nothing moves: a trouble that all nodes share moves the addresses once at most, although each node
/// notices it at a moment of its own. The table is left in artifacts/moves.md.
/// </summary>
public class GlobalTroubleTests(ITestOutputHelper output)
{
    private const int TroublesOfEachKind = 1000;
    private const int TroublesOfARun = 50;

    /// <summary>Claims that lie closer are one move: nobody but the claimants notices.</summary>
    private static readonly TimeSpan OneMove = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void A_trouble_of_all_nodes_moves_the_addresses_once_at_most()
    {
        var table = new StringBuilder();
        var worst = new List<(GlobalTrouble Kind, int Without, int With)>();
        table.AppendLine("| trouble | holdDown | 0 moves | 1 move | 2 moves | more | most |");
        table.AppendLine("|---|---|---:|---:|---:|---:|---:|");
        foreach (GlobalTrouble kind in Enum.GetValues<GlobalTrouble>())
        {
            int[] without = MovesOfEach(kind, TimeSpan.Zero);
            int[] with = MovesOfEach(kind, RouterParameters.DefaultHoldDown);
            table.AppendLine(Row(kind, "0s", without));
            table.AppendLine(Row(kind, "3s", with));
            worst.Add((kind, without.Max(), with.Max()));
        }

        output.WriteLine(table.ToString());
        string folder = Path.Combine(ElectionCompiler.RepositoryRoot(), "artifacts");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "moves.md"), table.ToString());
        Assert.All(worst, most => Assert.InRange(most.With, 0, 1));
        // Troubles that would do no harm without the hold-down would prove nothing.
        Assert.All(worst, most => Assert.InRange(most.Without, 2, int.MaxValue));
    }

    private static int[] MovesOfEach(GlobalTrouble kind, TimeSpan holdDown)
    {
        var moves = new int[TroublesOfEachKind];
        Parallel.For(0, TroublesOfEachKind / TroublesOfARun, new ParallelOptions { MaxDegreeOfParallelism = 2 }, run =>
        {
            ulong seed = (ulong)run + 1;
            GlobalTroubles.Schedule drawn =
                new GlobalTroubles(new SeededRandom(seed), nodes: 3).Draw(kind, TroublesOfARun, holdDown);
            SimulationResult result = SimulationRun.Of(seed, drawn.Scenario);
            Assert.True(result.BrokenRule is null, $"{kind}, seed {seed}: {result.BrokenRule}: {result.What}");
            for (int i = 0; i < TroublesOfARun; i++)
            {
                TimeSpan end = i + 1 < TroublesOfARun ? drawn.Begins[i + 1] : TimeSpan.MaxValue;
                moves[(run * TroublesOfARun) + i] = Moves(result.TakeOvers, drawn.Begins[i], end, kind);
            }
        });
        return moves;
    }

    private static int Moves(IReadOnlyList<TakeOver> takeOvers, TimeSpan begin, TimeSpan end, GlobalTrouble kind)
    {
        // The first election after a cold start moves nothing: there was no Active Router.
        int moves = kind == GlobalTrouble.ColdStart ? -1 : 0;
        TimeSpan last = begin - OneMove;
        foreach (TakeOver takeOver in takeOvers.Where(takeOver => takeOver.At >= begin && takeOver.At < end))
        {
            if (takeOver.At - last >= OneMove)
                moves++;
            last = takeOver.At;
        }

        return moves;
    }

    private static string Row(GlobalTrouble kind, string holdDown, int[] moves) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {kind} | {holdDown} | {moves.Count(m => m == 0)} | {moves.Count(m => m == 1)} | " +
        $"{moves.Count(m => m == 2)} | {moves.Count(m => m > 2)} | {moves.Max()} |");
}
