using Vipd.Linux.Interop;

namespace Vipd.Linux.Sockets;

/// <summary>
/// Datagrams that wait for one system call to hand them all to the kernel (sendmmsg(2)). Made once; for one thread.
/// </summary>
/// <param name="capacity">Datagrams, 1 and up.</param>
/// <param name="octets">Of payload, of all of them together.</param>
public sealed unsafe class OutgoingBatch(int capacity, int octets)
{
    // Pinned: the headers hold the addresses of the rest, and the kernel reads it all where it is.
    private readonly byte[] _payloads = PinnedArray.Of<byte>(octets);
    private readonly DatagramAddress[] _addresses = PinnedArray.Of<DatagramAddress>(capacity);
    private readonly IoVector[] _vectors = PinnedArray.Of<IoVector>(capacity);
    private readonly MultiMessageHeader[] _headers = PinnedArray.Of<MultiMessageHeader>(capacity);
    private int _used;

    /// <summary>How many wait, 0 to the capacity.</summary>
    public int Count { get; private set; }

    /// <summary>None waits any more.</summary>
    public void Clear() => Count = _used = 0;

    /// <summary>Copies a datagram. False: there is no room left for it.</summary>
    internal bool TryAdd(
        InterfaceIndex index,
        ReadOnlySpan<byte> payload,
        ReadOnlySpan<byte> sourceAddress,
        ReadOnlySpan<byte> destinationAddress)
    {
        if (Count == capacity || payload.Length > octets - _used)
            return false;
        payload.CopyTo(_payloads.AsSpan(_used));
        IoVector* vector = PinnedArray.AddressOf(_vectors) + Count;
        *vector = new IoVector
        {
            iov_base = PinnedArray.AddressOf(_payloads) + _used,
            iov_len = (nuint)payload.Length,
        };
        MultiMessageHeader* header = PinnedArray.AddressOf(_headers) + Count;
        *header = default;
        header->msg_hdr.msg_iov = vector;
        header->msg_hdr.msg_iovlen = 1;
        DatagramAddress.Set(
            PinnedArray.AddressOf(_addresses) + Count, &header->msg_hdr, index, sourceAddress, destinationAddress);
        _used += payload.Length;
        Count++;
        return true;
    }

    /// <summary>How many have gone out from number <paramref name="first"/> on, 1 and up.</summary>
    /// <exception cref="LinuxException">The first one was refused.</exception>
    internal int Send(FileDescriptor socket, int first)
    {
        while (true)
        {
            int sent = SysSocket.sendmmsg(socket, PinnedArray.AddressOf(_headers) + first, (uint)(Count - first), 0);
            if (sent > 0)
                return sent;
            if (Errno.Last != Errno.EINTR)
                throw LinuxException.Last("sendmmsg");
        }
    }
}
