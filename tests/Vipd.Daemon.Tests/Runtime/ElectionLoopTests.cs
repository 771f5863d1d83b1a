using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Recording;
using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>Two election threads at the two ends of a cable, each with the kernel of its own namespace.</summary>
public sealed class ElectionLoopTests
{
    [NetnsFact]
    public void Two_loops_elect_one_and_a_stop_hands_over_without_a_gap() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var home = new Node("v0", NetworkPlans.Home, priority: 150);
        using Node peer = network.InPeer(() => new Node("v1", NetworkPlans.Peer, priority: 100));
        home.Start();
        peer.Start();
        TestNetwork.Eventually(
            () => home.IsActive && home.Holds && peer.Board.Current.ActiveRouter == NetworkPlans.Home);
        Assert.Equal(RouterState.Backup, peer.Board.Current.State);
        Assert.False(peer.Holds);
        home.Loop.Inbox.Post(new LoopMessage.Stop(TransitionCause.Shutdown));
        AssertNoGap(home, peer, () => home.Loop.Ended.IsCompleted);
        Assert.False(home.Holds);
        Assert.True(peer.IsActive && peer.Holds);
        Assert.Equal(TransitionCause.ActiveResigned, peer.Board.Current.Cause);
        Assert.False(home.Status.Loop.IsRunning);
        Assert.True(peer.Board.Counters.FailoverAnnounce.SumSeconds > 0);
    });

    [NetnsFact]
    public void A_successor_that_is_late_leaves_a_gap_and_the_recording_tells_why() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var home = new Node("v0", NetworkPlans.Home);
        using Node peer = network.InPeer(() => new Node("v1", NetworkPlans.Peer));
        home.Start();
        TestNetwork.Eventually(() => home.IsActive && home.Holds);
        home.Loop.Inbox.Post(new LoopMessage.Drain());
        TestNetwork.Eventually(() => !home.Holds);
        peer.Start();
        AssertNoGap(home, peer, () => peer.IsActive);
        Assert.True(home.HasWaitedInVain);

        home.Loop.Inbox.Post(new LoopMessage.Undrain());
        TestNetwork.Eventually(() => home.Board.Current.ActiveRouter == NetworkPlans.Peer);
        peer.Loop.Inbox.Post(new LoopMessage.Drain());
        AssertNoGap(peer, home, () => peer.Board.Current is { Drained: true, HandingOver: false });
    });

    [NetnsFact]
    public void A_loop_that_is_stopped_before_it_has_begun_claims_nothing_and_ends() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var owner = new Node("v0", NetworkPlans.Home, priority: 255);
        owner.Loop.Inbox.Post(new LoopMessage.Stop(TransitionCause.Shutdown));
        owner.Start();
        Assert.True(owner.Loop.Ended.Wait(TimeSpan.FromSeconds(5)), "the election thread has not ended");
        Assert.False(owner.Holds);
        Assert.Equal(0, owner.Board.Counters.AdvertisementsSent);
    });

    [NetnsFact]
    public void What_is_held_in_both_families_on_one_interface_is_recorded() => TestNetwork.Run(network =>
    {
        network.AddCable();
        RouterPlan one = NetworkPlans.For("v0", NetworkPlans.Home);
        RouterPlan other = NetworkPlans.For(
            "v0", InternetAddress.Parse("fe80::1"), prefixLength: 128,
            addresses: InternetAddress.Parse("2001:db8::100"));
        other = other with { Identity = other.Identity with { Name = "other" } };
        int changes = 0;
        using var at = new RunningLoop(network, one, other);
        at.Status.Held.OnChange(() => Interlocked.Increment(ref changes));
        TestNetwork.Eventually(() => at.Status.Routers.All(router => router.AddressPresent(0)));
        TestNetwork.Eventually(() => at.Status.Held.Addresses.Count == 2);
        Assert.InRange(Volatile.Read(ref changes), 1, 2);
    });

    [NetnsFact]
    public void What_an_administrator_adds_with_another_prefix_is_not_recorded() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var at = new RunningLoop(network, NetworkPlans.For("v0", NetworkPlans.Home));
        TestNetwork.Eventually(() => at.Status.Held.Addresses.Count == 1);
        TestNetwork.Shell("ip addr add 192.0.2.100/24 dev v0");
        TestNetwork.Eventually(() => at.Board("apiserver").AddressForeign(0));
        Assert.Equal(32, Assert.Single(at.Status.Held.Addresses).PrefixLength);
    });

    [NetnsFact]
    public void An_address_that_is_wiped_comes_back() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var home = new Node("v0", NetworkPlans.Home);
        home.Start();
        TestNetwork.Eventually(() => home.Holds && home.Board.AddressPresent(0));
        TestNetwork.Shell("ip addr del 192.0.2.100/32 dev v0");
        TestNetwork.Eventually(() => home.Holds, milliseconds: 500);
        Assert.True(home.IsActive);
        TestNetwork.Eventually(() => home.Note("192.0.2.100 was taken off v0"));
        TestNetwork.Shell("ip link set v0 down");
        TestNetwork.Eventually(() => home.Board.Current.State == RouterState.Fault && !home.Holds);
        TestNetwork.Shell("ip link set v0 up");
        TestNetwork.Eventually(() => home.IsActive && home.Holds);
    });

    [NetnsFact]
    public void An_administrators_address_keeps_no_loop_busy_and_outlives_it() => TestNetwork.Run(network =>
    {
        network.AddCable();
        TestNetwork.Shell("ip addr add 192.0.2.100/32 dev v0");
        using (var home = new Node("v0", NetworkPlans.Home, intervalCentiseconds: 10))
        {
            home.Start();
            TestNetwork.Eventually(() => home.IsActive);

            // A third of the lease is 333 ms; a deadline that stays due would make a pass every few microseconds.
            long sent = home.Board.Counters.AdvertisementsSent;
            TestNetwork.Eventually(() => home.Board.Counters.AdvertisementsSent >= sent + 5);
            Assert.InRange(home.CountPasses(TimeSpan.FromMilliseconds(100)), 0, 20);
        }

        using var netlink = new AddressNetlink();
        Assert.True(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
    });

    [NetnsFact]
    public void In_steady_state_neither_Active_nor_Backup_allocates() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var home = new Node("v0", NetworkPlans.Home, priority: 150, intervalCentiseconds: 1);
        using Node peer = network.InPeer(() =>
            new Node("v1", NetworkPlans.Peer, priority: 100, intervalCentiseconds: 1));
        home.Start();
        TestNetwork.Eventually(() => home.IsActive);
        peer.Start();
        TestNetwork.Eventually(() => peer.Board.Counters.AdvertisementsReceived > 20);
        SteadyState.AssertAllocatesNothing(home.Board.Counters, 200, home.Status, peer.Status);
        TestNetwork.Eventually(() => home.IsActive && !peer.IsActive);
    });

    [NetnsFact]
    public void Drain_undrain_and_health_reach_the_routers_through_the_inbox() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var home = new Node("v0", NetworkPlans.Home);
        home.Loop.Inbox.Post(new LoopMessage.HealthChanged(0, 30, Fault: false, ["check a is down: 30"]));
        home.Start();
        TestNetwork.Eventually(() => home.IsActive);
        Assert.Equal(new Priority(70), home.Board.Current.EffectivePriority);
        home.Loop.Inbox.Post(new LoopMessage.Drain());
        TestNetwork.Eventually(() => home.Board.Current is { Drained: true, HandingOver: false } && !home.Holds);
        home.Loop.Inbox.Post(new LoopMessage.Undrain());
        TestNetwork.Eventually(() => home.IsActive && home.Holds);
    });

    [NetnsFact]
    public void A_drain_moves_the_address_without_a_gap_and_an_undrain_preempts_no_equal() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var home = new Node("v0", NetworkPlans.Home);
        using Node peer = network.InPeer(() => new Node("v1", NetworkPlans.Peer));
        home.Start();
        TestNetwork.Eventually(() => home.IsActive && home.Holds);
        peer.Start();
        TestNetwork.Eventually(() => peer.Board.Current.ActiveRouter == NetworkPlans.Home);
        home.Loop.Inbox.Post(new LoopMessage.Drain());
        AssertNoGap(home, peer, () => home.Board.Current is { Drained: true, HandingOver: false });
        Assert.True(!home.Holds && peer.IsActive && peer.Holds);
        Assert.Equal(
            (RouterState.Initialize, TransitionCause.Drained, NetworkPlans.Peer),
            (home.Board.Current.State, home.Board.Current.Cause, home.Board.Current.ActiveRouter));

        home.Loop.Inbox.Post(new LoopMessage.Undrain());
        TestNetwork.Eventually(() => home.Board.Current is { Drained: false, State: RouterState.Backup });
        long heard = home.Board.Counters.AdvertisementsReceived;
        TestNetwork.Eventually(() => home.Board.Counters.AdvertisementsReceived >= heard + 10);
        Assert.Equal(RouterState.Backup, home.Board.Current.State);
        Assert.True(peer.IsActive && peer.Holds);
    });

    [NetnsFact]
    public void A_move_cuts_connections_and_spares_the_listener() => TestNetwork.Run(network =>
    {
        network.AddCable();
        TestNetwork.Shell("ip link set lo up");
        using var home = new Node("v0", NetworkPlans.Home);
        using Node peer = network.InPeer(() => new Node("v1", NetworkPlans.Peer));
        home.Start();
        TestNetwork.Eventually(() => home.IsActive && home.Holds);
        peer.Start();
        TestNetwork.Eventually(() => peer.Board.Current.ActiveRouter == NetworkPlans.Home);

        // From the node itself: in the peer the address is local after the move, and packets from it are refused there.
        using Socket listener = Listen(NetworkPlans.Vip);
        using Socket client = Connect(listener);
        using Socket elsewhere = Listen(NetworkPlans.Home);
        using Socket spared = Connect(elsewhere);
        home.Loop.Inbox.Post(new LoopMessage.Drain());
        TcpPeers.AssertReset(client);
        TestNetwork.Eventually(() => home.Board.Current.Drained && !home.Holds && peer.IsActive);
        Assert.False(spared.Poll(0, SelectMode.SelectRead), "a connection to another address was cut");

        home.Loop.Inbox.Post(new LoopMessage.Undrain());
        TestNetwork.Eventually(() => home.Board.Current.ActiveRouter == NetworkPlans.Peer);
        peer.Loop.Inbox.Post(new LoopMessage.Drain());
        TestNetwork.Eventually(() => home.IsActive && home.Holds);
        using Socket again = Connect(listener);
        Assert.True(again.Connected);
    });

    [NetnsFact]
    public void A_node_that_is_drained_before_it_starts_stays_out_until_it_is_undrained() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var home = new Node("v0", NetworkPlans.Home, intervalCentiseconds: 1);
        home.Loop.Inbox.Post(new LoopMessage.Drain());
        home.Start();
        TestNetwork.Eventually(() => home.Status.Loop.IsRunning);

        // Far longer than Active_Down_Interval, 36 ms.
        home.CountPasses(TimeSpan.FromMilliseconds(200));
        Assert.True(home.Board.Current is { Drained: true, State: RouterState.Initialize } && !home.Holds);
        home.Loop.Inbox.Post(new LoopMessage.Undrain());
        TestNetwork.Eventually(() => home.IsActive && home.Holds);
    });

    [NetnsFact]
    public void An_undrain_does_not_bring_a_stopping_node_back() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var home = new Node("v0", NetworkPlans.Home, intervalCentiseconds: 1);
        home.Start();
        TestNetwork.Eventually(() => home.Holds);
        home.Loop.Inbox.Post(new LoopMessage.Stop(TransitionCause.Shutdown));
        home.Loop.Inbox.Post(new LoopMessage.Undrain());
        Assert.True(home.Loop.Ended.Wait(TimeSpan.FromSeconds(5)));
        Assert.False(home.Holds);
    });

    [NetnsFact]
    public void Realtime_that_was_not_wished_for_is_neither_granted_nor_refused() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var home = new Node("v0", NetworkPlans.Home);
        Assert.Null(home.Start());
        Assert.Null(home.Status.Loop.RealtimeRefusal);
    });

    /// <summary>
    /// Somebody holds the address all the time; unless this node, beside a successor that is kept waiting for the
    /// processor, has waited for as long as it promises and heard no announcement.
    /// </summary>
    private static void AssertNoGap(Node home, Node peer, Func<bool> isOver)
    {
        long deadline = Environment.TickCount64 + 5000;
        bool gap = false;
        while (!isOver())
        {
            // In this order: what has left here by the first look is there by the second.
            gap |= !home.Holds && !peer.Holds;
            Assert.True(Environment.TickCount64 < deadline, "not handed over");
        }

        TestNetwork.Eventually(() => peer.Holds && peer.Board.Counters.FailoverAnnounce.SumSeconds > 0);
        Assert.True(!gap || home.HasWaitedInVain, "nobody held the address");
    }

    private static Socket Listen(InternetAddress address)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address.ToIPAddress(), 0));
        listener.Listen();
        return listener;
    }

    /// <summary>Not from the listener's own address, which the kernel would choose.</summary>
    private static Socket Connect(Socket listener)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = 2000,
        };
        client.Bind(new IPEndPoint(NetworkPlans.Home.ToIPAddress(), 0));
        client.Connect(listener.LocalEndPoint!);
        return client;
    }

    /// <summary>A daemon's election thread, made in the namespace of the calling thread.</summary>
    internal sealed class Node : IDisposable
    {
        private readonly AddressNetlink _netlink = new();
        private readonly LoopJournal _journal = new();
        private bool _isStarted;

        public Node(
            string interfaceName,
            InternetAddress primary,
            byte priority = 100,
            int intervalCentiseconds = 5,
            params InternetAddress[] addresses)
            : this(NetworkPlans.For(
                interfaceName, primary, priority, intervalCentiseconds, addresses: addresses))
        {
        }

        public Node(RouterPlan plan)
        {
            Status = NetworkPlans.BoardFor(plan);
            Loop = new ElectionLoop([plan], Status, _journal);
        }

        public StatusBoard Status { get; }

        public ElectionLoop Loop { get; }

        public RouterBoard Board => Status.Routers[0];

        public bool IsActive => Board.Current.State == RouterState.Active;

        /// <summary>What the kernel says.</summary>
        public bool Holds => NetworkPlans.Holds(_netlink, NetworkPlans.Vip);

        /// <summary>As its recording tells: it let go of the address when its time was over.</summary>
        public bool HasWaitedInVain
        {
            get
            {
                ReplayStep[] steps = [.. Replay.Of(Loop.Recorder.Take("test"))];
                ReplayStep resigned = steps.Last(step => step.Event.Kind == RouterEventKind.Shutdown);
                ReplayStep left = steps.Last(step =>
                    step.Actions.Any(action => action.Kind == RouterActionKind.RemoveAddresses));
                return left.Event.Kind != RouterEventKind.AnnouncementHeard
                    && left.Now - resigned.Now >= ElectionTimers.SuccessorGrace;
            }
        }

        public RealTimeOutcome? Start()
        {
            _isStarted = true;
            return Loop.Start(realtime: false);
        }

        public bool Note(string beginning)
        {
            while (_journal.TryTake(out LoopNote? note))
            {
                if (note.Text.StartsWith(beginning, StringComparison.Ordinal))
                    return true;
            }

            return false;
        }

        /// <summary>Passes that were seen in a time; a loop that never sleeps shows a new one at each look.</summary>
        public int CountPasses(TimeSpan within)
        {
            long end = Environment.TickCount64 + (long)within.TotalMilliseconds;
            long last = Status.Loop.LastPassNanoseconds;
            int passes = 0;
            while (Environment.TickCount64 < end)
            {
                long pass = Status.Loop.LastPassNanoseconds;
                passes += pass == last ? 0 : 1;
                last = pass;
            }

            return passes;
        }

        public void Dispose()
        {
            Loop.Inbox.Post(new LoopMessage.Stop(TransitionCause.Shutdown));
            if (_isStarted)
                Assert.True(Loop.Ended.Wait(TimeSpan.FromSeconds(10)), "the election thread has not ended");
            Loop.Dispose();
            _netlink.Dispose();
        }
    }
}
