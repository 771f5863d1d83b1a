using Vipd.Daemon.Runtime;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>An election thread with two virtual routers on two interfaces, in one sync group or not.</summary>
public sealed class SyncGroupLoopTests
{
    /// <summary>A busy machine may stand still for three shorter ones, after which routers listen first.</summary>
    private const int Interval = 20;

    private static readonly InternetAddress Second = InternetAddress.Parse("198.51.100.100");
    private static readonly InternetAddress SecondHome = InternetAddress.Parse("198.51.100.1");

    [NetnsFact]
    public void Both_become_Active_together_and_a_fault_of_one_is_a_fault_of_both() => Run(at =>
    {
        TestNetwork.Shell("ip link set d0-end down");
        Eventually(() => AllAre(at, RouterState.Fault) && !Holds(at));
        Eventually(() => Reasons(at, "apiserver") == "sync group both: other in Fault");
        Assert.Equal(TransitionCause.GroupFault, at.Board("apiserver").Current.Cause);
        Assert.Equal("", Reasons(at, "other"));

        TestNetwork.Shell("ip link set d0-end up");
        Eventually(() => AllAre(at, RouterState.Active) && Holds(at));
        Assert.Equal("", Reasons(at, "apiserver"));
    });

    [NetnsFact]
    public void The_lowest_priority_is_that_of_both() => Run(at =>
    {
        at.Loop.Inbox.Post(new LoopMessage.HealthChanged(1, 30, Fault: false, ["check a down (-30)"]));
        Eventually(() => at.Status.Routers.All(router => router.Current.EffectivePriority.Value == 70));
        Eventually(() => Reasons(at, "apiserver") == "sync group both: other has priority 70");
        Assert.Equal("check a down (-30)", Reasons(at, "other"));
        at.Loop.Inbox.Post(new LoopMessage.HealthChanged(1, 0, Fault: false, []));
        Eventually(() => at.Status.Routers.All(router => router.Current.EffectivePriority.Value == 100));
        Assert.True(AllAre(at, RouterState.Active));
        Assert.All(at.Status.Routers, router => Assert.Equal(2, router.Transitions.Count));
    });

    [NetnsFact]
    public void A_group_is_dissolved_and_made_in_place() => Run(at =>
    {
        at.Loop.Inbox.Post(new LoopMessage.HealthChanged(1, 30, Fault: false, []));
        Eventually(() => at.Status.Routers.All(router => router.Current.EffectivePriority.Value == 70));
        at.Reload(Plans(inGroup: false));
        Assert.Equal([100, 100], at.Status.Routers.Select(router => router.Current.EffectivePriority.Value));
        TestNetwork.Shell("ip link set d0-end down");
        Eventually(() => at.Board("other").Current.State == RouterState.Fault);
        Assert.True(at.Board("apiserver").Current.State == RouterState.Active && at.Holds(NetworkPlans.Vip));

        at.Reload(Plans(inGroup: true));
        Eventually(() => AllAre(at, RouterState.Fault) && !Holds(at));
        at.Reload(Plans(inGroup: false));
        Eventually(() => at.Board("apiserver").Current.State == RouterState.Active);
        Assert.Equal("", Reasons(at, "apiserver"));
        TestNetwork.Shell("ip link set d0-end up");
        Eventually(() => AllAre(at, RouterState.Active) && Holds(at));
        int transitions = at.Board("apiserver").Transitions.Count;
        at.Reload(Plans(inGroup: true));
        Assert.True(AllAre(at, RouterState.Active) && Holds(at));
        Assert.Equal(transitions, at.Board("apiserver").Transitions.Count);
    });

    [NetnsFact]
    public void A_member_whose_interface_is_missing_keeps_the_other_out_until_it_comes() => Run(at =>
    {
        RouterPlan[] plans = Plans(inGroup: true);
        RouterPlan[] waiting = [plans[0], plans[1] with { WaitsFor = "interface d0 is not there" }];
        TestNetwork.Shell("ip link del d0");
        Eventually(() => AllAre(at, RouterState.Fault));
        at.Reload(waiting);
        Eventually(() => Reasons(at, "apiserver") == "sync group both: other in Fault");
        AddSecondLink();
        at.Reload(Plans(inGroup: true));
        Eventually(() => AllAre(at, RouterState.Active) && Holds(at));
    });

    [NetnsFact]
    public void In_steady_state_a_group_allocates_nothing() =>
        Run(at => SteadyState.AssertAllocatesNothing(at.Board("other").Counters, 20, at.Status));

    private static bool AllAre(RunningLoop at, RouterState state) =>
        at.Status.Routers.All(router => router.Current.State == state);

    private static bool Holds(RunningLoop at) => at.Holds(NetworkPlans.Vip) && at.Holds(Second);

    private static string Reasons(RunningLoop at, string router) =>
        string.Join("; ", at.Board(router).Current.HealthReasons);

    private static RouterPlan[] Plans(bool inGroup)
    {
        RouterPlan first = NetworkPlans.For("v0", NetworkPlans.Home, intervalCentiseconds: Interval);
        RouterPlan other = NetworkPlans.For("d0", SecondHome, intervalCentiseconds: Interval, addresses: Second);
        other = other with { Identity = other.Identity with { Name = "other", Vrid = new Vrid(52) } };
        return inGroup ? [InGroup(first, SyncPlace.First), InGroup(other, SyncPlace.Other)] : [first, other];
    }

    private static RouterPlan InGroup(RouterPlan plan, SyncPlace place) =>
        plan with { SyncGroup = "both", Parameters = plan.Parameters with { Sync = place } };

    private static void AddSecondLink()
    {
        TestNetwork.AddInterface();
        TestNetwork.Shell("ip addr add 198.51.100.1/24 dev d0");
    }

    private static void Run(Action<RunningLoop> body) => TestNetwork.Run(network =>
    {
        network.AddCable();
        AddSecondLink();
        using var at = new RunningLoop(network, Plans(inGroup: true));
        Eventually(() => AllAre(at, RouterState.Active) && Holds(at));
        body(at);
    });

    /// <summary>Also on a machine that is busy with something else.</summary>
    private static void Eventually(Func<bool> isSo) => TestNetwork.Eventually(isSo, milliseconds: 10_000);
}
