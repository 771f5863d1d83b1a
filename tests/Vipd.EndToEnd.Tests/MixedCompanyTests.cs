using Vipd.Lab.Mixed;
using Vipd.Lab.Traffic;

namespace Vipd.EndToEnd.Tests;

/// <summary>
/// vipd beside the real keepalived and FRR: one test a cell of the matrix in README. Four of its columns are played in
/// each run, all of them by <c>tests/run.sh --long</c>.
/// </summary>
public class MixedCompanyTests(MixedCompanyTests.Matrix matrix) : IClassFixture<MixedCompanyTests.Matrix>
{
    private const double TolerableLateness = 20;

    public static TheoryData<string, string> Cells
    {
        get
        {
            var cells = new TheoryData<string, string>();
            foreach (var (peer, options) in MixedMatrix.Columns.Where(IsPlayed))
            {
                foreach (var scenario in MixedScenario.All) cells.Add($"{peer} {options.Name}", scenario.Name);
            }
            return cells;
        }
    }

    private static bool IsPlayed((Peer Peer, MixedOptions Options) column) =>
        Environment.GetEnvironmentVariable("VIPD_LONG") == "1"
        || MixedMatrix.IsInEachRun(column.Peer, column.Options);

    [NetnsTheory]
    [MemberData(nameof(Cells))]
    public void They_agree(string column, string scenario)
    {
        var cell = Assert.IsType<MixedCell>(matrix.Played.Find(column, scenario));
        Assert.True(cell.Problem is null, cell.Problem);
        // A machine that is too busy to ask every millisecond is too busy to answer.
        if (scenario is not "vipd is killed" && cell.ClientLateness < TolerableLateness)
            Assert.InRange(cell.VipdLost, 0, ProbeResult.LostByTheMachine);
    }

    /// <summary>All labs run once, side by side, before the first cell is judged.</summary>
    public sealed class Matrix
    {
        private readonly Lazy<MixedMatrix> _played = new(Play);

        public MixedMatrix Played => _played.Value;

        private static MixedMatrix Play()
        {
            var played = MixedMatrix.Play(
                VipdBinary.Path, wanted: (peer, options, _) => IsPlayed((peer, options)));
            var directory = Path.Combine(AppContext.BaseDirectory, "interop");
            Directory.CreateDirectory(directory);
            File.WriteAllText(Path.Combine(directory, "matrix.md"), played.ToMarkdown());
            return played;
        }
    }
}
