using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.Groups;

/// <summary>One move of a settled group at a time, from 300 seeds each: where it ends, and what it costs.</summary>
public class GroupMoveTests
{
    private const int Seeds = 300;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Long = 20 * Interval;
    private static readonly TimeSpan Idle = TimeSpan.FromMicroseconds(100);
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(15);

    [Fact]
    public void A_planned_stop_leaves_no_member_unanswered_for_a_moment() => EachSeed(Busy, (world, holder) =>
    {
        holder.Stop();
        AssertMoves(world, holder, TimeSpan.Zero);
    });

    [Fact]
    public void Of_equals_one_alone_claims_after_a_planned_stop() => EachSeed((world, holder) =>
    {
        long before = world.Nodes.Sum(node => node.Transitions);
        holder.Stop();
        world.Run(Long);
        Assert.Equal(2 * world.Members, world.Nodes.Sum(node => node.Transitions) - before);
    });

    [Fact]
    public void A_member_that_earns_less_takes_all_along_and_nobody_is_unanswered() => EachSeed(Busy, (world, holder) =>
    {
        holder.SetEarned(1, new Priority(20));
        AssertMoves(world, holder, TimeSpan.Zero);
    });

    [Fact]
    public void A_check_that_fails_for_one_takes_all_and_nobody_is_unanswered() => EachSeed(Busy, (world, holder) =>
    {
        holder.Post(0, RouterEvent.FaultRaised(RouterFaults.Check));
        AssertMoves(world, holder, TimeSpan.Zero);
        Assert.All(holder.States, state => Assert.Equal(RouterState.Fault, state));
        holder.Post(0, RouterEvent.FaultCleared(RouterFaults.Check));
        world.Run(Long);
        Assert.All(holder.States, state => Assert.Equal(RouterState.Backup, state));
    });

    [Fact]
    public void A_node_that_dies_is_replaced_for_all_members_after_Active_Down_Interval() => EachSeed((world, holder) =>
    {
        holder.Die();
        AssertMoves(world, holder, 5 * Interval);
    });

    /// <summary>
    /// The other member's priority 0 tells of it: one Advertisement has to be missed, and not three. What has its cable
    /// is never without an answer.
    /// </summary>
    [Fact]
    public void A_cable_that_is_cut_moves_all_and_sooner_than_silence_alone() => EachSeed((world, holder) =>
    {
        holder.SetLink(1, isUp: false);
        AssertMoves(world, holder, 2 * Interval, member: 1);
    });

    [Fact]
    public void A_LAN_that_is_parted_moves_nothing() => EachSeed((world, holder) =>
    {
        long before = world.Nodes.Sum(node => node.Transitions);
        for (int from = 0; from < world.Nodes.Length; from++)
        {
            for (int to = 0; to < world.Nodes.Length; to++)
                world.Cut(1, from, to);
        }

        world.Run(Long);
        Assert.Equal((holder, before), (world.Holder(), world.Nodes.Sum(node => node.Transitions)));
    });

    /// <summary>
    /// The first member yields to what it hears, the others resign; their winners have perhaps never heard of them.
    /// </summary>
    [Fact]
    public void After_a_partition_the_clients_of_every_member_follow_the_winner_at_once() => EachSeed((world, holder) =>
    {
        int alone = Array.IndexOf(world.Nodes, holder);
        for (int lan = 0; lan < world.Members; lan++)
        {
            for (int other = 0; other < world.Nodes.Length; other++)
            {
                world.Cut(lan, alone, other);
                world.Cut(lan, other, alone);
            }
        }

        world.Run(TimeSpan.FromSeconds(20) + world.Random.Between(TimeSpan.Zero, Interval));
        Assert.Equal(2 * world.Members, world.Nodes.Sum(node => node.CountActive));
        world.Heal();
        world.Run(5 * Interval);
        Assert.NotNull(world.Holder());
        Assert.All(Enumerable.Range(0, world.Members), member => Assert.True(world.IsAnswered(member)));
    });

    /// <summary>
    /// Equal priorities, and addresses that decide in one family for one node and in the other for another.
    /// </summary>
    [Fact]
    public void A_cold_start_of_equals_ends_on_one_node()
    {
        for (ulong seed = 1; seed <= 3000; seed++)
        {
            GroupWorld world = NewWorld(seed, Idle);
            foreach (GroupNode node in world.Nodes)
                node.Boot(Priority.Default);
            world.Run(10 * Interval);
            Assert.True(world.Holder() is not null && world.Broken is null, $"seed {seed}: {world.Broken}");
        }
    }

    private static GroupWorld NewWorld(ulong seed, TimeSpan longestWait) => new(
        seed, nodes: 3, members: 2,
        new RouterParameters { PrimaryAddress = GroupWorld.AddressOf(0, 0), AddressCount = 1 })
    {
        LongestWait = longestWait,
    };

    private static void EachSeed(Action<GroupWorld, GroupNode> move) => EachSeed(Idle, move);

    private static void EachSeed(TimeSpan longestWait, Action<GroupWorld, GroupNode> move)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            GroupWorld world = NewWorld(seed, longestWait);
            foreach (GroupNode node in world.Nodes)
                node.Boot(Priority.Default);
            world.Run(Long + world.Random.Between(TimeSpan.Zero, Interval));
            move(world, world.Holder()!);
            Assert.True(world.Broken is null, $"seed {seed}: {world.Broken}");
        }
    }

    /// <param name="bound">For how long the clients of a member may have no answer.</param>
    /// <param name="member">Only this one; null: each.</param>
    private static void AssertMoves(GroupWorld world, GroupNode from, TimeSpan bound, int? member = null)
    {
        var unanswered = new TimeSpan[world.Members];
        bool[] wasAnswered = [.. Enumerable.Range(0, world.Members).Select(world.IsAnswered)];
        MonotonicTime last = world.Now;
        world.Run(Long, () =>
        {
            for (int one = 0; one < world.Members; one++)
            {
                if (!wasAnswered[one])
                    unanswered[one] += world.Now - last;
                wasAnswered[one] = world.IsAnswered(one);
            }

            last = world.Now;
        });
        Assert.NotNull(world.Holder());
        Assert.NotSame(from, world.Holder());
        for (int one = 0; one < world.Members; one++)
            Assert.InRange(unanswered[one], TimeSpan.Zero, member is null || member == one ? bound : TimeSpan.Zero);
    }
}
