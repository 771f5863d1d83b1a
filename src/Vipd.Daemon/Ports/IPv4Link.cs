using System.Net;
using System.Net.Sockets;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Ports;

/// <summary>
/// IPv4: gratuitous ARP, a request and a reply for each address, since some switches and hosts learn from the one, some
/// from the other.
/// </summary>
internal sealed class IPv4Link : ILinkProtocol
{
    public AddressFamily Family => AddressFamily.InterNetwork;

    public bool NeedsSource => false;

    /// <summary>RFC 9568 §5.1.1.2.</summary>
    public IPAddress Group { get; } = IPAddress.Parse("224.0.0.18");

    public ushort AnnouncementType => (ushort)EtherType.Arp;

    public int FrameLength => EthernetFrame.HeaderLength + ArpPacket.Length;

    public int FramesAnAddress => 2;

    public BpfInstruction[] Filter(IEnumerable<InternetAddress> addresses) =>
        ArpFilter.SenderProtocolAddressIn([.. addresses.Select(address => (uint)address.Low)]);

    public BpfInstruction[] WiderFilter => ArpFilter.AnyAnnouncement;

    public void WriteFrames(Span<byte> destination, InternetAddress address, MacAddress at, MacAddress sender)
    {
        WriteFrame(destination, sender, ArpPacket.GratuitousRequest(address, at));
        WriteFrame(destination[FrameLength..], sender, ArpPacket.GratuitousReply(address, at));
    }

    public bool TryReadClaim(ReadOnlySpan<byte> frame, MacAddress own, out InternetAddress address, out MacAddress at)
    {
        address = default;
        at = default;
        if (!EthernetFrame.TryRead(frame, out EthernetFrame read)
            || read.Type != EtherType.Arp
            || !ArpPacket.TryRead(read.Payload, out ArpPacket arp)
            || (at = arp.SenderHardwareAddress) == own)
        {
            return false;
        }

        address = arp.SenderProtocolAddress;
        return true;
    }

    private static void WriteFrame(Span<byte> destination, MacAddress sender, ArpPacket packet)
    {
        int header = EthernetFrame.WriteHeader(destination, MacAddress.Broadcast, sender, EtherType.Arp);
        packet.WriteTo(destination[header..]);
    }
}
