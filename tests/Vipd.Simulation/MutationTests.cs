using Vipd.Simulation.Mutations;
using Vipd.Simulation.World;
using Xunit.Abstractions;

namespace Vipd.Simulation;

/// <summary>
/// The simulation can fail: each single fault in election or node breaks the rule that stands beside it.
/// </summary>
public class MutationTests(ITestOutputHelper output)
{
    private const ulong Seeds = 300;

    private static readonly Dictionary<string, (Mutation Mutation, string[] Rules)> Mutations = new()
    {
        [nameof(IgnoresPriorityZero)] = (new IgnoresPriorityZero(), ["PlannedMoveWithinShortWait"]),
        [nameof(NeverYields)] = (new NeverYields(), ["ExactlyOneActive"]),
        [nameof(NeverPreempts)] = (new NeverPreempts(), ["TheRightOneIsActive"]),
        [nameof(IgnoresHealth)] = (new IgnoresHealth(), ["TheRightOneIsActive"]),
        [nameof(IgnoresLostAddresses)] = (new IgnoresLostAddresses(), ["AnActiveRouterHasItsAddresses"]),
        [nameof(AnnouncesNothingAfterContention)] = (new AnnouncesNothingAfterContention(), ["TheClientFollows"]),
        [nameof(KeepsItsAddresses)] = (new KeepsItsAddresses(), ["AddressesFollowTheState"]),
        [nameof(HandsOverForEver)] = (new HandsOverForEver(), ["HandoverEnds"]),
        [nameof(ForgetsActiveDeadlines)] = (new ForgetsActiveDeadlines(), ["DeadlinesAreKept"]),
        [nameof(SaysNothingWhenActive)] = (new SaysNothingWhenActive(), ["ExactlyOneActive"]),
        [nameof(FiresDeadlinesFirst)] = (new FiresDeadlinesFirst(), ["NobodyUsurps"]),
        [nameof(ForgetsTheTimeItStoodStill)] = (new ForgetsTheTimeItStoodStill(), ["AStalledRouterListensFirst"]),
        [nameof(RemovesWhenItResigns)] = (new RemovesWhenItResigns(), ["MakeBeforeBreak"]),
        [nameof(LetsLeasesEnd)] = (new LetsLeasesEnd(), ["LeasesAreRenewed"]),
        [nameof(AddsAddressesForEver)] = (new AddsAddressesForEver(), ["ADeadProcessLosesItsAddresses"]),
        [nameof(AnswersEachEvent)] = (new AnswersEachEvent(), ["OneAdvertisementAPass"]),
    };

    public static TheoryData<string> Names => [.. Mutations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_single_fault_is_caught_by_its_rule(string name)
    {
        (Mutation mutation, string[] expected) = Mutations[name];
        var caught = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            if (SimulationRun.Of(seed, mutation).BrokenRule is { } rule)
                caught[rule] = caught.GetValueOrDefault(rule) + 1;
        }

        output.WriteLine($"{name}: {string.Join(", ", caught.Select(c => $"{c.Key} {c.Value}"))} of {Seeds} seeds");
        Assert.All(expected, rule => Assert.Contains(rule, caught.Keys));
    }
}
