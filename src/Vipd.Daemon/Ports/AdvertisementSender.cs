using Vipd.Linux;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Ports;

/// <summary>
/// A message that is complete but for its priority, and where it goes. Each destination has its own: the checksum of
/// VRRPv3 covers it.
/// </summary>
internal sealed record PreparedAdvertisement(byte[] Message, byte[] Destination);

/// <summary>
/// The Advertisements of one router, to the group or to each peer: written once, then only the priority and checksum
/// change.
/// </summary>
internal sealed class AdvertisementSender
{
    private readonly RawIpSocket _socket;
    private readonly byte[] _source;
    private readonly PreparedAdvertisement[] _messages;

    public AdvertisementSender(
        RawIpSocket socket, InternetAddress source, IEnumerable<PreparedAdvertisement> messages)
    {
        _socket = socket;
        _source = new byte[source.Length];
        source.CopyTo(_source);
        _messages = [.. messages];
    }

    /// <summary>A peer that the kernel refuses does not keep the others from hearing us.</summary>
    public LinuxException? Send(Priority priority)
    {
        LinuxException? refusal = null;
        foreach (PreparedAdvertisement prepared in _messages)
        {
            Advertisement.ChangePriority(prepared.Message, priority);
            try
            {
                _socket.Send(prepared.Message, _source, prepared.Destination);
            }
            catch (LinuxException refused)
            {
                refusal ??= refused;
            }
        }

        return refusal;
    }
}
