using Vipd.Simulation.Mutations;
using Vipd.Simulation.World;
using Xunit.Abstractions;

namespace Vipd.Simulation;

/// <summary>
/// The simulation can fail: each single fault in election or node breaks the rule that stands beside it.
/// </summary>
public class MutationTests(ITestOutputHelper output)
{
    private const ulong Seeds = 3000;

    private static readonly Dictionary<string, (Mutation Mutation, string Rule)> Mutations = new()
    {
        [nameof(IgnoresPriorityZero)] = (new IgnoresPriorityZero(), "PlannedMoveWithinShortWait"),
        [nameof(NeverYields)] = (new NeverYields(), "ExactlyOneActive"),
        [nameof(NeverPreempts)] = (new NeverPreempts(), "TheRightOneIsActive"),
        [nameof(IgnoresHealth)] = (new IgnoresHealth(), "TheRightOneIsActive"),
        [nameof(IgnoresLostAddresses)] = (new IgnoresLostAddresses(), "AnActiveRouterHasItsAddresses"),
        [nameof(AnnouncesNothingAfterContention)] = (new AnnouncesNothingAfterContention(), "TheClientFollows"),
        [nameof(KeepsItsAddresses)] = (new KeepsItsAddresses(), "AddressesFollowTheState"),
        [nameof(HandsOverForEver)] = (new HandsOverForEver(), "HandoverEnds"),
        [nameof(ForgetsActiveDeadlines)] = (new ForgetsActiveDeadlines(), "DeadlinesAreKept"),
        [nameof(SaysNothingWhenActive)] = (new SaysNothingWhenActive(), "ExactlyOneActive"),
        [nameof(FiresDeadlinesFirst)] = (new FiresDeadlinesFirst(), "NobodyUsurps"),
        [nameof(ForgetsTheTimeItStoodStill)] = (new ForgetsTheTimeItStoodStill(), "AStalledRouterListensFirst"),
        [nameof(RemovesWhenItResigns)] = (new RemovesWhenItResigns(), "MakeBeforeBreak"),
        [nameof(LetsLeasesEnd)] = (new LetsLeasesEnd(), "LeasesAreRenewed"),
        [nameof(ReloadsThePriorityOnly)] = (new ReloadsThePriorityOnly(), "AnActiveRouterHasItsAddresses"),
        [nameof(AddsAddressesForEver)] = (new AddsAddressesForEver(), "ADeadProcessLosesItsAddresses"),
        [nameof(OwnerIsDeaf)] = (new OwnerIsDeaf(), "TheClientFollows"),
        [nameof(AnswersEachEvent)] = (new AnswersEachEvent(), "OneAdvertisementAPass"),
    };

    public static TheoryData<string> Names => [.. Mutations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_single_fault_is_caught_by_its_rule(string name)
    {
        (Mutation mutation, string expected) = Mutations[name];
        var others = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            string? broken = SimulationRun.Of(seed, mutation).BrokenRule;
            if (broken == expected)
            {
                output.WriteLine($"{name}: {broken}, seed {seed}; before it " +
                    $"{string.Join(", ", others.Select(other => $"{other.Key} {other.Value}"))}");
                return;
            }

            if (broken is not null)
                others[broken] = others.GetValueOrDefault(broken) + 1;
        }

        Assert.Fail($"{name} did not break {expected} in {Seeds} seeds, but {string.Join(", ", others.Keys)}");
    }
}
