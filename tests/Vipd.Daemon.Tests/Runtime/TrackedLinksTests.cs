using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>What the state of tracked interfaces costs; the kernel's part is in TrackedInterfaceTests.</summary>
public sealed class TrackedLinksTests
{
    private static readonly TrackedInterface[] Tracked = [new("eth1", 0), new("eth2", 20), new("eth3", 30)];

    [Fact]
    public void Until_the_kernel_has_been_asked_nothing_is_lost()
    {
        TrackedLinks links = Links();
        Assert.Equal(["eth1", "eth2", "eth3"], links.All.Select(link => link.Name));
        Assert.Same(TrackedHealth.Good, links.For(Tracked));
        Assert.False(links.Observe([Link("eth3"), Link("eth2"), Link("eth1"), Link("eth0", isUp: false)]));
        Assert.Same(TrackedHealth.Good, links.For(Tracked));
    }

    [Fact]
    public void Each_loss_is_named_with_what_it_costs_and_the_weights_add_up()
    {
        TrackedLinks links = Links();
        Assert.True(links.Observe([Link("eth2", isUp: false), Link("eth3", hasCarrier: false)]));
        TrackedHealth health = links.For(Tracked);
        Assert.Equal((50, true), (health.Weight, health.Fault));
        Assert.Equal(
            [
                "interface eth1 is not there (fault)", "interface eth2 is down (-20)",
                "interface eth3 has no carrier (-30)",
            ],
            health.Reasons);
        Assert.False(links.For([new("eth2", 20)]).Fault);
        Assert.False(links.Observe([Link("eth2", isUp: false), Link("eth3", hasCarrier: false)]));
    }

    [Fact]
    public void A_reload_keeps_what_is_known_of_the_same_name()
    {
        TrackedLinks before = Links();
        before.Observe([Link("eth1"), Link("eth2")]);
        var after = new TrackedLinks([Plan(new("eth3", 5), new("eth9", 0))], new LoopJournal(), before);
        Assert.Equal(["interface eth3 is not there (-5)"], after.For([new("eth3", 5), new("eth9", 0)]).Reasons);
    }

    [Fact]
    public void A_loss_without_a_fault_lowers_the_priority_together_with_the_checks()
    {
        var bench = new RouterBench();
        bench.Start();
        bench.Router.ChangeHealth(
            new LoopMessage.HealthChanged(0, 10, Fault: false, ["check a down (-10)"]), bench.Now);
        bench.Router.ObserveTracked(new TrackedHealth(20, Fault: false, ["interface eth1 is down (-20)"]), bench.Now);
        Assert.Equal(new Priority(70), bench.Board.Current.EffectivePriority);
        Assert.Equal(
            ["check a down (-10)", "interface eth1 is down (-20)"], bench.Board.Current.HealthReasons);

        bench.Router.ChangeHealth(new LoopMessage.HealthChanged(0, 0, Fault: false, []), bench.Now);
        Assert.Equal(new Priority(80), bench.Board.Current.EffectivePriority);
        bench.Router.ObserveTracked(TrackedHealth.Good, bench.Now);
        Assert.Equal(Priority.Default, bench.Board.Current.EffectivePriority);
        Assert.Empty(bench.Board.Current.HealthReasons);
    }

    [Fact]
    public void A_fault_resigns_and_ends_only_with_the_last_one()
    {
        var bench = new RouterBench();
        bench.BecomeActive();
        bench.Router.ObserveTracked(new TrackedHealth(0, Fault: true, ["interface eth1 is down (fault)"]), bench.Now);
        Assert.Equal(
            (RouterState.Fault, TransitionCause.TrackedInterfaceDown, true),
            (bench.Board.Current.State, bench.Board.Current.Cause, bench.Board.Current.HandingOver));

        bench.Router.ChangeHealth(new LoopMessage.HealthChanged(0, 0, Fault: true, ["check a down"]), bench.Now);
        bench.Router.ObserveTracked(TrackedHealth.Good, bench.Now);
        Assert.Equal(RouterState.Fault, bench.Board.Current.State);
        bench.Router.ChangeHealth(new LoopMessage.HealthChanged(0, 0, Fault: false, []), bench.Now);
        Assert.Equal(RouterState.Backup, bench.Board.Current.State);
    }

    private static TrackedLinks Links() => new([Plan(Tracked)], new LoopJournal());

    private static RouterPlan Plan(params TrackedInterface[] tracked) => PlanDifferenceTests.Plan("a") with
    {
        Tracked = tracked,
    };

    private static InterfaceLink Link(string name, bool isUp = true, bool hasCarrier = true) =>
        new(new InterfaceIndex(name[^1]), name, new byte[6], isUp, hasCarrier, 1500);
}
