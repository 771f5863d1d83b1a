using System.Net;
using System.Net.Sockets;
using Vipd.Linux;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Ports;

/// <summary>IPv6: an unsolicited Neighbor Advertisement to all nodes for each address (RFC 4861 §7.2.6).</summary>
/// <param name="isRouter">
/// The node forwards: a host that hears the flag cleared takes the sender off its default routers.
/// </param>
internal sealed class IPv6Link(bool isRouter) : ILinkProtocol
{
    public AddressFamily Family => AddressFamily.InterNetworkV6;

    public bool NeedsSource => true;

    /// <summary>RFC 9568 §5.1.2.2.</summary>
    public IPAddress Group { get; } = IPAddress.Parse("ff02::12");

    public ushort AnnouncementType => (ushort)EtherType.IPv6;

    public int FrameLength => EthernetFrame.HeaderLength + NeighborAdvertisement.MaximumLength;

    public int FramesAnAddress => 1;

    public BpfInstruction[] Filter(IEnumerable<InternetAddress> addresses) =>
        NeighborAdvertisementFilter.TargetIn([.. addresses.Select(address => IpOctets.From(address.ToIPAddress()))]);

    public BpfInstruction[] WiderFilter => NeighborAdvertisementFilter.AnyAnnouncement;

    /// <summary>Who has the Virtual Router MAC Address is a router, RFC 9568 §6.4.2.</summary>
    public void WriteFrames(Span<byte> destination, InternetAddress address, MacAddress at, MacAddress sender)
    {
        var allNodes = MacAddress.OfGroup(NeighborAdvertisement.AllNodes);
        int header = EthernetFrame.WriteHeader(destination, allNodes, sender, EtherType.IPv6);
        NeighborAdvertisement.Unsolicited(address, at, isRouter || at != sender).WriteTo(destination[header..]);
    }

    /// <summary>A message without a link-layer address comes from the node that has the target.</summary>
    public bool TryReadClaim(ReadOnlySpan<byte> frame, MacAddress own, out InternetAddress address, out MacAddress at)
    {
        address = default;
        at = default;
        if (!EthernetFrame.TryRead(frame, out EthernetFrame read)
            || read.Type != EtherType.IPv6
            || !NeighborAdvertisement.TryRead(read.Payload, out NeighborAdvertisement claim)
            || (at = claim.TargetLinkLayerAddress ?? read.Source) == own)
        {
            return false;
        }

        address = claim.Target;
        return true;
    }
}
