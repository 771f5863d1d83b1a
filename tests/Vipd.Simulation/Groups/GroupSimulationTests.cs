using Vipd.Simulation.World;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Xunit.Abstractions;

namespace Vipd.Simulation.Groups;

/// <summary>Sync groups under schedules of faults: settled, all members are Active on one node.</summary>
public class GroupSimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 10_000;
    private static readonly TimeSpan LongestEpisode = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan KernelRetry = TimeSpan.FromSeconds(5);

    private static readonly int? Asked =
        int.TryParse(Environment.GetEnvironmentVariable("VIPD_SIM_SEEDS"), out int seeds) ? seeds : null;

    [Fact]
    public void After_any_schedule_of_faults_all_members_settle_on_one_node()
    {
        int moves = 0;
        for (ulong seed = 1; seed <= (ulong)(Asked ?? Seeds); seed++)
            moves += Play(seed);
        output.WriteLine($"{moves} faults");
        Assert.True(moves > 0);
    }

    private static int Play(ulong seed)
    {
        var draw = new SeededRandom(seed * 2);
        var parameters = new RouterParameters
        {
            PrimaryAddress = GroupWorld.AddressOf(0, 0),
            AddressCount = draw.Between(1, 3),
            AdvertisementInterval = new Centiseconds(draw.Pick<int>([1, 10, 20, 100])),
            Preempt = draw.Chance(0.8),
            HoldDown = draw.Chance(0.5) ? TimeSpan.Zero : RouterParameters.DefaultHoldDown,
        };
        var world = new GroupWorld(seed, nodes: draw.Between(2, 3), members: draw.Between(2, 3), parameters);
        bool areEqual = draw.Chance(0.5);
        foreach (GroupNode node in world.Nodes)
            node.Boot(PriorityOf(draw, areEqual));
        int faults = draw.Between(3, 12);
        for (int i = 0; i < faults; i++)
        {
            world.Run(draw.Magnitude(TimeSpan.FromMilliseconds(1), LongestEpisode));
            Disturb(world, draw);
        }

        world.Run(draw.Magnitude(TimeSpan.FromMilliseconds(1), LongestEpisode));
        Repair(world, draw, areEqual);
        TimeSpan interval = parameters.AdvertisementInterval.ToTimeSpan();
        world.Run(KernelRetry + LongestEpisode + (60 * interval));
        long transitions = world.Nodes.Sum(node => node.Transitions);
        GroupNode? holder = world.Holder();
        Assert.True(world.Broken is null, $"seed {seed}: {world.Broken}");
        Assert.True(holder is not null, $"seed {seed}: {Describe(world)}");

        // A hold-down may still protect a worse one: only a move for that is to be seen.
        world.Run(40 * interval);
        if (parameters.HoldDown == TimeSpan.Zero)
        {
            Assert.True(transitions == world.Nodes.Sum(node => node.Transitions), $"seed {seed}: it goes on moving");
            Assert.True(
                !parameters.Preempt || holder.Priority == world.Nodes.Max(node => node.Priority),
                $"seed {seed}: a worse one is Active");
        }

        Assert.True(world.Holder() is not null, $"seed {seed}: {Describe(world)}");
        return faults;
    }

    private static void Disturb(GroupWorld world, SeededRandom draw)
    {
        int number = draw.Below(world.Nodes.Length);
        GroupNode node = world.Nodes[number];
        int member = draw.Below(world.Members);
        int other = (number + 1 + draw.Below(world.Nodes.Length - 1)) % world.Nodes.Length;
        switch (draw.Below(13))
        {
            case 0 when node.IsRunning:
                node.Die();
                break;
            case 0 or 1:
                if (!node.IsRunning)
                    node.Boot(PriorityOf(draw, areEqual: false));
                break;
            case 2:
                node.Stop();
                break;
            case 3:
                node.Start();
                break;
            case 4:
                node.SetLink(member, isUp: false);
                break;
            case 5:
                node.SetLink(member, isUp: true);
                break;
            case 6:
                world.Cut(member, number, other);
                world.Cut(member, other, number);
                break;
            case 7:
                world.Cut(member, number, other);
                break;
            case 8:
                node.SetEarned(member, PriorityOf(draw, areEqual: false));
                break;
            case 9:
                node.Post(member, draw.Chance(0.5)
                    ? RouterEvent.FaultRaised(RouterFaults.Check)
                    : RouterEvent.FaultCleared(RouterFaults.Check));
                break;
            case 10:
                node.Stand(draw.Magnitude(TimeSpan.FromMilliseconds(1), LongestEpisode));
                break;
            case 11:
                node.Post(member, draw.Chance(0.5) ? RouterEvent.AddressRefused(0) : RouterEvent.LeaseExpired);
                break;
            default:
                world.Loss = draw.Chance(0.5) ? 0.2 : 0;
                break;
        }
    }

    private static void Repair(GroupWorld world, SeededRandom draw, bool areEqual)
    {
        world.Heal();
        foreach (GroupNode node in world.Nodes)
        {
            Priority priority = PriorityOf(draw, areEqual);
            if (!node.IsRunning)
                node.Boot(priority);
            for (int member = 0; member < world.Members; member++)
            {
                node.SetLink(member, isUp: true);
                node.Post(member, RouterEvent.FaultCleared(RouterFaults.Check));
                node.SetEarned(member, priority);
            }

            node.Start();
        }
    }

    private static Priority PriorityOf(SeededRandom draw, bool areEqual) =>
        areEqual ? Priority.Default : new Priority((byte)draw.Between(1, 254));

    private static string Describe(GroupWorld world) =>
        string.Join("; ", world.Nodes.Select(node => $"{node.Priority}: {string.Join(' ', node.States)}"));
}
