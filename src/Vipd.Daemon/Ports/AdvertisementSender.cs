using Vipd.Linux;
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
    private readonly AdvertisementOutbox _outbox;
    private readonly byte[] _source;
    private readonly PreparedAdvertisement[] _messages;

    public AdvertisementSender(
        AdvertisementOutbox outbox, InternetAddress source, IEnumerable<PreparedAdvertisement> messages)
    {
        _outbox = outbox;
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
                _outbox.Socket.Send(prepared.Message, _source, prepared.Destination);
            }
            catch (LinuxException refused)
            {
                refusal ??= refused;
            }
        }

        return refusal;
    }

    /// <summary>
    /// Where there is one destination: the Advertisement leaves with the others of the interface that are due.
    /// </summary>
    public bool TryQueue(Priority priority, Action<LinuxException?> receipt)
    {
        if (_messages is not [var prepared])
            return false;
        Advertisement.ChangePriority(prepared.Message, priority);
        _outbox.Add(prepared.Message, _source, prepared.Destination, receipt);
        return true;
    }
}
