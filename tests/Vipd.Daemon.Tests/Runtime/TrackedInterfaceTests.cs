using Vipd.Daemon.Runtime;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>An election thread and an interface that no router runs on, as the kernel reports it.</summary>
public sealed class TrackedInterfaceTests
{
    private static readonly (string Loss, string Repair, string Words)[] Losses =
    [
        ("ip link set d0 down", "ip link set d0 up", "is down"),
        ("ip link set d0-end down", "ip link set d0-end up", "has no carrier"),
        ("ip link set d0 down; ip link set d0 name d1", "ip link set d1 name d0; ip link set d0 up", "is not there"),
        ("ip link del d0", "ip link add d0 type veth peer name d0-end; ip link set d0-end up; ip link set d0 up",
            "is not there"),
    ];

    [NetnsFact]
    public void Its_loss_is_a_fault_and_its_return_ends_it_without_a_restart() => Run(0, at =>
    {
        RouterBoard board = at.Board("apiserver");
        foreach ((string loss, string repair, string words) in Losses)
        {
            Eventually(() => board.Current.State == RouterState.Active && at.Holds(NetworkPlans.Vip));
            TestNetwork.Shell(loss);
            Eventually(() => board.Current.State == RouterState.Fault && !at.Holds(NetworkPlans.Vip));
            Assert.Equal(TransitionCause.TrackedInterfaceDown, board.Current.Cause);
            Eventually(
                () => board.Current.HealthReasons is [var why] && why == $"interface d0 {words} (fault)");
            Assert.NotEqual(LinkCondition.Usable, Assert.Single(at.Status.Tracked).Condition);

            TestNetwork.Shell(repair);
            Eventually(() => board.Current.State == RouterState.Active);
            Assert.Empty(board.Current.HealthReasons);
            Assert.Equal(
                TransitionCause.TrackedInterfaceUp, board.Transitions[^2].Cause);
        }
    });

    [NetnsFact]
    public void With_a_weight_its_loss_lowers_the_priority_and_a_reload_changes_it_in_place() => Run(20, at =>
    {
        RouterBoard board = at.Board("apiserver");
        TestNetwork.Shell("ip link set d0 down");
        Eventually(() => board.Current.EffectivePriority == new Priority(80));
        Assert.Equal((RouterState.Active, 2), (board.Current.State, board.Transitions.Count));

        at.Reload(Plan(30));
        board = at.Board("apiserver");
        Assert.Equal(new Priority(70), board.Current.EffectivePriority);
        at.Reload(Plan(null));
        board = at.Board("apiserver");
        Assert.Equal((Priority.Default, 0), (board.Current.EffectivePriority, board.Current.HealthReasons.Count));
        Assert.Empty(at.Status.Tracked);

        at.Reload(Plan(40));
        board = at.Board("apiserver");
        Assert.Equal(new Priority(60), board.Current.EffectivePriority);
        Assert.Equal((RouterState.Active, 2), (board.Current.State, board.Transitions.Count));
        Assert.True(at.Holds(NetworkPlans.Vip));
        TestNetwork.Shell("ip link set d0 up");
        Eventually(() => board.Current.EffectivePriority == Priority.Default);
        Assert.Contains(at.Notes("d0"), note => note.Text == "tracked interface is down");
    });

    [NetnsFact]
    public void One_that_is_lost_when_vipd_starts_keeps_it_out() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var at = new RunningLoop(network, Plan(0));
        Eventually(() => at.Board("apiserver").Current is
        {
            State: RouterState.Fault, Cause: TransitionCause.TrackedInterfaceDown,
        });
        TestNetwork.AddInterface();
        Eventually(() => at.Holds(NetworkPlans.Vip));
    });

    /// <summary>A busy machine may stand still for three shorter intervals; a router then listens first.</summary>
    private static RouterPlan Plan(int? weight)
    {
        RouterPlan plan = NetworkPlans.For("v0", NetworkPlans.Home, intervalCentiseconds: 20);
        return plan with { Tracked = weight is { } some ? [new TrackedInterface("d0", some)] : [] };
    }

    private static void Run(int weight, Action<RunningLoop> body) => TestNetwork.Run(network =>
    {
        network.AddCable();
        TestNetwork.AddInterface();
        using var at = new RunningLoop(network, Plan(weight));
        Eventually(() => at.Holds(NetworkPlans.Vip));
        body(at);
    });

    /// <summary>Also on a machine that is busy with something else.</summary>
    private static void Eventually(Func<bool> isSo) => TestNetwork.Eventually(isSo, milliseconds: 10_000);
}
