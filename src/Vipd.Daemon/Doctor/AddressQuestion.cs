using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Machine;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Doctor;

/// <summary>
/// Asks a link who has an address, so that nobody's cache learns anything wrong. IPv4: an ARP request from 0.0.0.0, as
/// the probes of RFC 5227 §2.1.1. IPv6: a Neighbor Solicitation from this node's own link-local address; from the
/// unspecified one the answer would go to all nodes, and could lead them to the stranger.
/// </summary>
internal sealed class AddressQuestion : IDisposable
{
    private const int ReceiveBufferOctets = 256 * 1024;

    private readonly InterfaceIndex _link;
    private readonly MacAddress _own;
    private readonly InternetAddress _asked;
    private readonly InternetAddress _asker;
    private readonly PacketSocket _answers;

    /// <param name="asker">See <see cref="AskerOn"/>.</param>
    /// <exception cref="LinuxException">EPERM without CAP_NET_RAW; others.</exception>
    public AddressQuestion(InterfaceLink link, InternetAddress asked, InternetAddress asker)
    {
        _link = link.Index;
        _own = new MacAddress(link.LinkLayerAddress);
        _asked = asked;
        _asker = asker;
        _answers = asked.IsIPv6
            ? PacketSocket.OpenReceiver(
                _link, (ushort)EtherType.IPv6,
                NeighborAdvertisementFilter.TargetIn([IpOctets.From(asked.ToIPAddress())]), ReceiveBufferOctets)
            : PacketSocket.OpenReceiver(
                _link, (ushort)EtherType.Arp, ArpFilter.SenderProtocolAddressIn([(uint)asked.Low]),
                ReceiveBufferOctets);
    }

    /// <summary>What to ask from; null with the reason why nobody can be asked.</summary>
    public static (InternetAddress? Asker, string? Problem) AskerOn(
        InterfaceLink link, AddressFamily family, MachineDescription machine, IEnumerable<IPAddress> virtualAddresses)
    {
        if (link.LinkLayerAddress.Length != MacAddress.Length)
            return (null, $"{link.Name} is no Ethernet interface");
        if (family == AddressFamily.InterNetwork)
            return (InternetAddress.From(IPAddress.Any), null);
        InterfaceAddress? own = machine.Addresses.FirstOrDefault(address =>
            address.Interface == link.Index && address.Address.IsIPv6LinkLocal && !address.IsTentative
            && !virtualAddresses.Contains(address.Address));
        return own is null
            ? (null, $"{link.Name} has no link-local address to ask from")
            : (InternetAddress.From(own.Address), null);
    }

    /// <exception cref="LinuxException">ENETDOWN, others.</exception>
    public void Ask()
    {
        Span<byte> frame = stackalloc byte[EthernetFrame.HeaderLength + NeighborSolicitation.Length];
        int length = _asked.IsIPv6 ? WriteSolicitation(frame) : WriteRequest(frame);
        using PacketSocket sender = PacketSocket.OpenSender(_link);
        sender.SendBatch(frame[..length], length, 1);
    }

    /// <summary>Link-layer addresses that have answered so far, each once.</summary>
    public IReadOnlyList<string> Read(byte[] buffer)
    {
        SortedSet<string> answers = new(StringComparer.Ordinal);
        while (_answers.TryReceive(buffer, out int length))
        {
            if (EthernetFrame.TryRead(buffer.AsSpan(0, length), out EthernetFrame frame)
                && AnswerIn(frame, _asked) is { } from)
            {
                answers.Add(from.ToString());
            }
        }

        return [.. answers];
    }

    public void Dispose() => _answers.Dispose();

    /// <summary>Who says in this frame that it has the address; null: nobody.</summary>
    internal static MacAddress? AnswerIn(in EthernetFrame frame, InternetAddress asked) => frame.Type switch
    {
        EtherType.Arp when ArpPacket.TryRead(frame.Payload, out ArpPacket packet)
            && packet.SenderProtocolAddress == asked => packet.SenderHardwareAddress,
        EtherType.IPv6 when NeighborAdvertisement.TryRead(frame.Payload, out NeighborAdvertisement advertisement)
            && advertisement.Target == asked => advertisement.TargetLinkLayerAddress ?? frame.Source,
        _ => null,
    };

    private int WriteRequest(Span<byte> frame)
    {
        var request = new ArpPacket
        {
            Operation = ArpOperation.Request,
            SenderHardwareAddress = _own,
            SenderProtocolAddress = _asker,
            TargetHardwareAddress = default,
            TargetProtocolAddress = _asked,
        };
        int header = EthernetFrame.WriteHeader(frame, MacAddress.Broadcast, _own, EtherType.Arp);
        request.WriteTo(frame[header..]);
        return header + ArpPacket.Length;
    }

    private int WriteSolicitation(Span<byte> frame)
    {
        var solicitation = new NeighborSolicitation(_asker, _asked, _own);
        int header = EthernetFrame.WriteHeader(
            frame, MacAddress.OfGroup(solicitation.Destination), _own, EtherType.IPv6);
        return header + solicitation.WriteTo(frame[header..]);
    }
}
