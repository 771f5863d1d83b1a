using System.Net;
using System.Net.Sockets;
using Vipd.Linux;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;

namespace Vipd.Daemon.Ports;

/// <summary>
/// What tells the two families apart on a link: the group of the Advertisements, and how an address is announced and
/// heard to be. <see cref="IPv4Link"/> and <see cref="IPv6Link"/>; nothing else asks for the family.
/// </summary>
internal interface ILinkProtocol
{
    AddressFamily Family { get; }

    /// <summary>Where Advertisements go, unless they go by unicast.</summary>
    IPAddress Group { get; }

    /// <summary>EtherType of announcements, host order.</summary>
    ushort AnnouncementType { get; }

    /// <summary>Octets of one announcement with its Ethernet header.</summary>
    int FrameLength { get; }

    /// <summary>Frames that announce an address once.</summary>
    int FramesAnAddress { get; }

    /// <summary>Lets in what somebody says about one of the addresses.</summary>
    BpfInstruction[] Filter(IEnumerable<InternetAddress> addresses);

    /// <summary>Lets in every announcement: where the kernel has no room for more.</summary>
    BpfInstruction[] WiderFilter { get; }

    /// <summary>Receives from now on what others on a link say about the addresses.</summary>
    /// <exception cref="LinuxException">As <see cref="PacketSocket.OpenReceiver"/>.</exception>
    PacketSocket OpenListener(InterfaceIndex link, IEnumerable<InternetAddress> addresses, int receiveBufferBytes) =>
        PacketSocket.OpenReceiver(link, AnnouncementType, Filter(addresses), receiveBufferBytes, WiderFilter);

    /// <summary>
    /// Advertisements cannot leave while the address that they are sent from is not there. IPv4 sends them all the same
    /// (IP_TRANSPARENT), so that a flush of the interface does not move anything.
    /// </summary>
    bool NeedsSource { get; }

    /// <summary>
    /// Writes the <see cref="FramesAnAddress"/> frames by which <paramref name="sender"/> says that the address is at
    /// <paramref name="at"/>, which is itself, or a router that has the Virtual Router MAC Address.
    /// </summary>
    void WriteFrames(Span<byte> destination, InternetAddress address, MacAddress at, MacAddress sender);

    /// <summary>
    /// Reads a frame by which somebody else than <paramref name="own"/> claims that an address is at
    /// <paramref name="at"/>.
    /// </summary>
    bool TryReadClaim(ReadOnlySpan<byte> frame, MacAddress own, out InternetAddress address, out MacAddress at);
}
