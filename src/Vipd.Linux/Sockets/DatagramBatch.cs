using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Sockets;

/// <summary>
/// Room for several datagrams, which one system call fills (recvmmsg(2)). Made once; whoever receives into it again
/// finds the former datagrams gone. For one thread.
/// </summary>
/// <param name="capacity">Datagrams, 1 and up. Each has room for the largest that there is, 64 KiB, of which only what
/// was received once is ever in memory.</param>
public sealed unsafe class DatagramBatch(int capacity)
{
    private const int DatagramBytes = 1 << 16;
    private const int ControlBytes = 128;

    // Pinned, as the kernel writes to them, and reads in the headers where they are.
    private readonly byte[] _datagrams = PinnedArray.Of<byte>(capacity * DatagramBytes);
    private readonly byte[] _control = PinnedArray.Of<byte>(capacity * ControlBytes);
    private readonly SocketAddressIn6[] _senders = PinnedArray.Of<SocketAddressIn6>(capacity);
    private readonly IoVector[] _vectors = PinnedArray.Of<IoVector>(capacity);
    private readonly MultiMessageHeader[] _headers = PinnedArray.Of<MultiMessageHeader>(capacity);
    private bool _isIPv6;

    /// <summary>How many datagrams there are, 0 to the capacity.</summary>
    public int Count { get; private set; }

    /// <summary>There may be more where these come from.</summary>
    public bool IsFull => Count == capacity;

    /// <summary>One datagram, as long as the next ones are not received.</summary>
    /// <param name="number">0 to <see cref="Count"/> - 1.</param>
    /// <param name="payload">What follows the IP header.</param>
    /// <param name="datagram">Who sent it, and how.</param>
    /// <returns>False: it has no IP header that makes sense, or the kernel did not say whom it was sent to.</returns>
    public bool TryRead(int number, out ReadOnlySpan<byte> payload, out IpDatagram datagram)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)Count, nameof(number));
        ref readonly MessageHeader header = ref _headers[number].msg_hdr;
        ReadOnlySpan<byte> packet = _datagrams.AsSpan(number * DatagramBytes, (int)_headers[number].msg_len);
        ReadOnlySpan<byte> control = _control.AsSpan(number * ControlBytes, (int)header.msg_controllen);
        bool isWhole = _isIPv6
            ? TryDescribe(packet, PinnedArray.AddressOf(_senders) + number, control, out datagram)
            : IPv4Header.TryParse(packet, out datagram);
        payload = isWhole ? packet.Slice(datagram.PayloadOffset, datagram.PayloadLength) : default;
        return isWhole;
    }

    /// <summary>Takes what is queued, and nothing of an empty queue or a link that is down.</summary>
    /// <exception cref="LinuxException">The socket is in error.</exception>
    internal void Fill(FileDescriptor socket, bool isIPv6)
    {
        _isIPv6 = isIPv6;
        for (int i = 0; i < capacity; i++)
            Prepare(i);
        Count = 0;
        while (true)
        {
            int count = SysSocket.recvmmsg(socket, PinnedArray.AddressOf(_headers), (uint)capacity, 0, null);
            if (count >= 0)
            {
                Count = count;
                return;
            }

            if (Errno.Last is Errno.EAGAIN or Errno.ENETDOWN)
                return;
            if (Errno.Last != Errno.EINTR)
                throw LinuxException.Last("recvmmsg");
        }
    }

    // The kernel has written over the lengths of the time before. IPv4 has all that is to be known in its header.
    private void Prepare(int number)
    {
        _vectors[number] = new IoVector
        {
            iov_base = PinnedArray.AddressOf(_datagrams) + (number * DatagramBytes),
            iov_len = DatagramBytes,
        };
        _headers[number].msg_hdr = new MessageHeader
        {
            msg_name = _isIPv6 ? PinnedArray.AddressOf(_senders) + number : null,
            msg_namelen = _isIPv6 ? (uint)sizeof(SocketAddressIn6) : 0,
            msg_iov = PinnedArray.AddressOf(_vectors) + number,
            msg_iovlen = 1,
            msg_control = _isIPv6 ? PinnedArray.AddressOf(_control) + (number * ControlBytes) : null,
            msg_controllen = _isIPv6 ? (nuint)ControlBytes : 0,
        };
    }

    private static bool TryDescribe(
        ReadOnlySpan<byte> packet, SocketAddressIn6* sender, ReadOnlySpan<byte> control, out IpDatagram datagram)
    {
        byte hopLimit = 0;
        ReadOnlySpan<byte> destination = default;
        var reader = new ControlMessageReader(control);
        while (reader.TryNext(out int level, out int type, out ReadOnlySpan<byte> data))
        {
            if (level != NetinetIn.IPPROTO_IPV6)
                continue;
            if (type == NetinetIn.IPV6_PKTINFO)
                destination = data[..16];
            else if (type == NetinetIn.IPV6_HOPLIMIT)
                hopLimit = (byte)MemoryMarshal.Read<int>(data);
        }

        var source = new ReadOnlySpan<byte>(sender->sin6_addr, 16);
        datagram = destination.IsEmpty ? default : new IpDatagram(source, destination, ..packet.Length, hopLimit);
        return !destination.IsEmpty;
    }
}
