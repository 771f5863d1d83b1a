using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Vipd.Simulation.Mutations.Source;
using Xunit.Abstractions;

namespace Vipd.Simulation;

/// <summary>
/// Are the tests good enough? Each single fault that is typed into a copy of the election's source must be caught by
/// the simulation or by a unit test. The table says by which; it is left in artifacts/mutations.md.
/// </summary>
public class SourceMutationTests(ITestOutputHelper output)
{
    private const int ManySeeds = 3_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ElectionCompiler Compiler = new();

    /// <summary>
    /// What a fault gets that a unit test has caught already; one that none has caught gets <see cref="ManySeeds"/>.
    /// With VIPD_LONG=1 each gets them, and the table says more of the simulation.
    /// </summary>
    private static int FewSeeds => Environment.GetEnvironmentVariable("VIPD_LONG") == "1" ? ManySeeds : 30;

    /// <summary>Only the faults of this file, for whoever works on it: `VirtualRouter.Backup.cs`.</summary>
    private static readonly string? AskedFile = Environment.GetEnvironmentVariable("VIPD_MUTATED_FILE");

    private static SourceChange[] Changes =>
    [
        .. new[]
            {
                ActiveChanges.All, BackupChanges.All, PartChanges.All, ReconfigurationChanges.All, SyncGroupChanges.All,
            }
            .SelectMany(changes => changes).Where(change => AskedFile is null || change.File == AskedFile),
    ];

    [Fact]
    public void The_source_without_a_change_survives()
    {
        using var mutant = new Mutant(Compiler.Compile(change: null));

        Assert.Empty(mutant.RunUnitTests());
        Assert.Null(mutant.Simulate(firstSeed: 1, FewSeeds));
    }

    [Fact]
    public void A_change_that_no_longer_fits_the_source_is_named()
    {
        var change = new SourceChange("A fault of yesterday", "Claim.cs", "nowhere in the source");

        string message = Assert.Throws<InvalidOperationException>(() => Compiler.Compile(change)).Message;

        Assert.Contains(change.Name, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_single_fault_in_the_election_is_caught()
    {
        var caught = new ConcurrentDictionary<string, Outcome>();
        Parallel.ForEach(Changes, new ParallelOptions { MaxDegreeOfParallelism = 2 }, change =>
            Assert.True(caught.TryAdd(change.Name, Try(change)), $"two faults are called '{change.Name}'"));

        string table = Table(caught);
        output.WriteLine(table);
        string folder = Path.Combine(ElectionCompiler.RepositoryRoot(), "artifacts");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "mutations.md"), table);
        Assert.True(caught.Count >= 40 || AskedFile is not null);
        Assert.Empty(caught.Where(pair => !pair.Value.IsCaught).Select(pair => pair.Value.Misfit ?? pair.Key));
    }

    private static Outcome Try(SourceChange change)
    {
        byte[] vrrp;
        try
        {
            vrrp = Compiler.Compile(change);
        }
        catch (InvalidOperationException misfit)
        {
            // Of a list that follows the source all misfits are wanted, not the first.
            return new Outcome(null, [], misfit.Message);
        }

        // A fault may make the election turn for ever; that is caught too, but the thread is lost.
        Task<Outcome> trial = Task.Run(() =>
        {
            using var mutant = new Mutant(vrrp);
            IReadOnlyList<string> failed = mutant.RunUnitTests();
            string? rule = mutant.Simulate(1, FewSeeds);
            if (rule is null && failed.Count == 0)
                rule = mutant.Simulate(1 + FewSeeds, ManySeeds - FewSeeds);
            return new Outcome(rule, failed);
        });
        return trial.Wait(Patience) ? trial.Result : new Outcome("never comes to an end", []);
    }

    private static string Table(IReadOnlyDictionary<string, Outcome> caught)
    {
        var text = new StringBuilder();
        int byRule = caught.Values.Count(outcome => outcome.Rule is not null);
        int byTest = caught.Values.Count(outcome => outcome.FailedTests.Count > 0);
        text.AppendLine(CultureInfo.InvariantCulture, $"# {caught.Count} single faults of the election\n");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{byRule} break a rule of the simulation, {byTest} a unit test, " +
            $"{caught.Values.Count(outcome => !outcome.IsCaught)} neither.\n");
        text.AppendLine("| fault | file | rule of the simulation | unit tests |\n|---|---|---|---|");
        foreach (SourceChange change in Changes)
        {
            Outcome outcome = caught[change.Name];
            string tests = outcome.FailedTests.Count == 0
                ? "none"
                : $"{outcome.FailedTests.Count}: {outcome.FailedTests[0]}";
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {change.Name} | {change.File} | {outcome.Rule ?? "none"} | {tests} |");
        }

        return text.ToString();
    }

    private sealed record Outcome(string? Rule, IReadOnlyList<string> FailedTests, string? Misfit = null)
    {
        public bool IsCaught => Rule is not null || FailedTests.Count > 0;
    }
}
