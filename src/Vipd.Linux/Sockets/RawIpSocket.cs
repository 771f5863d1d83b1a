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

    /// <summary>Takes what is queued, as far as it has room there.</summary>
    /// <param name="batch">What was in it is gone. Empty: nothing is queued; a link that is down is no
    /// error.</param>
    /// <exception cref="LinuxException">The socket is in error.</exception>
    public void Receive(DatagramBatch batch) => batch.Fill(Descriptor, _isIPv6);

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
}
