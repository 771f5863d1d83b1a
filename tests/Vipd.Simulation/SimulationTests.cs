using Vipd.Simulation.Faults;
using Xunit.Abstractions;

namespace Vipd.Simulation;

public class SimulationTests(ITestOutputHelper output)
{
    private const int SeedsOfEachRun = 45_000;

    private static readonly int? Asked =
        int.TryParse(Environment.GetEnvironmentVariable("VIPD_SIM_SEEDS"), out int seeds) ? seeds : null;

    [Fact]
    public void No_schedule_of_faults_breaks_a_rule()
    {
        Campaign campaign = Campaign.Of(firstSeed: 1, Asked ?? SeedsOfEachRun);

        output.WriteLine(campaign.Report);
        Assert.True(campaign.HowToReplay is null, campaign.HowToReplay);
        if (Asked is not null)
            return;
        Assert.True(campaign.Schedules >= 5_000);
        Assert.True(campaign.EventsWithoutAnnouncements >= 100_000_000, campaign.Report);
    }

    /// <summary>Other seeds than above, for VIPD_SIM_MINUTES (60).</summary>
    [LongFact]
    public void No_schedule_of_faults_breaks_a_rule_in_an_hour()
    {
        int minutes = int.TryParse(Environment.GetEnvironmentVariable("VIPD_SIM_MINUTES"), out int asked) ? asked : 60;
        Campaign campaign = Campaign.For(firstSeed: 1_000_000_000, TimeSpan.FromMinutes(minutes));

        output.WriteLine(campaign.Report);
        Assert.True(campaign.HowToReplay is null, campaign.HowToReplay);
        Assert.True(campaign.Events > 0);
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
        Assert.All(Enumerable.Range(1, 1000), seed => Assert.True(
            SimulationRun.CountFaults(ScenarioGenerator.From((ulong)seed)) >= ScenarioGenerator.FewestFaults));

    [Fact]
    public void Every_kind_of_fault_is_drawn()
    {
        var drawn = Enumerable.Range(1, 1000)
            .SelectMany(seed => ScenarioGenerator.From((ulong)seed).Schedule)
            .Select(fault => fault.Kind)
            .ToHashSet();

        Assert.Equal(Enum.GetValues<FaultKind>(), drawn.Order());
    }
}
