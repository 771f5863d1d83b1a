using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>linux/if_packet.h</summary>
internal static class LinuxIfPacket
{
    internal const int SOL_PACKET = 263;
    internal const int PACKET_OUTGOING = 4;
    internal const int PACKET_IGNORE_OUTGOING = 23;
}

/// <summary>struct sockaddr_ll; the protocol (EtherType) in network order</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SocketAddressLinkLayer
{
    internal ushort sll_family;
    internal ushort sll_protocol;
    internal int sll_ifindex;
    internal ushort sll_hatype;
    internal byte sll_pkttype;
    internal byte sll_halen;
    internal fixed byte sll_addr[8];
}
