using System.Buffers.Binary;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>Sends whole frames, of which every octet is the test's: what no decent VRRP router would send.</summary>
internal sealed class RawFrames : IDisposable
{
    private const int IpHeaderLength = 20;

    private static readonly InternetAddress Group = InternetAddress.Parse("224.0.0.18");
    private static readonly MacAddress Sender = new([2, 0, 0, 0, 0, 0x99]);

    private readonly PacketSocket _socket;

    /// <summary>On an interface of the calling thread's namespace.</summary>
    public RawFrames(string interfaceName) =>
        _socket = PacketSocket.OpenSender(TestNetwork.IndexOf(interfaceName));

    /// <summary>An Advertisement with VRID 51 that everybody takes.</summary>
    public static byte[] Advertisement(InternetAddress source, byte priority = 100, byte vrid = 51)
    {
        byte[] message = new byte[Vrrp.Wire.Advertisement.LengthOf(1, isIPv6: false)];
        Vrrp.Wire.Advertisement.Write(
            message, new Vrid(vrid), new Priority(priority), new Centiseconds(5), [NetworkPlans.Vip], source, Group,
            ChecksumForm.PseudoHeader);
        return message;
    }

    public void SendVrrp(ReadOnlySpan<byte> message, InternetAddress source, byte timeToLive = 255)
    {
        byte[] packet = new byte[IpHeaderLength + message.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = timeToLive;
        packet[9] = 112;
        source.CopyTo(packet.AsSpan(12));
        Group.CopyTo(packet.AsSpan(16));
        BinaryPrimitives.WriteUInt16BigEndian(
            packet.AsSpan(10), InternetChecksum.Of(packet.AsSpan(0, IpHeaderLength)));
        message.CopyTo(packet.AsSpan(IpHeaderLength));
        Send(MacAddress.OfGroup(Group), EtherType.IPv4, packet);
    }

    public void SendArp(ReadOnlySpan<byte> packet) => Send(MacAddress.Broadcast, EtherType.Arp, packet);

    public void SendArp(InternetAddress address)
    {
        byte[] packet = new byte[ArpPacket.Length];
        ArpPacket.GratuitousRequest(address, Sender).WriteTo(packet);
        SendArp(packet);
    }

    public void Dispose() => _socket.Dispose();

    private void Send(MacAddress to, EtherType type, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[EthernetFrame.HeaderLength + payload.Length];
        EthernetFrame.WriteHeader(frame, to, Sender, type);
        payload.CopyTo(frame.AsSpan(EthernetFrame.HeaderLength));
        Assert.Equal(1, _socket.SendBatch(frame, frame.Length, 1));
    }
}
