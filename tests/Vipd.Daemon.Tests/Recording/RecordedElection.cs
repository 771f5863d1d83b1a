using Vipd.Daemon.Recording;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Recording;

/// <summary>
/// Elections that are recorded as the election thread does it, with a clock that only the test moves.
/// </summary>
internal sealed class RecordedElection
{
    public static readonly InternetAddress Own = InternetAddress.Parse("192.0.2.11");
    public static readonly InternetAddress Peer = InternetAddress.Parse("192.0.2.12");

    public RecordedElection(int routers = 1, int addresses = 1, int capacity = 512)
    {
        Recorder = new FlightRecorder(() => Now, capacity);
        Routers = [.. Enumerable.Range(0, routers).Select(number => Attach(number, addresses))];
    }

    public FlightRecorder Recorder { get; }

    public VirtualRouter[] Routers { get; }

    public MonotonicTime Now { get; set; } = new(1_000_000_000_000);

    /// <summary>Every transition since the beginning.</summary>
    public List<(int Router, RouterAction Transition)> Transitions { get; } = [];

    /// <summary>Events so far.</summary>
    public int Told { get; private set; }

    public void Tell(RouterEvent routerEvent, int router = 0)
    {
        Told++;
        Recorder.Begin(router, routerEvent, Now);
        ReadOnlySpan<RouterAction> actions = Routers[router].Handle(routerEvent, Now);
        Recorder.End(router, actions, Now);
        foreach (RouterAction action in actions)
        {
            if (action.Kind == RouterActionKind.ReportTransition)
                Transitions.Add((router, action));
        }
    }

    public void Hear(byte priority, InternetAddress? sender = null) => Tell(
        RouterEvent.AdvertisementReceived(new Priority(priority), sender ?? Peer, new Centiseconds(20)));

    public void Wait(double milliseconds) => Now += TimeSpan.FromMicroseconds(milliseconds * 1000);

    /// <summary>Everything the router does by itself in that time.</summary>
    public void Run(double milliseconds)
    {
        MonotonicTime end = Now + TimeSpan.FromMicroseconds(milliseconds * 1000);
        while (Routers[0].NextDeadline <= end)
        {
            Now = MonotonicTime.Max(Now, Routers[0].NextDeadline);
            Tell(RouterEvent.DeadlineReached);
        }

        Now = end;
    }

    /// <summary>Other parameters for all, as a reload does it: a new history begins.</summary>
    public void Reconfigure(int addresses)
    {
        Recorder.Restart();
        for (int number = 0; number < Routers.Length; number++)
        {
            Routers[number].Reconfigure(Parameters(number, addresses), addressesChanged: true, Now);
            Attach(Routers[number], number, addresses);
        }

        Recorder.Seal();
    }

    /// <summary>Events of every kind, in any order, to any router.</summary>
    public void TellAnything(Random random, int events)
    {
        for (int i = 0; i < events; i++)
        {
            Now += TimeSpan.FromTicks(random.Next(3) * random.Next(1_000_000));
            int router = random.Next(Routers.Length);
            if (random.Next(2) == 0)
                Now = MonotonicTime.Max(Now, MonotonicTime.Min(Routers[router].NextDeadline, Now + Second));
            Tell(AnyEvent(random), router);
        }
    }

    private static TimeSpan Second => TimeSpan.FromSeconds(1);

    private static RouterEvent AnyEvent(Random random) => random.Next(20) switch
    {
        0 => RouterEvent.Startup(random.Next(2) == 0 ? TransitionCause.Startup : TransitionCause.Undrained),
        1 => random.Next(5) == 0 ? RouterEvent.Shutdown(TransitionCause.Drained) : RouterEvent.Startup(),
        2 => RouterEvent.PriorityChanged(new Priority((byte)random.Next(1, 256))),
        3 => RouterEvent.FaultRaised((RouterFaults)(1 << random.Next(3))),
        4 or 5 => RouterEvent.FaultCleared((RouterFaults)(1 << random.Next(3))),
        6 => RouterEvent.AddressLost(0),
        7 => random.Next(4) switch
        {
            0 => RouterEvent.AddressRefused(0),
            1 => RouterEvent.LeaseExpired,
            _ => RouterEvent.AnnouncementHeard(0, random.Next(2) == 0),
        },
        < 12 => RouterEvent.AdvertisementReceived(
            new Priority((byte)random.Next(256)),
            random.Next(10) == 0
                ? InternetAddress.Parse("2001:db8::7")
                : InternetAddress.From([192, 0, 2, (byte)random.Next(10, 15)]),
            new Centiseconds(random.Next(10) == 0 ? random.Next(1, 4096) : random.Next(1, 30))),
        _ => RouterEvent.DeadlineReached,
    };

    private VirtualRouter Attach(int number, int addresses)
    {
        var router = new VirtualRouter(Parameters(number, addresses));
        Attach(router, number, addresses);
        return router;
    }

    private static RouterParameters Parameters(int number, int addresses) => new()
    {
        PrimaryAddress = Own,
        AddressCount = addresses,
        PreemptDelay = TimeSpan.FromMilliseconds(100 * number),
        HoldDown = TimeSpan.FromMilliseconds(300 * number),
    };

    private void Attach(VirtualRouter router, int number, int addresses)
    {
        int given = Recorder.Attach(
            SampleBoards.Identity with
            {
                Name = number == 0 ? "apiserver" : $"other-{number}",
                Addresses = [.. Enumerable.Range(0, addresses).Select(i =>
                    InternetAddress.From([192, 0, 2, (byte)(100 + i)]))],
            },
            Parameters(number, addresses),
            router);
        Assert.Equal(number, given);
    }
}
