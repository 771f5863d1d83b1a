using Vipd.Linux;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;

namespace Vipd.Daemon.Ports;

/// <summary>
/// The announcements of one router's addresses, in the protocol of their family. The frames are written once and sent
/// in batches.
/// </summary>
internal sealed class Announcer
{
    private readonly PacketSocket _socket;
    private readonly ILinkProtocol _protocol;
    private readonly InternetAddress[] _addresses;
    private readonly byte[] _frames;
    private MacAddress _own;

    public Announcer(PacketSocket socket, ILinkProtocol protocol, InternetAddress[] addresses, MacAddress own)
    {
        _socket = socket;
        _protocol = protocol;
        _addresses = addresses;
        _frames = new byte[addresses.Length * BlockLength];
        ChangeLinkLayerAddress(own);
    }

    private int BlockLength => _protocol.FramesAnAddress * _protocol.FrameLength;

    public void ChangeLinkLayerAddress(MacAddress own)
    {
        _own = own;
        WriteFrames(own);
    }

    public LinuxException? Announce(int first, int count, out int sent)
    {
        sent = 0;
        try
        {
            sent = _socket.SendBatch(
                _frames.AsSpan(first * BlockLength, count * BlockLength),
                _protocol.FrameLength,
                count * _protocol.FramesAnAddress);
            return null;
        }
        catch (LinuxException refused)
        {
            return refused;
        }
    }

    /// <summary>
    /// Says that each address is at another node's link-layer address; the frames are still sent from the own one, so
    /// that no switch looks for the other node here.
    /// </summary>
    public LinuxException? PointTo(MacAddress at, out int sent)
    {
        WriteFrames(at);
        LinuxException? refused = Announce(0, _addresses.Length, out sent);
        WriteFrames(_own);
        return refused;
    }

    private void WriteFrames(MacAddress at)
    {
        for (int i = 0; i < _addresses.Length; i++)
            _protocol.WriteFrames(_frames.AsSpan(i * BlockLength, BlockLength), _addresses[i], at, _own);
    }
}
