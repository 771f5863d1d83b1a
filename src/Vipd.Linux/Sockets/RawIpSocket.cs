using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Sockets;

/// <summary>
/// A raw IP socket of one protocol on one interface, member of a multicast group or of none; it never blocks. It sends
/// with TTL or hop limit 255 and traffic class 0xC0. For one thread; sending and receiving allocate nothing.
/// </summary>
public sealed unsafe class RawIpSocket : IDisposable
{
    private const int ControlBytes = 256;

    // Bounds the work of one call: epoll is level-triggered and reports the rest again.
    private const int MostMalformedInARow = 64;

    private readonly bool _isIPv6;
    private readonly InterfaceIndex _interface;

    private RawIpSocket(FileDescriptor descriptor, bool isIPv6, InterfaceIndex index)
    {
        Descriptor = descriptor;
        _isIPv6 = isIPv6;
        _interface = index;
    }

    /// <summary>Readable while datagrams are queued.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>
    /// Datagrams thrown away since the start because their IP header is impossible or the buffer was too small.
    /// </summary>
    public long MalformedDatagrams { get; private set; }

    /// <summary>Opens a socket that is in no group: it receives what is sent to this machine alone.</summary>
    /// <param name="family">InterNetwork or InterNetworkV6.</param>
    /// <param name="protocol">IP protocol number.</param>
    /// <param name="index">The interface to which all is limited.</param>
    /// <param name="interfaceName">The same interface's name (SO_BINDTODEVICE takes nothing else on older
    /// kernels).</param>
    /// <param name="receiveBufferBytes">What may be queued; above net.core.rmem_max with CAP_NET_ADMIN only.</param>
    /// <param name="ipv6ChecksumOffset">Where the payload holds the checksum that the kernel fills in and checks;
    /// even.</param>
    /// <exception cref="LinuxException">EPERM without CAP_NET_RAW; ENODEV without such an interface;
    /// others.</exception>
    public static RawIpSocket Open(
        AddressFamily family,
        byte protocol,
        InterfaceIndex index,
        string interfaceName,
        int receiveBufferBytes,
        int ipv6ChecksumOffset = 6)
    {
        ArgumentException.ThrowIfNullOrEmpty(interfaceName);
        if (family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
            throw new ArgumentException("IPv4 or IPv6", nameof(family));
        bool isIPv6 = family == AddressFamily.InterNetworkV6;
        FileDescriptor fd = SocketOptions.OpenRaw(isIPv6 ? SysSocket.AF_INET6 : SysSocket.AF_INET, protocol);
        try
        {
            SocketOptions.BindToInterface(fd, interfaceName);
            SocketOptions.SetReceiveBuffer(fd, receiveBufferBytes);
            SocketOptions.Set(fd, SysSocket.SOL_SOCKET, SysSocket.SO_TIMESTAMPNS, 1, "SO_TIMESTAMPNS");
            if (isIPv6)
                RawIpSocketSetup.ConfigureIPv6(fd, index, ipv6ChecksumOffset);
            else
                RawIpSocketSetup.ConfigureIPv4(fd, index);
            return new RawIpSocket(fd, isIPv6, index);
        }
        catch
        {
            fd.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="Open"/>, and joins a group.</summary>
    /// <exception cref="LinuxException">As in both.</exception>
    public static RawIpSocket OpenMulticast(
        AddressFamily family,
        byte protocol,
        InterfaceIndex index,
        string interfaceName,
        IPAddress group,
        int receiveBufferBytes)
    {
        RawIpSocket socket = Open(family, protocol, index, interfaceName, receiveBufferBytes);
        try
        {
            socket.Join(group);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Receives from now on what is sent to a group, but for our own packets.</summary>
    /// <param name="group">Of the socket's family.</param>
    /// <exception cref="LinuxException">EADDRINUSE: joined already; ENOBUFS: too many groups; others.</exception>
    public void Join(IPAddress group) => RawIpSocketSetup.ChangeMembership(Descriptor, _interface, group, joins: true);

    /// <summary>The opposite of <see cref="Join"/>.</summary>
    /// <exception cref="LinuxException">EADDRNOTAVAIL: not a member.</exception>
    public void Leave(IPAddress group) =>
        RawIpSocketSetup.ChangeMembership(Descriptor, _interface, group, joins: false);

    /// <summary>Takes the next datagram out of the queue.</summary>
    /// <param name="buffer">Receives the datagram, with its IP header for IPv4; one that doesn't fit is thrown
    /// away.</param>
    /// <param name="datagram">Where the payload is, and who sent it.</param>
    /// <returns>False: the queue is empty, or held 64 malformed datagrams in a row.</returns>
    /// <exception cref="LinuxException">The socket is in error. A link that is down is none: nothing is
    /// received.</exception>
    public bool TryReceive(Span<byte> buffer, out IpDatagram datagram)
    {
        byte* control = stackalloc byte[ControlBytes];
        for (int malformed = 0; malformed < MostMalformedInARow; malformed++)
        {
            SocketAddressIn6 sender;
            IoVector vector;
            MessageHeader header = default;
            header.msg_name = &sender;
            header.msg_namelen = (uint)sizeof(SocketAddressIn6);
            header.msg_iov = &vector;
            header.msg_iovlen = 1;
            header.msg_control = control;
            header.msg_controllen = ControlBytes;
            int length = Receive(buffer, &header);
            if (length < 0)
            {
                datagram = default;
                return false;
            }

            var source6 = new ReadOnlySpan<byte>(sender.sin6_addr, 16);
            var facts = new ReadOnlySpan<byte>(control, (int)header.msg_controllen);
            if ((header.msg_flags & SysSocket.MSG_TRUNC) == 0
                && TryDescribe(buffer[..length], source6, facts, out datagram))
            {
                return true;
            }

            MalformedDatagrams++;
        }

        datagram = default;
        return false;
    }

    /// <summary>Sends one datagram out of the interface.</summary>
    /// <param name="payload">What follows the IP header.</param>
    /// <param name="sourceAddress">4 or 16 octets: an address of this machine; for IPv4 any.</param>
    /// <param name="destinationAddress">4 or 16 octets: a group or a host.</param>
    /// <exception cref="LinuxException">
    /// ENETDOWN, EADDRNOTAVAIL or EINVAL (the source is not ours), EAGAIN and ENOBUFS (queues are full), others.
    /// </exception>
    public void Send(
        ReadOnlySpan<byte> payload, ReadOnlySpan<byte> sourceAddress, ReadOnlySpan<byte> destinationAddress)
    {
        int addressLength = _isIPv6 ? 16 : 4;
        if (sourceAddress.Length != addressLength || destinationAddress.Length != addressLength)
            throw new ArgumentException("addresses are of the socket's family", nameof(sourceAddress));
        SocketAddressIn6 destination = default;
        byte* control = stackalloc byte[ControlBytes];
        var controlSpan = new Span<byte>(control, ControlBytes);
        MessageHeader header = default;
        header.msg_name = &destination;
        header.msg_control = control;
        (uint nameLength, int controlLength) = _isIPv6
            ? Address6(&destination, controlSpan, sourceAddress, destinationAddress)
            : Address4((SocketAddressIn*)&destination, controlSpan, sourceAddress, destinationAddress);
        header.msg_namelen = nameLength;
        header.msg_controllen = (nuint)controlLength;
        fixed (byte* bytes = payload)
        {
            IoVector vector = new() { iov_base = bytes, iov_len = (nuint)payload.Length };
            header.msg_iov = &vector;
            header.msg_iovlen = 1;
            while (SysSocket.sendmsg(Descriptor, &header, 0) < 0)
            {
                if (Errno.Last != Errno.EINTR)
                    throw LinuxException.Last("sendmsg");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();

    private (uint NameLength, int ControlLength) Address4(
        SocketAddressIn* name, Span<byte> control, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination)
    {
        name->sin_family = SysSocket.AF_INET;
        name->sin_addr = MemoryMarshal.Read<uint>(destination);
        var information = new PacketInformation
        {
            ipi_ifindex = _interface.Value,
            ipi_spec_dst = MemoryMarshal.Read<uint>(source),
        };
        int length = ControlMessageWriter.Write(control, NetinetIn.IPPROTO_IP, NetinetIn.IP_PKTINFO, information);
        return ((uint)sizeof(SocketAddressIn), length);
    }

    private (uint NameLength, int ControlLength) Address6(
        SocketAddressIn6* name, Span<byte> control, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination)
    {
        name->sin6_family = SysSocket.AF_INET6;
        name->sin6_scope_id = (uint)_interface.Value;
        destination.CopyTo(new Span<byte>(name->sin6_addr, 16));
        var information = new PacketInformation6 { ipi6_ifindex = (uint)_interface.Value };
        source.CopyTo(new Span<byte>(information.ipi6_addr, 16));
        int length = ControlMessageWriter.Write(control, NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_PKTINFO, information);
        return ((uint)sizeof(SocketAddressIn6), length);
    }

    // The length, or -1 for nothing there.
    private int Receive(Span<byte> buffer, MessageHeader* header)
    {
        fixed (byte* bytes = buffer)
        {
            header->msg_iov->iov_base = bytes;
            header->msg_iov->iov_len = (nuint)buffer.Length;
            while (true)
            {
                nint length = SysSocket.recvmsg(Descriptor, header, 0);
                if (length >= 0)
                    return (int)length;
                switch (Errno.Last)
                {
                    case Errno.EINTR:
                        continue;
                    case Errno.EAGAIN or Errno.ENETDOWN:
                        return -1;
                    default:
                        throw LinuxException.Last("recvmsg");
                }
            }
        }
    }

    private bool TryDescribe(
        ReadOnlySpan<byte> packet, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> control, out IpDatagram datagram)
    {
        DatagramFacts facts = default;
        ReadOnlySpan<byte> destination = default;
        var reader = new ControlMessageReader(control);
        while (reader.TryNext(out int level, out int type, out ReadOnlySpan<byte> data))
        {
            switch (level, type)
            {
                case (SysSocket.SOL_SOCKET, SysSocket.SCM_TIMESTAMPNS):
                    long received = MemoryMarshal.Read<TimeSpecification>(data).ToNanoseconds();
                    facts = facts with { ReceivedRealtimeNanoseconds = received };
                    break;
                case (NetinetIn.IPPROTO_IP, NetinetIn.IP_PKTINFO):
                    var information = MemoryMarshal.Read<PacketInformation>(data);
                    facts = facts with { Interface = new InterfaceIndex(information.ipi_ifindex) };
                    break;
                case (NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_PKTINFO):
                    destination = data[..16];
                    facts = facts with { Interface = new InterfaceIndex(MemoryMarshal.Read<int>(data[16..])) };
                    break;
                case (NetinetIn.IPPROTO_IPV6, NetinetIn.IPV6_HOPLIMIT):
                    facts = facts with { TimeToLive = (byte)MemoryMarshal.Read<int>(data) };
                    break;
            }
        }

        if (!_isIPv6)
            return IPv4Header.TryParse(packet, facts, out datagram);
        datagram = destination.IsEmpty ? default : new IpDatagram(sender, destination, ..packet.Length, facts);
        return !destination.IsEmpty;
    }
}
