using Vipd.Linux;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Ports;

/// <summary>The Advertisements of one router: written once, then only the priority and checksum change.</summary>
internal sealed class AdvertisementSender
{
    private readonly RawIpSocket _socket;
    private readonly byte[] _message;
    private readonly byte[] _source;
    private readonly byte[] _group;

    public AdvertisementSender(
        RawIpSocket socket,
        Vrid vrid,
        Centiseconds interval,
        ReadOnlySpan<InternetAddress> addresses,
        InternetAddress source,
        InternetAddress group,
        ChecksumForm form)
    {
        int count = Math.Min(addresses.Length, Advertisement.MaximumAddressCount);
        ReadOnlySpan<InternetAddress> advertised = addresses[..count];
        _socket = socket;
        _message = new byte[Advertisement.LengthOf(advertised.Length, source.IsIPv6)];
        Advertisement.Write(_message, vrid, Priority.Default, interval, advertised, source, group, form);
        _source = Octets(source);
        _group = Octets(group);
    }

    public LinuxException? Send(Priority priority)
    {
        Advertisement.ChangePriority(_message, priority);
        try
        {
            _socket.Send(_message, _source, _group);
            return null;
        }
        catch (LinuxException refused)
        {
            return refused;
        }
    }

    private static byte[] Octets(InternetAddress address)
    {
        byte[] octets = new byte[address.Length];
        address.CopyTo(octets);
        return octets;
    }
}
