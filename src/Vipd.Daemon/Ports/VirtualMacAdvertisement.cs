using Vipd.Linux;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Ports;

/// <summary>
/// The Advertisement to the group as a frame with the Virtual Router MAC Address as its source (RFC 9568 §7.2), sent on
/// the interface below the macvlan, with that one's address as the IP source.
/// </summary>
internal sealed class VirtualMacAdvertisement
{
    private readonly PacketSocket _socket;
    private readonly byte[] _frame;
    private readonly int _headerLength;

    public VirtualMacAdvertisement(
        PacketSocket socket, MacAddress sender, InternetAddress source, PreparedAdvertisement prepared)
    {
        _socket = socket;
        _headerLength = AdvertisementFrame.HeaderLength(source.IsIPv6);
        _frame = new byte[_headerLength + prepared.Message.Length];
        AdvertisementFrame.Write(
            _frame, sender, source, InternetAddress.From(prepared.Destination), prepared.Message);
    }

    public LinuxException? Send(Priority priority)
    {
        Advertisement.ChangePriority(_frame.AsSpan(_headerLength), priority);
        try
        {
            return _socket.SendBatch(_frame, _frame.Length, 1) == 1
                ? null
                : new LinuxException("sendmmsg", PacketSocket.QueueFull, "the queue of the interface is full");
        }
        catch (LinuxException refused)
        {
            return refused;
        }
    }
}
