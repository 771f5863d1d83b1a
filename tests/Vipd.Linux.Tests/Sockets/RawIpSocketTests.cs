using System.Net;
using System.Net.Sockets;
using Vipd.Linux.Interop;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;

namespace Vipd.Linux.Tests.Sockets;

public class RawIpSocketTests
{
    private const byte Protocol = 112;

    private static readonly byte[] Source = [192, 0, 2, 1];
    private static readonly byte[] Group = [224, 0, 0, 18];
    private static readonly byte[] Source6 = IPAddress.Parse("fe80::1").GetAddressBytes();
    private static readonly byte[] Group6 = IPAddress.Parse("ff02::12").GetAddressBytes();

    [NetnsFact]
    public void What_is_sent_to_the_group_arrives_with_source_and_TTL() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using RawIpSocket sender = Open(AddressFamily.InterNetwork, "v0");
        using RawIpSocket receiver = network.InPeer(() => Open(AddressFamily.InterNetwork, "v1"));
        byte[] buffer = new byte[2048];
        Assert.False(receiver.TryReceive(buffer, out _));
        sender.Send("payload!"u8, Source, Group);
        IpDatagram datagram = Receive(receiver, buffer);
        Assert.Equal("payload!"u8, buffer.AsSpan(datagram.PayloadOffset, datagram.PayloadLength));
        Assert.Equal((20, (byte)255), (datagram.PayloadOffset, datagram.TimeToLive));
        Assert.Equal(Source, datagram.Source.ToArray());
        Assert.Equal(Group, datagram.Destination.ToArray());
        Assert.False(receiver.TryReceive(buffer, out _));
        Assert.False(sender.TryReceive(buffer, out _), "our own multicast came back");
    });

    [NetnsFact]
    public void IPv6_arrives_likewise_and_the_kernel_fills_and_checks_the_checksum() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using RawIpSocket sender = Open(AddressFamily.InterNetworkV6, "v0");
        using RawIpSocket receiver = network.InPeer(() => Open(AddressFamily.InterNetworkV6, "v1"));
        byte[] buffer = new byte[2048];
        sender.Send([0x31, 51, 100, 1, 0, 20, 0, 0], Source6, Group6);
        IpDatagram datagram = Receive(receiver, buffer);
        Assert.Equal((0, 8, (byte)255), (datagram.PayloadOffset, datagram.PayloadLength, datagram.TimeToLive));
        Assert.True(datagram.IsMulticast);
        Assert.Equal(Source6, datagram.Source.ToArray());
        Assert.Equal(Group6, datagram.Destination.ToArray());
        Assert.NotEqual(0, buffer[6] | buffer[7]);
        Assert.False(sender.TryReceive(buffer, out _), "our own multicast came back");
    });

    [NetnsFact]
    public void The_source_is_the_one_asked_for_and_unicast_arrives_too() => TestNetwork.Run(network =>
    {
        network.AddCable();
        TestNetwork.Shell("ip addr add 192.0.2.100/32 dev v0");
        using RawIpSocket sender = Open(AddressFamily.InterNetwork, "v0");
        using RawIpSocket receiver = network.InPeer(() => Open(AddressFamily.InterNetwork, "v1"));
        byte[] buffer = new byte[2048];
        sender.Send([1, 2, 3, 4], [192, 0, 2, 100], [192, 0, 2, 2]);
        IpDatagram datagram = Receive(receiver, buffer);
        Assert.Equal([192, 0, 2, 100], datagram.Source.ToArray());
        Assert.Equal((false, (byte)255, 4), (datagram.IsMulticast, datagram.TimeToLive, datagram.PayloadLength));
    });

    [NetnsFact]
    public void Outside_the_group_only_unicast_arrives_and_joining_changes_that() => TestNetwork.Run(network =>
    {
        network.AddCable();
        byte[] buffer = new byte[2048];
        foreach (bool isIPv6 in new[] { false, true })
        {
            AddressFamily family = isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
            (byte[] source, byte[] group) = isIPv6 ? (Source6, Group6) : (Source, Group);
            byte[] peer = [.. source[..^1], 2];
            using RawIpSocket sender = Open(family, "v0");
            using RawIpSocket receiver = network.InPeer(() => RawIpSocket.Open(
                family, Protocol, TestNetwork.IndexOf("v1"), "v1", receiveBufferBytes: 1 << 20));
            void SendBoth()
            {
                sender.Send(new byte[8], source, group);
                sender.Send(new byte[12], source, peer);
            }

            SendBoth();
            Assert.Equal(12, Receive(receiver, buffer).PayloadLength);
            receiver.Join(new IPAddress(group));
            SendBoth();
            Assert.Equal(8, Receive(receiver, buffer).PayloadLength);
            Assert.Equal(12, Receive(receiver, buffer).PayloadLength);
            receiver.Leave(new IPAddress(group));
            SendBoth();
            Assert.Equal(12, Receive(receiver, buffer).PayloadLength);
            Assert.Equal(Errno.EADDRNOTAVAIL,
                Assert.Throws<LinuxException>(() => receiver.Leave(new IPAddress(group))).Errno);
        }
    });

    [NetnsFact]
    public void Several_are_received_at_once_in_their_order_and_the_largest_too() => TestNetwork.Run(network =>
    {
        network.AddCable();
        foreach (bool isIPv6 in new[] { false, true })
        {
            AddressFamily family = isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
            using RawIpSocket sender = Open(family, "v0");
            using RawIpSocket receiver = network.InPeer(() => Open(family, "v1"));
            int[] lengths = [8, 65_507, 8, 8, 8];
            for (byte i = 0; i < lengths.Length; i++)
            {
                byte[] payload = new byte[lengths[i]];
                payload[0] = i;
                sender.Send(payload, isIPv6 ? Source6 : Source, isIPv6 ? Group6 : Group);
            }

            List<(int First, int Length)> received = [];
            List<int> counts = [];
            var batch = new DatagramBatch(capacity: 3);
            TestNetwork.Eventually(() =>
            {
                receiver.Receive(batch);
                for (int i = 0; i < batch.Count; i++)
                {
                    Assert.True(batch.TryRead(i, out ReadOnlySpan<byte> payload, out IpDatagram datagram));
                    Assert.Equal(payload.Length, datagram.PayloadLength);
                    received.Add((payload[0], payload.Length));
                }

                if (batch.Count > 0)
                    counts.Add(batch.Count);
                return received.Count == lengths.Length;
            });
            Assert.Equal(lengths.Index(), received);
            Assert.Equal([3, 2], counts);
            Assert.False(batch.IsFull);
            receiver.Receive(batch);
            Assert.Equal(0, batch.Count);
        }
    });

    [Fact]
    public void What_was_not_received_can_not_be_read() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DatagramBatch(1).TryRead(0, out _, out _));

    [NetnsFact]
    public void It_goes_out_as_internetwork_control() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using RawIpSocket sender = Open(AddressFamily.InterNetwork, "v0");
        using PacketSocket receiver = network.InPeer(() => PacketSocket.OpenReceiver(
            TestNetwork.IndexOf("v1"),
            etherType: 0x0800,
            [new BpfInstruction(LinuxFilter.BPF_RET | LinuxFilter.BPF_K, 0, 0, 0xFFFF)],
            receiveBufferBytes: 1 << 20));
        byte[] frame = new byte[2048];
        sender.Send("payload!"u8, Source, Group);
        TestNetwork.Eventually(() => receiver.TryReceive(frame, out _));
        Assert.Equal((0x45, 0xC0), (frame[14], frame[15]));
    });

    [NetnsFact]
    public void What_comes_by_another_interface_is_not_received() => TestNetwork.Run(network =>
    {
        network.AddCable();
        network.InPeer(() => TestNetwork.AddInterface());
        using RawIpSocket sender = Open(AddressFamily.InterNetwork, "v0");
        using RawIpSocket other = network.InPeer(() => Open(AddressFamily.InterNetwork, "d0"));
        using RawIpSocket receiver = network.InPeer(() => Open(AddressFamily.InterNetwork, "v1"));
        byte[] buffer = new byte[2048];
        sender.Send([7], Source, Group);
        _ = Receive(receiver, buffer);
        Assert.False(other.TryReceive(buffer, out _));
    });

    [NetnsFact]
    public void A_link_that_is_down_can_not_send_and_receives_nothing() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using RawIpSocket socket = Open(AddressFamily.InterNetwork, "v0");
        TestNetwork.Shell("ip link set v0 down");
        var exception = Assert.Throws<LinuxException>(() => socket.Send([7], Source, Group));
        Assert.Equal("sendmsg", exception.Call);
        Assert.False(socket.TryReceive(new byte[64], out _));
    });

    [NetnsFact]
    public void A_name_that_no_interface_has_is_ENODEV() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = new(1);
        foreach (string name in new[] { "nosuch0", "a-name-that-is-too-long-for-linux" })
        {
            var exception = Assert.Throws<LinuxException>(() => RawIpSocket.OpenMulticast(
                AddressFamily.InterNetwork, Protocol, index, name, new IPAddress(Group), 65536));
            Assert.Equal(("setsockopt SO_BINDTODEVICE", Errno.ENODEV), (exception.Call, exception.Errno));
        }
    });

    [NetnsFact]
    public void Sending_and_receiving_allocate_nothing() => TestNetwork.Run(network =>
    {
        network.AddCable();
        byte[] payload = new byte[12];
        foreach (bool isIPv6 in new[] { false, true })
        {
            AddressFamily family = isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
            using RawIpSocket sender = Open(family, "v0");
            using RawIpSocket receiver = network.InPeer(() => Open(family, "v1"));
            int received = 0;
            var batch = new DatagramBatch(capacity: 4);
            Allocation.None(() =>
            {
                sender.Send(payload, isIPv6 ? Source6 : Source, isIPv6 ? Group6 : Group);
                receiver.Receive(batch);
                for (int i = 0; i < batch.Count; i++)
                    received += batch.TryRead(i, out _, out IpDatagram datagram) ? datagram.Source.Length : 0;
            });
            Assert.InRange(received, 1, 102 * 16);
        }
    });

    private static RawIpSocket Open(AddressFamily family, string name) => RawIpSocket.OpenMulticast(
        family,
        Protocol,
        TestNetwork.IndexOf(name),
        name,
        new IPAddress(family == AddressFamily.InterNetwork ? Group : Group6),
        receiveBufferBytes: 1 << 20);

    private static IpDatagram Receive(RawIpSocket socket, byte[] buffer)
    {
        IpDatagram datagram = default;
        TestNetwork.Eventually(() => socket.TryReceive(buffer, out datagram));
        return datagram;
    }
}
