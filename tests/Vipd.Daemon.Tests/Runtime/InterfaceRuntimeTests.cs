using System.Net.Sockets;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Recording;
using Vipd.Daemon.Runtime;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>
/// What an interface hears, through real sockets: good input becomes an event, bad input a counted reason.
/// </summary>
public sealed class InterfaceRuntimeTests
{
    // Not on the interface: the kernel drops what comes in with a source of its own.
    private static readonly InternetAddress Own = InternetAddress.Parse("192.0.2.77");

    [NetnsFact]
    public void An_Advertisement_reaches_its_router() => Run(bench =>
    {
        bench.Frames.SendVrrp(RawFrames.Advertisement(NetworkPlans.Peer, priority: 120), NetworkPlans.Peer);
        bench.DrainUntil(() => bench.Router.Counters.AdvertisementsReceived == 1);
        Assert.Equal((NetworkPlans.Peer, new Priority(120)),
            (bench.Router.Current.ActiveRouter, bench.Router.Current.ActivePriority));
        Assert.Empty(bench.Notes());
    });

    [NetnsFact]
    public void Bad_messages_are_counted_by_reason_for_the_router_they_were_meant_for() => Run(bench =>
    {
        byte[] good = RawFrames.Advertisement(NetworkPlans.Peer);
        byte[] damaged = [.. good[..^1], (byte)~good[^1]];
        byte[] version2 = [0x21, 51, 101, 1, 0, 1, 0, 0, 192, 0, 2, 100, 0, 0, 0, 0, 0, 0, 0, 0];
        AssertCounted(bench, DiscardReason.TtlNotMaximum, good, timeToLive: 254);
        AssertCounted(bench, DiscardReason.VersionMismatch, version2);
        AssertCounted(bench, DiscardReason.TypeUnknown, [0x32, .. good[1..]]);
        AssertCounted(bench, DiscardReason.PacketTruncated, good[..^1]);
        AssertCounted(bench, DiscardReason.LengthMismatch, [.. good, 0]);
        AssertCounted(bench, DiscardReason.ChecksumMismatch, damaged);
        bench.Frames.SendVrrp(RawFrames.Advertisement(Own), Own);
        bench.DrainUntil(() => bench.Router.Counters.Discards(DiscardReason.OwnAdvertisement) == 1);
        bench.Frames.SendVrrp(RawFrames.Advertisement(NetworkPlans.Peer, vrid: 52), NetworkPlans.Peer);
        bench.DrainUntil(() => bench.Loop.Discards(DiscardReason.VridUnknown) == 1);
        bench.Frames.SendVrrp([], NetworkPlans.Peer);
        bench.DrainUntil(() => bench.Loop.Discards(DiscardReason.PacketTruncated) == 1);
        Assert.Equal(0, bench.Router.Counters.AdvertisementsReceived);
        Assert.Null(bench.Router.Current.ActiveRouter);
    });

    [NetnsFact]
    public void A_reason_is_noted_once_a_minute_and_a_foreign_VRID_never() => Run(bench =>
    {
        void Send(byte vrid) => bench.Frames.SendVrrp(
            RawFrames.Advertisement(NetworkPlans.Peer, vrid: vrid),
            NetworkPlans.Peer,
            timeToLive: vrid == 51 ? (byte)1 : (byte)255);
        for (int i = 0; i < 3; i++)
        {
            Send(51);
            Send(52);
        }

        bench.DrainUntil(() => bench.Loop.Discards(DiscardReason.VridUnknown) == 3);
        Assert.Equal(3, bench.Router.Counters.Discards(DiscardReason.TtlNotMaximum));
        LoopNote note = Assert.Single(bench.Notes());
        Assert.Equal(
            (NoteSeverity.Warning, "apiserver", "dropped a message from 192.0.2.2 on v0: ttlNotMaximum "
            + "- it sends from afar: its packets arrive with TTL 1 "
            + "(noted once a minute, counted in vipd_discards_total)"),
            (note.Severity, note.Router, note.Text));
        bench.Now += TimeSpan.FromSeconds(61);
        Send(51);
        bench.DrainUntil(() => bench.Router.Counters.Discards(DiscardReason.TtlNotMaximum) == 4);
        Assert.Single(bench.Notes());
    });

