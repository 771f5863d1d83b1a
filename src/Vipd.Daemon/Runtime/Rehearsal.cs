using System.Net.Sockets;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Recording;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// A take-over and its end, played once on the loopback interface before the first real one: code that runs for the
/// first time is resolved and loaded then, which costs milliseconds that a take-over does not have. 127.0.0.1 is
/// claimed, which is there already and is left as it is; the Advertisements and ARP frames do not leave the machine,
/// and the connections that are cut are those of no address.
/// </summary>
internal static class Rehearsal
{
    private const string Loopback = "lo";
    private const int ReceiveBufferSize = 1 << 16;
    private const int RecordedEvents = 512;

    /// <summary>
    /// Preempt and advertise, add, announce, advertise, repeat the announcement, and one more of each.
    /// </summary>
    private const int Passes = 8;

    private static readonly InternetAddress OwnAddress = InternetAddress.Parse("127.0.0.1");
    private static readonly InternetAddress Peer = InternetAddress.Parse("127.0.0.2");

    /// <summary>Does nothing where there is no 127.0.0.1; a failure is no reason not to start.</summary>
    public static void Play(AddressNetlink netlink, SocketDestroyer? destroyer)
    {
        try
        {
            InterfaceAddress? loopback = netlink.ListAddresses(AddressFamily.InterNetwork)
                .FirstOrDefault(address => InternetAddress.From(address.Address) == OwnAddress);
            if (loopback is null)
                return;
            var protocol = new IPv4Link();
            using RawIpSocket advertisements = RawIpSocket.OpenMulticast(
                protocol.Family, (byte)IpProtocol.Vrrp, loopback.Interface, Loopback, protocol.Group,
                ReceiveBufferSize);
            using PacketSocket announcements = PacketSocket.OpenSender(loopback.Interface);
            RouterPlan plan = PlanFor(loopback);
            var outbox = new AdvertisementOutbox(advertisements);
            Play(outbox, RouterFor(plan, new LinuxRouterPorts(
                SpokenVersion.SenderFor(plan, outbox, protocol),
                virtualMac: null,
                HolderOf(loopback, netlink),
                destroyer,
                new LocalAddressSet([]),
                new Announcer(announcements, protocol, [OwnAddress], MacAddress.Broadcast))));
        }
        catch (LinuxException)
        {
            // Loopback is down or cannot be used: the first take-over is a little slower.
        }
    }

    private static void Play(AdvertisementOutbox outbox, RouterRuntime router)
    {
        void Fire(MonotonicTime at)
        {
            router.FireElection(at);
            outbox.Flush();
            router.FireChores(at);
        }

        var interval = new Centiseconds(1);
        MonotonicTime now = LoopClock.Now;
        router.Handle(RouterEvent.Startup(), now);
        router.Handle(RouterEvent.AdvertisementReceived(Priority.Lowest, Peer, interval), now);
        for (int pass = 0; pass < Passes; pass++)
        {
            now = MonotonicTime.Max(now, router.NextDeadline);
            Fire(now);
        }

        router.Handle(RouterEvent.AdvertisementReceived(Priority.Lowest, Peer, interval), now);
        Fire(now);
        router.Handle(RouterEvent.AdvertisementReceived(Priority.AddressOwner, Peer, interval), now);
        now += ElectionTimers.CrossingTime;
        router.HearAnnouncement(OwnAddress, MacAddress.Broadcast, now);
        while (router.NextDeadline <= now)
            Fire(now);
        router.Handle(RouterEvent.Shutdown(), now);
    }

    private static RouterPlan PlanFor(InterfaceAddress loopback)
    {
        var parameters = new RouterParameters { PrimaryAddress = OwnAddress, AddressCount = 1 };
        var identity = new RouterIdentity(
            "rehearsal", new Vrid(1), Version: 3, Loopback, OwnAddress, [OwnAddress], Priority.Default,
            parameters.AdvertisementInterval.ToTimeSpan(), Spread: TimeSpan.Zero, Lease: null);
        return new RouterPlan(
            identity,
            parameters,
            new InterfacePlan(loopback.Interface, Loopback, MacAddress.Broadcast),
            [loopback.PrefixLength],
            ChecksumForm.PseudoHeader);
    }

    private static AddressHolder HolderOf(InterfaceAddress loopback, AddressNetlink netlink) => new(
        netlink,
        [
            new AddressRequest
            {
                Interface = loopback.Interface,
                Address = IpOctets.From(loopback.Address),
                PrefixLength = loopback.PrefixLength,
                Mode = AddressMode.CreateExclusive,
            },
        ],
        lease: null,
        () => LoopClock.Now);

    private static RouterRuntime RouterFor(RouterPlan plan, LinuxRouterPorts ports)
    {
        var board = new RouterBoard(
            plan.Identity, RouterSnapshot.Initial(plan.Parameters.Priority, TimeSpan.Zero));
        var recorder = new FlightRecorder(() => LoopClock.Now, RecordedEvents);
        var router = new RouterRuntime(
            plan.Parameters, board, ports, new LoopJournal(), recorder, () => LoopClock.Now);
        router.JoinRecording();
        return router;
    }
}
