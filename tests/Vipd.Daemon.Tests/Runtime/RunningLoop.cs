using Vipd.Daemon.Runtime;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>An election thread in the namespace of the calling thread, from plan to plan.</summary>
internal sealed class RunningLoop : IDisposable
{
    private readonly AddressNetlink _netlink = new();
    private readonly LoopJournal _journal = new();
    private int _timesTheMachineChanged;

    public RunningLoop(TestNetwork network, params RouterPlan[] plans)
    {
        Network = network;
        Plans = plans;
        Status = new StatusBoard([.. plans.Select(RouterBoard.For)]);
        Loop = new ElectionLoop(
            plans, Status, _journal, () => Interlocked.Increment(ref _timesTheMachineChanged));
        Loop.Start(realtime: false);
    }

    public TestNetwork Network { get; }

    public RouterPlan[] Plans { get; private set; }

    public StatusBoard Status { get; }

    public ElectionLoop Loop { get; }

    public int TimesTheMachineChanged => Volatile.Read(ref _timesTheMachineChanged);

    public RouterBoard Board(string name) => Status.Routers.Single(router => router.Identity.Name == name);

    public bool Holds(InternetAddress address) => NetworkPlans.Holds(_netlink, address);

    public void Reload(params RouterPlan[] plans) => Reload(null, plans);

    public void Reload(LoopMessage.HealthChanged? health, params RouterPlan[] plans)
    {
        Reconfiguration next = Loop.Prepare(Plans, plans);
        next.Health = health is not null
            ? [health]
            : [.. plans.Select((_, number) => new LoopMessage.HealthChanged(number, 0, Fault: false, []))];
        Loop.Inbox.Post(new LoopMessage.Reconfigure(next));
        Assert.True(next.Outcome.Wait(TimeSpan.FromSeconds(5)), "not taken over");
        Assert.True(next.Outcome.Result);
        Plans = plans;
    }

    public LoopNote[] Notes(string router)
    {
        List<LoopNote> notes = [];
        while (_journal.TryTake(out LoopNote? note))
            notes.Add(note);
        return [.. notes.Where(note => note.Router == router)];
    }

    public void Dispose()
    {
        Loop.Inbox.Post(new LoopMessage.Stop(TransitionCause.Shutdown));
        Assert.True(Loop.Ended.Wait(TimeSpan.FromSeconds(10)), "the election thread has not ended");
        Loop.Dispose();
        _netlink.Dispose();
    }
}
