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
            using RawIpSocket advertisements = RawIpSocket.OpenMulticast(
                AddressFamily.InterNetwork,
                (byte)IpProtocol.Vrrp,
                loopback.Interface,
                Loopback,
                ElectionNetwork.GroupV4,
                ReceiveBufferSize);
            using PacketSocket announcements = PacketSocket.OpenSender(loopback.Interface);
            Play(RouterAt(loopback, netlink, destroyer, advertisements, announcements));
        }
        catch (LinuxException)
        {
            // Loopback is down or cannot be used: the first take-over is a little slower.
        }
    }

    private static void Play(RouterRuntime router)
    {
        var interval = new Centiseconds(1);
        MonotonicTime now = LoopClock.Now;
        router.Handle(RouterEvent.Startup(), now);
        router.Handle(RouterEvent.AdvertisementReceived(Priority.Lowest, Peer, interval), now);
        for (int pass = 0; pass < Passes; pass++)
        {
            now = MonotonicTime.Max(now, router.NextDeadline);
            router.FireDeadlines(now);
        }

        router.Handle(RouterEvent.AdvertisementReceived(Priority.Lowest, Peer, interval), now);
        router.FireDeadlines(now);
        router.Handle(RouterEvent.AdvertisementReceived(Priority.AddressOwner, Peer, interval), now);
        router.HearAnnouncement(OwnAddress, now);
        while (router.NextDeadline <= now)
            router.FireDeadlines(now);
        router.Handle(RouterEvent.Shutdown(), now);
    }

    private static RouterRuntime RouterAt(
        InterfaceAddress loopback,
        AddressNetlink netlink,
        SocketDestroyer? destroyer,
        RawIpSocket advertisements,
        PacketSocket announcements)
    {
        var vrid = new Vrid(1);
        var parameters = new RouterParameters { PrimaryAddress = OwnAddress, AddressCount = 1 };
        var identity = new RouterIdentity(
            "rehearsal", vrid, Version: 3, Loopback, OwnAddress, [OwnAddress], Priority.Default,
            parameters.AdvertisementInterval.ToTimeSpan(), Spread: TimeSpan.Zero, Lease: null);
        var request = new AddressRequest
        {
            Interface = loopback.Interface,
            Address = IpOctets.From(loopback.Address),
            PrefixLength = loopback.PrefixLength,
            Mode = AddressMode.CreateExclusive,
        };
        var ports = new LinuxRouterPorts(
            new AdvertisementSender(
                advertisements, vrid, parameters.AdvertisementInterval, [OwnAddress], OwnAddress,
                InternetAddress.From(ElectionNetwork.GroupV4), ChecksumForm.PseudoHeader),
            new AddressHolder(netlink, [request], lease: null, () => LoopClock.Now),
            destroyer,
            new LocalAddressSet([]),
            new ArpAnnouncer(announcements, [OwnAddress], MacAddress.Broadcast));
        var board = new RouterBoard(identity, RouterSnapshot.Initial(parameters.Priority, TimeSpan.Zero));
        var recorder = new FlightRecorder(() => LoopClock.Now, RecordedEvents);
        var router = new RouterRuntime(parameters, board, ports, new LoopJournal(), recorder, () => LoopClock.Now);
        router.JoinRecording();
        return router;
    }
}
