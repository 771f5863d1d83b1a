using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Runtime;
using Vipd.Daemon.Tests.Runtime;
using Vipd.Linux;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests.Ports;

/// <summary>What AdvertisementSender and Announcer put on the wire, heard at the other end of a cable.</summary>
public sealed class SendingPortTests
{
    private static readonly IPAddress Group = IPAddress.Parse("224.0.0.18");
    private static readonly MacAddress First = new([2, 0, 0, 0, 0, 1]);
    private static readonly MacAddress Second = new([2, 0, 0, 0, 0, 2]);

    [NetnsFact]
    public void Every_Advertisement_has_the_priority_asked_for_and_a_good_checksum() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using RawIpSocket socket = Open("v0");
        using RawIpSocket receiver = network.InPeer(() => Open("v1"));
        AdvertisementSender sender = Sender(socket, Addresses(2), NetworkPlans.Home);
        foreach (byte priority in new byte[] { 100, 0, 254, 100 })
        {
            Assert.Null(sender.Send(new Priority(priority)));
            byte[] buffer = new byte[2048];
            IpDatagram datagram = default;
            TestNetwork.Eventually(() => receiver.TryReceive(buffer, out datagram));
            Assert.Equal(
                (NetworkPlans.Home, priority, 2, new Vrid(51), new Centiseconds(20)), Read(buffer, datagram));
        }
    });

    [NetnsFact]
    public void An_Advertisement_names_the_first_255_addresses() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using RawIpSocket socket = Open("v0");
        using RawIpSocket receiver = network.InPeer(() => Open("v1"));
        Assert.Null(Sender(socket, Addresses(300), NetworkPlans.Home).Send(Priority.Default));
        byte[] buffer = new byte[2048];
        IpDatagram datagram = default;
        TestNetwork.Eventually(() => receiver.TryReceive(buffer, out datagram));
        Assert.Equal(8 + (4 * 255), datagram.PayloadLength);
    });

    [NetnsFact]
    public void While_the_source_is_off_the_interface_Advertisements_go_on_with_it() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using RawIpSocket socket = Open("v0");
        using RawIpSocket receiver = network.InPeer(() => Open("v1"));
        AdvertisementSender sender = Sender(socket, Addresses(1), NetworkPlans.Home);
        TestNetwork.Shell("ip addr flush dev v0");
        Assert.Null(sender.Send(Priority.Default));
        byte[] buffer = new byte[2048];
        IpDatagram datagram = default;
        TestNetwork.Eventually(() => receiver.TryReceive(buffer, out datagram));
        Assert.Equal(NetworkPlans.Home, InternetAddress.From(datagram.Source));
    });

    [NetnsFact]
    public void What_is_queued_leaves_together_in_its_order_and_each_is_told_what_became_of_it() =>
        TestNetwork.Run(network =>
        {
            const int Count = 150; // More than one system call takes.
            network.AddCable();
            using RawIpSocket socket = Open("v0");
            using RawIpSocket receiver = network.InPeer(() => Open("v1"));
            var outbox = new AdvertisementOutbox(socket);
            List<LinuxException?> told = [];
            AdvertisementSender[] senders =
                [.. Enumerable.Range(0, Count).Select(i => Sender(outbox, Addresses(1 + (i % 3)), NetworkPlans.Home))];
            for (int i = 0; i < Count; i++)
                Assert.True(senders[i].TryQueue(new Priority((byte)(1 + i)), told.Add));
            Assert.InRange(told.Count, 1, Count - 1);
            outbox.Flush();
            Assert.Equal(new LinuxException?[Count], told);
            byte[] buffer = new byte[2048];
            for (int i = 0; i < Count; i++)
            {
                IpDatagram datagram = default;
                TestNetwork.Eventually(() => receiver.TryReceive(buffer, out datagram));
                (_, byte priority, int count, _, _) = Read(buffer, datagram);
                Assert.Equal((1 + i, 1 + (i % 3)), (priority, count));
            }

            TestNetwork.Shell("ip link set v0 down");
            told.Clear();
            Assert.True(senders[0].TryQueue(Priority.Default, told.Add));
            Assert.True(senders[1].TryQueue(Priority.Default, told.Add));
            Assert.Empty(told);
            outbox.Flush();
            Assert.Equal(["sendmmsg", "sendmmsg"], told.Select(refused => refused?.Call));
            outbox.Flush();
            Assert.Equal(2, told.Count);
        });

    [NetnsFact]
    public void One_that_is_refused_does_not_keep_the_others_of_the_queue() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using RawIpSocket socket = Open("v0");
        using RawIpSocket receiver = network.InPeer(() => Open("v1"));
        var outbox = new AdvertisementOutbox(socket);
        List<string?> told = [];
        foreach (byte last in new byte[] { 1, 2, 3 })
        {
            // The socket may not broadcast.
            byte[] destination = last == 2 ? [255, 255, 255, 255] : Group.GetAddressBytes();
            outbox.Add([last], NetworkPlans.Home.ToIPAddress().GetAddressBytes(), destination,
                refused => told.Add(refused?.ErrnoName));
        }

        outbox.Flush();
        Assert.Equal([null, "EACCES", null], told);
        byte[] buffer = new byte[2048];
        foreach (byte last in new byte[] { 1, 3 })
        {
            IpDatagram datagram = default;
            TestNetwork.Eventually(() => receiver.TryReceive(buffer, out datagram));
            Assert.Equal((last, 1), (buffer[datagram.PayloadOffset], datagram.PayloadLength));
        }
    });

    [NetnsFact]
    public void A_link_that_is_down_comes_back_as_the_kernels_answer() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using RawIpSocket socket = Open("v0");
        TestNetwork.Shell("ip link set v0 down");
        LinuxException? refused = Sender(socket, Addresses(1), NetworkPlans.Home).Send(Priority.Default);
        Assert.Equal("sendmsg", Assert.IsType<LinuxException>(refused).Call);
    });

    [NetnsFact]
    public void Each_address_is_announced_by_a_request_and_a_reply_from_the_own_link_layer_address() =>
        TestNetwork.Run(network =>
        {
            network.AddCable();
            using PacketSocket socket = PacketSocket.OpenSender(TestNetwork.IndexOf("v0"));
            InternetAddress[] addresses = Addresses(100);
            using PacketSocket receiver = network.InPeer(() => PacketSocket.OpenReceiver(
                TestNetwork.IndexOf("v1"), 0x0806,
                ArpFilter.SenderProtocolAddressIn([.. addresses.Select(address => (uint)address.Low)]), 1 << 20));
            var announcer = new Announcer(socket, new IPv4Link(), addresses, First);
            Assert.Null(announcer.Announce(10, 64, out int sent));
            Assert.Equal(128, sent);
            AssertHeard(receiver, addresses[10..74], First);
            announcer.ChangeLinkLayerAddress(Second);
            Assert.Null(announcer.Announce(99, 1, out sent));
            Assert.Equal(2, sent);
            AssertHeard(receiver, addresses[99..], Second);
            Assert.Null(announcer.PointTo(First, out sent));
            Assert.Equal(200, sent);
            AssertHeard(receiver, addresses, First, sender: Second);
            Assert.Null(announcer.Announce(99, 1, out sent));
            AssertHeard(receiver, addresses[99..], Second);
            TestNetwork.Shell("ip link set v0 down");
            Assert.Equal("ENETDOWN", Assert.IsType<LinuxException>(announcer.Announce(0, 1, out sent)).ErrnoName);
            Assert.Equal(0, sent);
        });

    private static (InternetAddress Source, byte Priority, int AddressCount, Vrid Vrid, Centiseconds Interval) Read(
        byte[] buffer, IpDatagram datagram)
    {
        ReadOnlySpan<byte> message = buffer.AsSpan(datagram.PayloadOffset, datagram.PayloadLength);
        var header = new ReceivedHeader(
            datagram.TimeToLive, InternetAddress.From(datagram.Source), InternetAddress.From(datagram.Destination));
        Assert.Equal(DiscardReason.None, ReceiveChecks.CheckMessage(message, header, out Advertisement heard));
        return (
            header.Source, heard.Priority.Value, heard.AddressCount, heard.Vrid, heard.MaxAdvertiseInterval);
    }

    private static void AssertHeard(
        PacketSocket receiver, InternetAddress[] addresses, MacAddress at, MacAddress? sender = null)
    {
        byte[] buffer = new byte[2048];
        foreach (InternetAddress address in addresses)
        {
            foreach (ArpOperation operation in new[] { ArpOperation.Request, ArpOperation.Reply })
            {
                int length = 0;
                TestNetwork.Eventually(() => receiver.TryReceive(buffer, out length));
                Assert.True(EthernetFrame.TryRead(buffer.AsSpan(0, length), out EthernetFrame frame));
                Assert.True(ArpPacket.TryRead(frame.Payload, out ArpPacket arp));
                Assert.Equal((MacAddress.Broadcast, sender ?? at), (frame.Destination, frame.Source));
                Assert.Equal((operation, address, at),
                    (arp.Operation, arp.SenderProtocolAddress, arp.SenderHardwareAddress));
            }
        }

        Assert.False(receiver.TryReceive(buffer, out _));
    }

    private static InternetAddress[] Addresses(int count) =>
        [.. Enumerable.Range(0, count).Select(i => InternetAddress.Parse($"198.51.{i / 250}.{i % 250}"))];

    private static AdvertisementSender Sender(
        RawIpSocket socket, InternetAddress[] addresses, InternetAddress source) =>
        Sender(new AdvertisementOutbox(socket), addresses, source);

    private static AdvertisementSender Sender(
        AdvertisementOutbox outbox, InternetAddress[] addresses, InternetAddress source)
    {
        RouterPlan plan = NetworkPlans.For("v0", source, intervalCentiseconds: 20, addresses: addresses);
        return new AdvertisementSender(
            outbox, source, SpokenVersion.MessagesOf(plan, InternetAddress.From(Group)));
    }

    private static RawIpSocket Open(string interfaceName) => RawIpSocket.OpenMulticast(
        AddressFamily.InterNetwork, 112, TestNetwork.IndexOf(interfaceName), interfaceName, Group, 1 << 20);
}
