using System.Buffers.Binary;
using Vipd.Linux.Interop;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;

namespace Vipd.Linux.Tests.Sockets;

public class PacketSocketTests
{
    private const ushort Arp = 0x0806;
    private const uint Vip = 0xC0000264; // 192.0.2.100

    [NetnsFact]
    public void The_filter_lets_in_ARP_that_claims_our_address_and_nothing_else() => WithPair((sender, receiver) =>
    {
        Send(sender, ArpFrame(Vip));
        Assert.Equal([Vip], Claims(receiver, 1));
        Send(sender, ArpFrame(Vip + 1));
        Send(sender, Changed(ArpFrame(Vip), offset: 12, value: 0x0800));  // IPv4
        Send(sender, Changed(ArpFrame(Vip), offset: 14, value: 6));       // hardware type IEEE 802
        Send(sender, Changed(ArpFrame(Vip), offset: 16, value: 0x86DD));  // protocol type IPv6
        Send(sender, Changed(ArpFrame(Vip), offset: 18, value: 0x0804));  // 8 octets of hardware address
        Send(sender, ArpFrame(Vip)[..30]);                                // cut off within the sender's address
        Send(sender, ArpFrame(Vip + 2));
        Assert.Equal([Vip + 2], Claims(receiver, 1));
    });

    [NetnsFact]
    public void Filters_of_many_addresses_find_each_border_of_a_group() => WithPair((sender, receiver) =>
    {
        foreach (int count in new[] { 1, 253, 254, 255, 508, 509, ArpFilter.MostAddresses })
        {
            uint[] addresses = [.. Enumerable.Range(0, count).Select(i => 0xC6336400u + (uint)i)];
            BpfInstruction[] filter = ArpFilter.SenderProtocolAddressIn(addresses);
            Assert.InRange(filter.Length, count, LinuxFilter.BPF_MAXINSNS);
            receiver.ChangeFilter(filter);
            int[] borders = [0, 252, 253, 254, 507, 508, count - 1, count];
            uint[] probes = [.. borders.Select(i => 0xC6336400u + (uint)i)];
            foreach (uint probe in probes)
                Send(sender, ArpFrame(probe));
            uint[] expected = [.. probes.Where(probe => probe < 0xC6336400u + count)];
            Assert.Equal(expected, Claims(receiver, expected.Length));
        }
    });

    [NetnsFact]
    public void Above_what_a_program_holds_every_announcement_gets_in() => WithPair((sender, receiver) =>
    {
        receiver.ChangeFilter(ArpFilter.SenderProtocolAddressIn(new uint[ArpFilter.MostAddresses + 1]));
        Send(sender, ArpFrame(Vip + 9, target: Vip));
        Send(sender, ArpFrame(Vip + 7));
        Assert.Equal([Vip + 7], Claims(receiver, 1));
    });

    [NetnsFact]
    public void Without_addresses_nothing_gets_in() => WithPair((sender, receiver) =>
    {
        receiver.ChangeFilter(ArpFilter.SenderProtocolAddressIn([]));
        Send(sender, ArpFrame(Vip));
        Assert.False(receiver.TryReceive(new byte[64], out _));
    });