    [NetnsFact]
    public void Only_an_announcement_of_somebody_else_counts() => Run(bench =>
    {
        bench.BecomeActive();
        bench.Frames.SendArp(NetworkPlans.Peer);
        bench.Frames.SendArp(NetworkPlans.Vip);
        bench.DrainUntil(() => bench.Router.Counters.ForeignAnnouncements == 1);

        // The address that the interface is about to have is its own then, and the frame with it.
        bench.At.ObserveLink(usable: true, [2, 0, 0, 0, 0, 0x99], bench.Now);
        bench.Frames.SendArp(NetworkPlans.Vip);
        bench.Frames.SendVrrp(RawFrames.Advertisement(NetworkPlans.Peer, priority: 1), NetworkPlans.Peer);
        bench.DrainUntil(() => bench.Router.Counters.SecondActive == 1);
        Assert.Equal(1, bench.Router.Counters.ForeignAnnouncements);
    });

    [NetnsFact]
    public void An_address_owner_that_hears_a_claimant_announces_again() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var bench = new Bench(network, priority: 255);
        bench.RunFor(TimeSpan.FromSeconds(11));
        long announced = bench.Router.Counters.AnnouncementsSent;
        bench.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(announced, bench.Router.Counters.AnnouncementsSent);

        bench.Frames.SendVrrp(RawFrames.Advertisement(NetworkPlans.Peer), NetworkPlans.Peer);
        bench.DrainUntil(() => bench.Router.Counters.Discards(DiscardReason.AddressOwnerLocal) == 1);
        bench.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Equal(announced + 2, bench.Router.Counters.AnnouncementsSent);
        Assert.Equal(RouterState.Active, bench.Router.Current.State);
    });

    [NetnsFact]
    public void A_link_that_goes_down_is_a_fault_and_one_that_comes_back_its_end() => Run(bench =>
    {
        bench.At.ObserveLink(usable: false, [], bench.Now);
        Assert.Equal(TransitionCause.InterfaceDown, bench.Router.Current.Cause);
        bench.At.ObserveLink(usable: true, [], bench.Now);
        Assert.Equal((RouterState.Backup, TransitionCause.InterfaceUp),
            (bench.Router.Current.State, bench.Router.Current.Cause));
    });

    [NetnsFact]
    public void Whatever_arrives_is_counted_or_taken_and_never_throws() => Run(bench =>
    {
        const int messages = 5000;
        const int batch = 100;
        var random = new Random(20260301);
        long expected = bench.Heard;
        for (int i = 0; i < messages; i++)
        {
            bench.Frames.SendVrrp(RandomMessage(random), NetworkPlans.Peer, (byte)(random.Next(4) == 0 ? 64 : 255));
            expected++;
            if (i % 7 == 0)
                bench.Frames.SendArp(RandomArp(random));
            if (i % batch == batch - 1)
                bench.DrainUntil(() => bench.Heard == expected);
        }

        Assert.True(bench.Router.Counters.Discards(DiscardReason.ChecksumMismatch) > 0, "no message got that far");
        Assert.True(bench.Router.Counters.AdvertisementsReceived > 0, "none was good");
    });

    private static byte[] RandomMessage(Random random)
    {
        byte[] message = RawFrames.Advertisement(NetworkPlans.Peer, priority: (byte)random.Next(1, 100));
        switch (random.Next(4))
        {
            case 0:
                return message;
            case 1:
                message[random.Next(message.Length)] ^= (byte)(1 << random.Next(8));
                return message;
            case 2:
                return message[..random.Next(message.Length)];
            default:
                byte[] noise = new byte[random.Next(1400)];
                random.NextBytes(noise);
                return noise;
        }
    }

    private static byte[] RandomArp(Random random)
    {
        byte[] packet = new byte[random.Next(60)];
        random.NextBytes(packet);
        return packet;
    }

    private static void AssertCounted(Bench bench, DiscardReason reason, byte[] message, byte timeToLive = 255)
    {
        Assert.Equal(0, bench.Router.Counters.Discards(reason));
        bench.Frames.SendVrrp(message, NetworkPlans.Peer, timeToLive);
        bench.DrainUntil(() => bench.Router.Counters.Discards(reason) == 1);
    }

    private static void Run(Action<Bench> body) => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var bench = new Bench(network);
        body(bench);
    });

    /// <summary>A Backup Router on v0, and a sender of frames at the other end of the cable.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly LoopJournal _journal = new();
        private readonly RouterRuntime _runtime;
        private readonly StatusBoard _board;

        public Bench(TestNetwork network, byte priority = 100)
        {
            RouterPlan plan = NetworkPlans.For("v0", Own, priority);
            _board = NetworkPlans.BoardFor(plan);
            InterfacePlan link = plan.Interface;
            var protocol = new IPv4Link();
            RawIpSocket advertisements = RawIpSocket.Open(
                AddressFamily.InterNetwork, 112, link.Index, link.Name, 1 << 20);
            PacketSocket announcements = PacketSocket.OpenReceiver(
                link.Index, protocol.AnnouncementType, protocol.Filter([NetworkPlans.Vip]), 1 << 20);
            At = new InterfaceRuntime(
                link.Index, link.Name, protocol, link.LinkLayerAddress, advertisements, announcements, Loop, _journal);
            _runtime = new RouterRuntime(
                plan.Parameters, Router, new SilentPorts(), _journal, new FlightRecorder(() => Now), () => Now);
            _runtime.JoinRecording();
            At.Attach(_runtime, plan);
            Frames = network.InPeer(() => new RawFrames("v1"));
            _runtime.Handle(RouterEvent.Startup(), Now);
            Notes();
        }

        public MonotonicTime Now { get; set; } = new(1_000_000_000_000);

        public InterfaceRuntime At { get; }

        public RawFrames Frames { get; }

        public RouterBoard Router => _board.Routers[0];

        public LoopBoard Loop => _board.Loop;

        /// <summary>Every message that was taken or dropped for a reason.</summary>
        public long Heard => Router.Counters.AdvertisementsReceived + Enumerable.Range(0, DiscardReasons.Count)
            .Sum(reason => Router.Counters.Discards((DiscardReason)reason) + Loop.Discards((DiscardReason)reason));

        public void BecomeActive()
        {
            Now = _runtime.NextDeadline;
            while (_runtime.NextDeadline <= Now)
                _runtime.FireDeadlines(Now);
            Assert.Equal(RouterState.Active, Router.Current.State);
        }

        /// <summary>Everything that is due within that time, each at its own.</summary>
        public void RunFor(TimeSpan time)
        {
            MonotonicTime end = Now + time;
            while (_runtime.NextDeadline <= end)
            {
                Now = MonotonicTime.Max(Now, _runtime.NextDeadline);
                _runtime.FireDeadlines(Now);
            }

            Now = end;
        }

        public void DrainUntil(Func<bool> isSo) => TestNetwork.Eventually(() =>
        {
            At.DrainAdvertisements(Now);
            At.DrainAnnouncements(Now);
            return isSo();
        });

        public LoopNote[] Notes()
        {
            List<LoopNote> notes = [];
            while (_journal.TryTake(out LoopNote? note))
                notes.Add(note);
            return [.. notes];
        }

        public void Dispose()
        {
            At.Dispose();
            Frames.Dispose();
        }
    }
}
