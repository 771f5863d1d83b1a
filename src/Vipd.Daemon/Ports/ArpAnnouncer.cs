using Vipd.Linux;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Ports;

/// <summary>
/// Gratuitous ARP of one router's addresses, a request and a reply each: some switches and hosts learn from the one,
/// some from the other. The frames are written once and sent in batches.
/// </summary>
internal sealed class ArpAnnouncer
{
    private const int FrameLength = EthernetFrame.HeaderLength + ArpPacket.Length;
    private const int FramesAnAddress = 2;

    private readonly PacketSocket _socket;
    private readonly InternetAddress[] _addresses;
    private readonly byte[] _frames;

    public ArpAnnouncer(PacketSocket socket, InternetAddress[] addresses, MacAddress own)
    {
        _socket = socket;
        _addresses = addresses;
        _frames = new byte[addresses.Length * FramesAnAddress * FrameLength];
        ChangeLinkLayerAddress(own);
    }

    public void ChangeLinkLayerAddress(MacAddress own)
    {
        Span<byte> rest = _frames;
        foreach (InternetAddress address in _addresses)
        {
            rest = WriteFrame(rest, own, ArpPacket.GratuitousRequest(address, own));
            rest = WriteFrame(rest, own, ArpPacket.GratuitousReply(address, own));
        }
    }

    public LinuxException? Announce(int first, int count, out int sent)
    {
        const int block = FramesAnAddress * FrameLength;
        sent = 0;
        try
        {
            sent = _socket.SendBatch(
                _frames.AsSpan(first * block, count * block), FrameLength, count * FramesAnAddress);
            return null;
        }
        catch (LinuxException refused)
        {
            return refused;
        }
    }

    private static Span<byte> WriteFrame(Span<byte> destination, MacAddress own, ArpPacket packet)
    {
        int header = EthernetFrame.WriteHeader(destination, MacAddress.Broadcast, own, EtherType.Arp);
        return destination[(header + packet.WriteTo(destination[header..]))..];
    }
}
