using System.Net;
using System.Net.Sockets;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Sockets;

/// <summary>
/// A raw IP socket of one protocol on one interface, member of a multicast group or of none; it never blocks. It sends
/// with TTL or hop limit 255 and traffic class 0xC0. For one thread; sending and receiving allocate nothing.
/// </summary>
public sealed unsafe class RawIpSocket : IDisposable
{
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
        CheckFamily(sourceAddress, destinationAddress);
        DatagramAddress address;
        MessageHeader header = default;
        DatagramAddress.Set(&address, &header, _interface, sourceAddress, destinationAddress);
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

    /// <summary>Puts one datagram behind those that <see cref="Send(OutgoingBatch, int)"/> is to send.</summary>
    /// <returns>False: the batch is full.</returns>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public bool TryQueue(
        OutgoingBatch batch,
        ReadOnlySpan<byte> payload,
        ReadOnlySpan<byte> sourceAddress,
        ReadOnlySpan<byte> destinationAddress)
    {
        CheckFamily(sourceAddress, destinationAddress);
        return batch.TryAdd(_interface, payload, sourceAddress, destinationAddress);
    }

    /// <summary>Sends what was queued, from number <paramref name="first"/> on, until one is refused.</summary>
    /// <returns>How many went out, 1 and up.</returns>
    /// <exception cref="LinuxException">The first one was refused, as by the other Send.</exception>
    public int Send(OutgoingBatch batch, int first) => batch.Send(Descriptor, first);

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();

    private void CheckFamily(ReadOnlySpan<byte> sourceAddress, ReadOnlySpan<byte> destinationAddress)
    {
        int addressLength = _isIPv6 ? 16 : 4;
        if (sourceAddress.Length != addressLength || destinationAddress.Length != addressLength)
            throw new ArgumentException("addresses are of the socket's family", nameof(sourceAddress));
    }
}