    [NetnsFact]
    public void An_invalid_program_is_refused_and_the_old_one_stays() => WithPair((sender, receiver) =>
    {
        BpfInstruction[] withoutEnd = [new(LinuxFilter.BPF_LD | LinuxFilter.BPF_H | LinuxFilter.BPF_ABS, 0, 0, 12)];
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => receiver.ChangeFilter(withoutEnd)).Errno);
        Send(sender, ArpFrame(Vip));
        Assert.Equal([Vip], Claims(receiver, 1));
    });

    [NetnsFact]
    public void A_thousand_frames_go_out_in_one_batch_in_order() => WithPair((sender, receiver) =>
    {
        const int Count = 1000;
        receiver.ChangeFilter(ArpFilter.SenderProtocolAddressIn(
            [.. Enumerable.Range(0, Count).Select(i => 0xC6336400u + (uint)i)]));
        byte[] frames = [.. Enumerable.Range(0, Count).SelectMany(i => ArpFrame(0xC6336400u + (uint)i))];
        Assert.Equal(Count, sender.SendBatch(frames, frames.Length / Count, Count));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => 0xC6336400u + (uint)i), Claims(receiver, Count));
        Assert.Equal(0, sender.SendBatch([], 42, 0));
    });

    [NetnsFact]
    public void A_sender_receives_nothing_and_a_receiver_not_what_its_own_machine_sends() => TestNetwork.Run(network =>
    {
        network.AddCable();
        InterfaceIndex index = TestNetwork.IndexOf("v0");
        using PacketSocket sender = PacketSocket.OpenSender(index);
        BpfInstruction[] filter = ArpFilter.SenderProtocolAddressIn([Vip]);
        using PacketSocket local = PacketSocket.OpenReceiver(index, Arp, filter, 1 << 20);
        using PacketSocket far = network.InPeer(() => PacketSocket.OpenReceiver(
            TestNetwork.IndexOf("v1"), Arp, filter, 1 << 20));
        using PacketSocket farSender = network.InPeer(() => PacketSocket.OpenSender(TestNetwork.IndexOf("v1")));
        Send(sender, ArpFrame(Vip));
        Assert.Equal([Vip], Claims(far, 1));
        Assert.False(local.TryReceive(new byte[64], out _));
        Send(farSender, ArpFrame(Vip));
        Assert.Equal([Vip], Claims(local, 1));
        Assert.False(sender.TryReceive(new byte[64], out _));
    });

    [NetnsFact]
    public void A_link_that_is_down_refuses_to_send_and_receives_nothing() => TestNetwork.Run(network =>
    {
        network.AddCable();
        InterfaceIndex index = TestNetwork.IndexOf("v0");
        using PacketSocket sender = PacketSocket.OpenSender(index);
        using PacketSocket receiver = PacketSocket.OpenReceiver(
            index, Arp, ArpFilter.SenderProtocolAddressIn([Vip]), 65536);
        TestNetwork.Shell("ip link set v0 down");
        Assert.Equal(Errno.ENETDOWN, Assert.Throws<LinuxException>(() => Send(sender, ArpFrame(Vip))).Errno);
        Assert.False(receiver.TryReceive(new byte[64], out _));
        TestNetwork.Shell("ip link set v0 up");
        TestNetwork.Eventually(() => sender.SendBatch(ArpFrame(Vip), 42, 1) == 1);
    });

    [NetnsFact]
    public void Sending_and_receiving_allocate_nothing() => WithPair((sender, receiver) =>
    {
        byte[] frames = [.. ArpFrame(Vip), .. ArpFrame(Vip)];
        byte[] buffer = new byte[64];
        int received = 0;
        Allocation.None(() =>
        {
            sender.SendBatch(frames, 42, 2);
            while (receiver.TryReceive(buffer, out int length))
                received += length / 42;
        });
        Assert.InRange(received, 1, 204);
    });

    private static void WithPair(Action<PacketSocket, PacketSocket> body) => TestNetwork.Run(network =>
    {
        network.AddCable();
        using PacketSocket sender = PacketSocket.OpenSender(TestNetwork.IndexOf("v0"));
        using PacketSocket receiver = network.InPeer(() => PacketSocket.OpenReceiver(
            TestNetwork.IndexOf("v1"), Arp, ArpFilter.SenderProtocolAddressIn([Vip, Vip + 2]), 4 << 20));
        body(sender, receiver);
    });

    private static void Send(PacketSocket sender, byte[] frame) =>
        Assert.Equal(1, sender.SendBatch(frame, frame.Length, 1));

    // The sender protocol addresses of so many frames; one frame more is a failure.
    private static uint[] Claims(PacketSocket receiver, int count)
    {
        byte[] buffer = new byte[64];
        int length = 0;
        uint[] claims = new uint[count];
        for (int i = 0; i < count; i++)
        {
            TestNetwork.Eventually(() => receiver.TryReceive(buffer, out length));
            Assert.Equal(42, length);
            claims[i] = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(28));
        }

        Assert.False(receiver.TryReceive(buffer, out _));
        return claims;
    }

    private static byte[] Changed(byte[] frame, int offset, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(offset), value);
        return frame;
    }

    private static byte[] ArpFrame(uint address, uint? target = null)
    {
        byte[] frame = new byte[42];
        frame.AsSpan(0, 6).Fill(0xFF);
        new byte[] { 2, 0, 0, 0, 0, 9, 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 9 }.CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(28), address);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(38), target ?? address);
        return frame;
    }
}
