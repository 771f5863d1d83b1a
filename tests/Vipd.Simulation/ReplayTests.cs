using System.Globalization;
using Xunit.Abstractions;

namespace Vipd.Simulation;

/// <summary>VIPD_SIM_SEED=123 dotnet test tests/Vipd.Simulation --filter Replay: one run, told line by line.</summary>
public class ReplayTests(ITestOutputHelper output)
{
    [Fact]
    public void Replay()
    {
        ulong seed =
            ulong.Parse(Environment.GetEnvironmentVariable("VIPD_SIM_SEED") ?? "1", CultureInfo.InvariantCulture);
        SimulationResult result = SimulationRun.Of(seed, withTranscript: true);

        output.WriteLine(result.Transcript);
        output.WriteLine(
            $"seed {seed}: {result.Events} events in {result.SimulatedTime.TotalSeconds:F1} simulated seconds");
        Assert.True(result.BrokenRule is null, result.HowToReplay);
    }
}
