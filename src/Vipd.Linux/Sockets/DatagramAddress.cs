using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Sockets;

/// <summary>
/// Where one datagram of a raw socket goes, where it comes from, and by which interface (sendmsg(2)).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DatagramAddress
{
    private const int ControlBytes = 64;

    private SocketAddressIn6 _destination;
    private fixed byte _control[ControlBytes];

    /// <summary>Fills in what this struct, which must not move from then on, has to say about a datagram.</summary>
    /// <param name="address">Where the struct is.</param>
    /// <param name="header">Its payload is somebody else's.</param>
    /// <param name="index">The interface that it leaves by.</param>
    /// <param name="source">4 or 16 octets.</param>
    /// <param name="destination">As many.</param>
    internal static void Set(
        DatagramAddress* address,
        MessageHeader* header,
        InterfaceIndex index,
        ReadOnlySpan<byte> source,
        ReadOnlySpan<byte> destination)
    {
        var control = new Span<byte>(address->_control, ControlBytes);
        header->msg_name = &address->_destination;
        header->msg_control = address->_control;
        if (destination.Length == 4)
        {
            var name = (SocketAddressIn*)&address->_destination;
            *name = new SocketAddressIn
            {
                sin_family = SysSocket.AF_INET,
                sin_addr = MemoryMarshal.Read<uint>(destination),
            };
            header->msg_namelen = (uint)sizeof(SocketAddressIn);
            var from = new PacketInformation
            {
                ipi_ifindex = index.Value,
                ipi_spec_dst = MemoryMarshal.Read<uint>(source),
            };
            header->msg_controllen =
                (nuint)ControlMessageWriter.Write(control, NetinetIn.IPPROTO_IP, NetinetIn.IP_PKTINFO, from);
            return;
        }

        address->_destination = new SocketAddressIn6
        {
            sin6_family = SysSocket.AF_INET6,
            sin6_scope_id = (uint)index.Value,
        };
        destination.CopyTo(new Span<byte>(address->_destination.sin6_addr, 16));
        header->msg_namelen = (uint)sizeof(SocketAddressIn6);
        var from6 = new PacketInformation6 { ipi6_ifindex = (uint)index.Value };
        source.CopyTo(new Span<byte>(from6.ipi6_addr, 16));
        header->msg_controllen =
            (nuint)ControlMessageWriter.Write(control, NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_PKTINFO, from6);
    }
}
