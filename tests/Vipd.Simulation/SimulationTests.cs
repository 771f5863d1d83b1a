using System.Collections.Concurrent;
using System.Diagnostics;
using Vipd.Simulation.Faults;
using Xunit.Abstractions;

namespace Vipd.Simulation;

public class SimulationTests(ITestOutputHelper output)
{
    private static readonly int Seeds =
        int.TryParse(Environment.GetEnvironmentVariable("VIPD_SIM_SEEDS"), out int seeds) ? seeds : 2000;

    [Fact]
    public void No_schedule_of_faults_breaks_a_rule()
    {
        var results = new ConcurrentBag<SimulationResult>();
        long begin = Stopwatch.GetTimestamp();
        Parallel.For(1, Seeds + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, seed =>
            results.Add(SimulationRun.Of((ulong)seed)));

        TimeSpan simulated = new(results.Sum(r => r.SimulatedTime.Ticks));
        TimeSpan nodeTime = new(results.Sum(r => r.NodeTime.Ticks));
        output.WriteLine($"seeds 1..{Seeds}: {Seeds} schedules, {results.Sum(r => r.Faults)} faults, " +
            $"{results.Sum(r => r.Events)} events, {simulated.TotalHours:F1} h simulated, " +
            $"{nodeTime.TotalHours:F1} node-hours, " +
            $"in {Stopwatch.GetElapsedTime(begin).TotalSeconds:F1} s");
        SimulationResult[] broken = [.. results.Where(r => r.BrokenRule is not null).OrderBy(r => r.Seed)];
        foreach (IGrouping<string?, SimulationResult> rule in broken.GroupBy(r => r.BrokenRule))
            output.WriteLine($"{rule.Key}: {rule.Count()} seeds, for example {rule.First().HowToReplay}");
        Assert.Equal(Seeds, results.Count);
        Assert.True(broken.Length == 0, broken.Length == 0 ? "" : broken[0].HowToReplay);
    }

    [Fact]
    public void The_same_seed_gives_the_same_transcript()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            SimulationResult first = SimulationRun.Of(seed, withTranscript: true);
            SimulationResult second = SimulationRun.Of(seed, withTranscript: true);

            Assert.True(first.Transcript.Length > 1000);
            Assert.Equal(first.Transcript, second.Transcript);
        }
    }

    [Fact]
    public void Every_schedule_holds_at_least_ten_faults() =>
        Assert.All(Enumerable.Range(1, 200), seed =>
            Assert.True(ScenarioGenerator.From((ulong)seed).Schedule.Count >= ScenarioGenerator.FewestFaults));
}
