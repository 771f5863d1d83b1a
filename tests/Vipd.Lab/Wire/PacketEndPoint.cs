using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Vipd.Lab.Wire;

/// <summary>
/// struct sockaddr_ll (packet(7)): family (2), protocol in network order (2), interface index (4), 12 more octets.
/// </summary>
internal sealed class PacketEndPoint(ushort protocolNetworkOrder, int interfaceIndex) : EndPoint
{
    private const int Length = 20;

    public override AddressFamily AddressFamily => AddressFamily.Packet;

    public override SocketAddress Serialize()
    {
        var address = new SocketAddress(AddressFamily.Packet, Length);
        BinaryPrimitives.WriteUInt16LittleEndian(address.Buffer.Span[2..], protocolNetworkOrder);
        BinaryPrimitives.WriteInt32LittleEndian(address.Buffer.Span[4..], interfaceIndex);
        return address;
    }
}
