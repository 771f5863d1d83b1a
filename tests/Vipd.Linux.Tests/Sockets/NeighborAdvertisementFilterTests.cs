using System.Net;
using Vipd.Linux.Interop;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;

namespace Vipd.Linux.Tests.Sockets;

public class NeighborAdvertisementFilterTests
{
    private const int FrameLength = 86;

    private static readonly IPAddress Vip = IPAddress.Parse("2001:db8::100");

    [NetnsFact]
    public void It_lets_in_what_speaks_of_our_address_and_nothing_else() => WithPair((sender, receiver) =>
    {
        receiver.ChangeFilter(Filter(Vip, IPAddress.Parse("fe80::100")));
        Send(sender, Frame("2001:db8::101"));
        Send(sender, Frame("2001:db8:1::100"));
        Send(sender, Frame("fe80::1:100"));
        Send(sender, Changed(Frame("2001:db8::100"), 12, 0x08));   // no IPv6
        Send(sender, Changed(Frame("2001:db8::100"), 20, 17));     // UDP
        Send(sender, Changed(Frame("2001:db8::100"), 54, 135));    // a solicitation
        Send(sender, Frame("2001:db8::100")[..70]);                // cut off within the target
        Send(sender, Frame("2001:db8::100"));
        Send(sender, Frame("fe80::100"));
        Assert.Equal(["2001:db8::100", "fe80::100"], Targets(receiver, 2));
    });

    [NetnsFact]
    public void Every_address_of_a_full_program_is_found() => WithPair((sender, receiver) =>
    {
        IPAddress[] addresses =
        [
            .. Enumerable.Range(1, NeighborAdvertisementFilter.MostAddresses)
                .Select(i => IPAddress.Parse($"2001:db8::{i:x}")),
        ];
        BpfInstruction[] filter = Filter(addresses);
        Assert.InRange(filter.Length, addresses.Length, LinuxFilter.BPF_MAXINSNS);
        receiver.ChangeFilter(filter);
        IPAddress[] ends = [addresses[0], addresses[addresses.Length / 2], addresses[^1]];
        string[] probes = [.. ends.Select(address => address.ToString())];
        foreach (string probe in probes)
            Send(sender, Frame(probe));
        Assert.Equal(probes, Targets(receiver, probes.Length));
    });

    [NetnsFact]
    public void Above_what_a_program_holds_every_announcement_gets_in() => WithPair((sender, receiver) =>
    {
        receiver.ChangeFilter(Filter([.. Enumerable.Repeat(Vip, NeighborAdvertisementFilter.MostAddresses + 1)]));
        Send(sender, Changed(Frame("2001:db8::7"), 38, 0x20)); // to one node
        Send(sender, Frame("2001:db8::8"));
        Assert.Equal(["2001:db8::8"], Targets(receiver, 1));
    });

    [NetnsFact]
    public void Where_the_kernel_has_no_room_for_a_filter_the_wider_one_lets_every_announcement_in() =>
        WithPair((sender, receiver) =>
        {
            // Loads are what grows most in the kernel.
            BpfInstruction[] large =
            [
                .. Enumerable.Repeat(
                    new BpfInstruction(LinuxFilter.BPF_LD | LinuxFilter.BPF_W | LinuxFilter.BPF_ABS, 0, 0, 0),
                    LinuxFilter.BPF_MAXINSNS - 1),
                new(LinuxFilter.BPF_RET | LinuxFilter.BPF_K, 0, 0, 0),
            ];
            Assert.Equal("ENOMEM", Assert.Throws<LinuxException>(() => receiver.ChangeFilter(large)).ErrnoName);
            receiver.ChangeFilter(large, NeighborAdvertisementFilter.AnyAnnouncement);
            Send(sender, Frame("2001:db8::8"));
            Assert.Equal(["2001:db8::8"], Targets(receiver, 1));
        });

    [NetnsFact]
    public void Without_addresses_nothing_gets_in() => WithPair((sender, receiver) =>
    {
        receiver.ChangeFilter(Filter());
        Send(sender, Frame("2001:db8::100"));
        Assert.False(receiver.TryReceive(new byte[FrameLength], out _));
    });

    private static BpfInstruction[] Filter(params IPAddress[] addresses) =>
        NeighborAdvertisementFilter.TargetIn([.. addresses.Select(IpOctets.From)]);

    private static void WithPair(Action<PacketSocket, PacketSocket> body) => TestNetwork.Run(network =>
    {
        network.AddCable();
        using PacketSocket sender = PacketSocket.OpenSender(TestNetwork.IndexOf("v0"));
        using PacketSocket receiver = network.InPeer(() => PacketSocket.OpenReceiver(
            TestNetwork.IndexOf("v1"), 0x86DD, Filter(Vip), 1 << 20));
        body(sender, receiver);
    });

    /// <summary>No checksum: the filter does not look at it.</summary>
    private static byte[] Frame(string target)
    {
        byte[] frame = new byte[FrameLength];
        ((ReadOnlySpan<byte>)[0x33, 0x33, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0x99, 0x86, 0xDD, 0x60]).CopyTo(frame);
        (frame[19], frame[20], frame[21], frame[54]) = (32, 58, 255, 136);
        IPAddress.Parse(target).GetAddressBytes().CopyTo(frame, 22);
        IPAddress.Parse("ff02::1").GetAddressBytes().CopyTo(frame, 38);
        IPAddress.Parse(target).GetAddressBytes().CopyTo(frame, 62);
        return frame;
    }

    private static byte[] Changed(byte[] frame, int offset, byte value)
    {
        frame[offset] = value;
        return frame;
    }

    private static void Send(PacketSocket sender, byte[] frame) =>
        Assert.Equal(1, sender.SendBatch(frame, frame.Length, 1));

    private static string[] Targets(PacketSocket receiver, int count)
    {
        var targets = new List<string>();
        byte[] buffer = new byte[FrameLength];
        while (targets.Count < count)
        {
            TestNetwork.Eventually(() => receiver.TryReceive(buffer, out _));
            targets.Add(new IPAddress(buffer.AsSpan(62, 16)).ToString());
        }

        Assert.False(receiver.TryReceive(buffer, out _));
        return [.. targets];
    }
}
