using Vipd.Simulation.World;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.Faults;

/// <summary>A seed becomes a scenario: one in five is planned work only, the rest is whatever can happen.</summary>
internal static class ScenarioGenerator
{
    public const int FewestFaults = 10;

    public static Scenario From(ulong seed)
    {
        var random = new SeededRandom(seed * 0x2545_F491_4F6C_DD1D);
        bool plannedOnly = random.Chance(0.2);
        // Of numbers of its own, so that it changes nothing else of a seed.
        var holdDown = TimeSpan.FromMilliseconds(new SeededRandom(~seed).Pick<int>([0, 0, 100, 400]));
        NodeSettings[] nodes = Nodes(random, plannedOnly, holdDown);
        TimeSpan settling = Scenario.SettlingOf(nodes);
        var episodes = new Episodes(random, nodes, settling);
        Fault[] schedule = plannedOnly ? episodes.Planned() : episodes.Anything();
        TimeSpan refresh = nodes[0].Parameters.AnnounceRefresh;
        // Where announcements are repeated often, long enough to see a client that missed one corrected.
        TimeSpan watch = TimeSpan.FromSeconds(refresh < TimeSpan.FromSeconds(10) ? 6 : 1);
        return new Scenario(nodes, schedule, schedule[^1].At + settling + watch, plannedOnly);
    }

    private static NodeSettings[] Nodes(SeededRandom random, bool plannedOnly, TimeSpan holdDown)
    {
        int count = random.Chance(0.6) ? 3 : random.Between(2, 7);
        int[] intervals = [1, 2, 10, 20, 20, 20, 100];
        int interval = random.Pick<int>(intervals);
        bool mixedIntervals = !plannedOnly && random.Chance(0.1);
        bool equalPriorities = random.Chance(0.5);
        int owner = random.Chance(0.05) ? random.Below(count) : -1;
        int keepalived = random.Chance(0.15) ? random.Between(1, (1 << count) - 1) : 0;
        RouterParameters common = Common(random, holdDown);
        return [.. Enumerable.Range(0, count).Select(number => Node(number, common with
        {
            PrimaryAddress = NodeSettings.AddressOf(number),
            AdvertisementInterval = new Centiseconds(mixedIntervals ? random.Pick<int>(intervals) : interval),
            Priority = PriorityOf(number),
            Preempt = random.Chance(0.05) ? !common.Preempt : common.Preempt,
        }, ((keepalived >> number) & 1) != 0))];

        Priority PriorityOf(int number)
        {
            if (number == owner)
                return Priority.AddressOwner;
            return equalPriorities ? Priority.Default : new Priority((byte)random.Between(1, 254));
        }
    }

    private static RouterParameters Common(SeededRandom random, TimeSpan holdDown) => new()
    {
        PrimaryAddress = NodeSettings.AddressOf(0),
        AddressCount = random.Pick<int>([1, 1, 1, 1, 3, 65, 130]),
        AnnounceRefresh = TimeSpan.FromSeconds(random.Pick<int>([2, 60])),
        Preempt = random.Chance(0.8),
        PreemptMargin = random.Pick<int>([1, 1, 1, 10]),
        PreemptDelay = TimeSpan.FromMilliseconds(random.Pick<int>([0, 0, 0, 300, 1500])),
        StartupDelay = TimeSpan.FromMilliseconds(random.Pick<int>([0, 0, 0, 0, 1000])),
        HoldDown = holdDown,
    };

    /// <summary>keepalived has no preemptMargin; what it has for the delays is left out.</summary>
    private static NodeSettings Node(int number, RouterParameters parameters, bool isKeepalived) => isKeepalived
        ? new NodeSettings(
            number,
            parameters with
            {
                PreemptMargin = 1,
                PreemptDelay = TimeSpan.Zero,
                StartupDelay = TimeSpan.Zero,
                HoldDown = TimeSpan.Zero,
            },
            IsKeepalived: true)
        : new NodeSettings(number, parameters);
}
