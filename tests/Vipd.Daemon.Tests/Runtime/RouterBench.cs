using NSubstitute;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Recording;
using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>A router whose network is a substitute and whose clock is moved by hand.</summary>
internal sealed class RouterBench
{
    public static readonly InternetAddress Own = InternetAddress.Parse("192.0.2.11");
    public static readonly InternetAddress Lower = InternetAddress.Parse("192.0.2.10");
    public static readonly InternetAddress Higher = InternetAddress.Parse("192.0.2.12");
    public static readonly MacAddress PeerMac = new([0x02, 0, 0, 0, 0, 0x12]);
    public static readonly Centiseconds Interval = new(20);

    public RouterBench(int addressCount = 2, IRouterPorts? ports = null)
    {
        InternetAddress[] addresses =
            [.. Enumerable.Range(0, addressCount).Select(i => InternetAddress.Parse($"198.51.{i / 250}.{i % 250}"))];
        RouterIdentity identity = SampleBoards.Identity with { PrimaryAddress = Own, Addresses = addresses };
        RouterSnapshot initial = SampleBoards.Snapshot(RouterState.Initialize, TransitionCause.Startup) with
        {
            EffectivePriority = Priority.Default,
            HealthReasons = [],
            ActiveRouter = null,
            ActivePriority = null,
            ActiveDownInterval = ElectionTimers.ActiveDownInterval(Priority.Default, Interval.ToTimeSpan()),
        };
        Board = new RouterBoard(identity, initial);
        Ports = ports ?? Substitute.For<IRouterPorts>();
        if (ports is null)
        {
            Ports.NextRenewal.Returns(MonotonicTime.Never);
            Ports.AreReached().Returns(true);
            Ports.PrefixLengthOf(0).ReturnsForAnyArgs((byte)32);
            Ports.Announce(0, 0, out _).ReturnsForAnyArgs(call =>
            {
                call[2] = 2 * call.ArgAt<int>(1);
                return null;
            });
        }

        var parameters = new RouterParameters
        {
            PrimaryAddress = Own,
            AddressCount = addressCount,
            AdvertisementInterval = Interval,
        };
        Recorder = new FlightRecorder(() => Now);
        Router = new RouterRuntime(parameters, Board, Ports, Journal, Recorder, () => Now + Elapsed);
        Router.JoinRecording();
    }

    public RouterRuntime Router { get; }

    public FlightRecorder Recorder { get; }

    public RouterBoard Board { get; }

    public IRouterPorts Ports { get; }

    public LoopJournal Journal { get; } = new();

    public MonotonicTime Now { get; set; } = new(1_000_000_000_000);

    /// <summary>What the clock says beyond the time of the wake: how long the actions have taken.</summary>
    public TimeSpan Elapsed { get; set; }

    public static LinuxException Refusal(int errno = 13) => new("RTM_NEWADDR", errno);

    public void Start() => Router.Handle(RouterEvent.Startup(), Now);

    /// <summary>To the next deadline, which fires.</summary>
    public void FireNext()
    {
        Now = MonotonicTime.Max(Now, Router.NextDeadline);
        Router.FireDeadlines(Now);
    }

    /// <summary>Fires everything that is due now, one pass after the other.</summary>
    public void FireDue()
    {
        while (Router.NextDeadline <= Now)
            Router.FireDeadlines(Now);
    }

    /// <summary>One Advertisement_Interval further; announcements that are due meanwhile go out with it.</summary>
    public void FireNextAdvertisement()
    {
        Now += Interval.ToTimeSpan();
        FireDue();
    }

    /// <summary>Active, with every address added and announced.</summary>
    public void BecomeActive()
    {
        Start();
        FireNext();
        FireDue();
        Assert.Equal(RouterState.Active, Board.Current.State);
    }

    public void Hear(Priority priority, InternetAddress sender) =>
        Router.Handle(RouterEvent.AdvertisementReceived(priority, sender, Interval), Now);

    public void Advance(double milliseconds) => Now += TimeSpan.FromMilliseconds(milliseconds);

    public LoopNote[] TakeNotes()
    {
        List<LoopNote> notes = [];
        while (Journal.TryTake(out LoopNote? note))
            notes.Add(note);
        return [.. notes];
    }
}
