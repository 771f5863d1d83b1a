using Vipd.Daemon.Control;
using Vipd.Daemon.Health;
using Vipd.Daemon.Hooks;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests;

/// <summary>Boards as a daemon with one virtual router and one check would have written them.</summary>
internal sealed class SampleBoards
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public SampleBoards()
    {
        Router = new RouterBoard(Identity, Snapshot(RouterState.Initialize, TransitionCause.Startup));
        Board = new StatusBoard([Router]);
        Liveness = new LoopLiveness(Board.Loop, () => NowNanoseconds);
        Drain = new DrainSwitch("/none", Inbox, TimeProvider.System);
        Check = new CheckBoard(CheckStatus.Unprobed("kube-apiserver", "kubernetesApiserver", Start));
    }

    public static RouterIdentity Identity { get; } = new(
        "apiserver",
        new Vrid(51),
        3,
        "eth0",
        InternetAddress.Parse("192.0.2.11"),
        [InternetAddress.Parse("192.0.2.100"), InternetAddress.Parse("192.0.2.101")],
        new Priority(100),
        TimeSpan.FromMilliseconds(200),
        TimeSpan.FromMilliseconds(4.5),
        TimeSpan.FromSeconds(1));

    public RouterBoard Router { get; }

    public StatusBoard Board { get; }

    public CheckBoard Check { get; }

    public HookBoard Hooks { get; } = new("apiserver");

    public LoopInbox Inbox { get; } = new(() => { });

    /// <summary>Never turned: its file would be in the root.</summary>
    public DrainSwitch Drain { get; }

    public LoopLiveness Liveness { get; }

    /// <summary>CLOCK_BOOTTIME as the test wants it.</summary>
    public long NowNanoseconds { get; set; } = 100_000_000_000;

    public static RouterSnapshot Snapshot(RouterState state, TransitionCause cause) => new(
        state,
        Start,
        cause,
        new Priority(60),
        ["check kube-apiserver is notReady: 40"],
        HandingOver: false,
        Drained: false,
        InternetAddress.Parse(state == RouterState.Active ? "192.0.2.11" : "192.0.2.12"),
        new Priority(state == RouterState.Active ? (byte)60 : (byte)100),
        TimeSpan.FromMilliseconds(721));

    /// <summary>The election loop has just made a pass and takes part.</summary>
    public void Pass()
    {
        Board.Loop.SetRunning(true);
        Board.Loop.EndPass(NowNanoseconds, allocatedBytes: 4096);
    }

    public void Become(RouterState state, TransitionCause cause)
    {
        RouterState before = Router.Current.State;
        Router.Publish(Snapshot(state, cause));
        Router.Record(new TransitionRecord(
            Start, before, state, cause, InternetAddress.Parse("192.0.2.12"), TimeSpan.FromMicroseconds(850)));
        Router.SetAddressPresent(0, state == RouterState.Active);
    }

    public void Probe(CheckAnswer answer) => Check.Publish(new CheckStatus(
        "kube-apiserver",
        "kubernetesApiserver",
        answer.Class,
        answer.Reasons,
        Start,
        answer,
        Start,
        TimeSpan.FromMilliseconds(12),
        3,
        7));
}
