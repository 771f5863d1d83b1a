using System.Net.Sockets;
using System.Runtime.InteropServices;
using Vipd.Linux.Interop;
using Vipd.Linux.Sockets;

namespace Vipd.Linux.Netlink;

/// <summary>
/// Adds, renews, deletes and lists addresses in the network namespace of the thread that made it (rtnetlink(7)).
/// Requests are queued and handed over together. For one thread; queueing (up to the capacity) and committing allocate
/// nothing, listing does.
/// </summary>
public sealed unsafe class AddressNetlink : IDisposable
{
    // One send; the kernel refuses more than the socket's send buffer (net.core.wmem_default, 212,992 octets).
    private const int BatchBytes = 64 * 1024;

    private const int ReceiveBufferBytes = 1 << 20;

    // What the kernel charges for one acknowledgement: a buffer of 512 octets and its administration, rounded up.
    private const int AcknowledgementBytes = 2048;

    // The kernel acts within the send, so an answer that is not there by now was lost.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMilliseconds(500);

    private readonly NetlinkSocket _socket;
    private readonly byte[] _batch = new byte[BatchBytes];
    private readonly int _mostInABatch;
    private Queued[] _queue;
    private uint _sequence;

    /// <summary>Opens a socket. Changing addresses later needs CAP_NET_ADMIN, listing them nothing.</summary>
    /// <param name="capacity">Requests that can be queued without an allocation.</param>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public AddressNetlink(int capacity = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _queue = new Queued[capacity];
        _socket = new NetlinkSocket(nonBlocking: false, groups: 0, ReceiveBufferBytes);
        FileDescriptor fd = _socket.Descriptor;
        var timeout = new TimeValue { tv_usec = (nint)AnswerTimeout.TotalMicroseconds };
        SocketOptions.Set(fd, SysSocket.SOL_SOCKET, SysSocket.SO_RCVTIMEO, timeout, "SO_RCVTIMEO");
        SocketOptions.Set(fd, SysSocket.SOL_SOCKET, SysSocket.SO_SNDTIMEO, timeout, "SO_SNDTIMEO");
        // A refusal is then as short as an agreement: without the request that was refused.
        SocketOptions.Set(fd, LinuxNetlink.SOL_NETLINK, LinuxNetlink.NETLINK_CAP_ACK, 1, "NETLINK_CAP_ACK");
        int fit = SocketOptions.ReceiveBufferBytes(fd) / AcknowledgementBytes;
        _mostInABatch = Math.Clamp(fit, 1, BatchBytes / AddressMessages.LargestBytes);
    }

    /// <summary>Requests queued since the last <see cref="Commit"/>.</summary>
    public int PendingCount { get; private set; }

    /// <summary>Queues the addition or, by its mode, the renewal of an address.</summary>
    public void Add(in AddressRequest request) => Enqueue(request, isDelete: false);

    /// <summary>
    /// Queues the removal of an address: interface, address and prefix length count, the rest doesn't.
    /// </summary>
    public void Delete(in AddressRequest request) => Enqueue(request, isDelete: true);

    /// <summary>
    /// Hands all queued requests to the kernel, in order; one that fails doesn't stop those behind it.
    /// </summary>
    /// <param name="errnos">
    /// Receives one error number for each request, in order, 0 = done. ETIMEDOUT: the answer was lost and the request
    /// may or may not have been carried out. At least <see cref="PendingCount"/> long.
    /// </param>
    /// <returns>How many failed. The queue is empty afterwards.</returns>
    /// <exception cref="LinuxException">The batch as a whole could not be sent; the queue is empty all the
    /// same.</exception>
    public int Commit(Span<int> errnos)
    {
        int count = PendingCount;
        if (errnos.Length < count)
            throw new ArgumentException($"room for {count} error numbers is needed", nameof(errnos));
        PendingCount = 0;
        errnos = errnos[..count];
        errnos.Fill(Errno.ETIMEDOUT);
        for (int done = 0; done < count; done += _mostInABatch)
        {
            int size = Math.Min(_mostInABatch, count - done);
            CommitBatch(_queue.AsSpan(done, size), errnos.Slice(done, size));
        }

        int failed = 0;
        foreach (int errno in errnos)
            failed += errno == 0 ? 0 : 1;
        return failed;
    }

    /// <summary>
    /// Packets that reach the interface for this address are this machine's. An IPv6 address that was just added may
    /// not be there yet: its route is the work of a kernel thread, some microseconds later, or milliseconds on a busy
    /// machine. Allocates nothing.
    /// </summary>
    /// <exception cref="LinuxException">The question could not be sent.</exception>
    public bool IsLocal(in IpOctets address, InterfaceIndex at)
    {
        var writer = new NetlinkWriter(_batch);
        writer.Begin(LinuxRtnetlink.RTM_GETROUTE, LinuxNetlink.NLM_F_REQUEST, ++_sequence, new RouteMessage
        {
            rtm_family = AddressMessages.FamilyOf(address),
            rtm_dst_len = (byte)(8 * address.Length),
        });
        writer.Attribute(LinuxRtnetlink.RTA_DST, address.Span);
        writer.Attribute(LinuxRtnetlink.RTA_OIF, at.Value);
        writer.End();
        _socket.Send(_batch.AsSpan(0, writer.Length));
        while (_socket.Receive(out ReadOnlySpan<byte> answers) == NetlinkReceipt.Messages)
        {
            var reader = new NetlinkReader(answers);
            while (reader.TryNext(out NetlinkMessage message))
            {
                if (message.Sequence == _sequence)
                {
                    return message.Type == LinuxRtnetlink.RTM_NEWROUTE
                        && message.TryRead(out RouteMessage route, out _) && route.rtm_type == LinuxRtnetlink.RTN_LOCAL;
                }
            }
        }

        return false;
    }

    /// <summary>All addresses of one family, or of both for Unspecified.</summary>
    /// <exception cref="LinuxException">The kernel refused, or addresses changed during each of 8 listings
    /// (EAGAIN).</exception>
    public IReadOnlyList<InterfaceAddress> ListAddresses(AddressFamily family)
    {
        var part = new InterfaceAddressMessage { ifa_family = AddressMessages.FamilyOf(family) };
        return NetlinkListing.Of(
            _socket, ref _sequence, LinuxRtnetlink.RTM_GETADDR, LinuxRtnetlink.RTM_NEWADDR, part, (in message) =>
                AddressFacts.TryRead(message, out AddressFacts facts) ? facts.ToRecord() : null);
    }

    /// <summary>All interfaces.</summary>
    /// <exception cref="LinuxException">The kernel refused, or links changed during each of 8 listings
    /// (EAGAIN).</exception>
    public IReadOnlyList<InterfaceLink> ListLinks() => NetlinkListing.OfLinks(
        _socket, ref _sequence, (in message) =>
            LinkFacts.TryRead(message, out LinkFacts facts) ? facts.ToRecord() : null);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Enqueue(in AddressRequest request, bool isDelete)
    {
        if (request.Address.Length == 0)
            throw new ArgumentException("the request has no address", nameof(request));
        if (PendingCount == _queue.Length)
            Array.Resize(ref _queue, _queue.Length * 2);
        _queue[PendingCount++] = new Queued(request, isDelete);
    }

    /// <summary>
    /// The kernel answers for each request that fails and, since it is asked for that, for the last one: behind which
    /// nothing more comes.
    /// </summary>
    private void CommitBatch(ReadOnlySpan<Queued> requests, Span<int> errnos)
    {
        var writer = new NetlinkWriter(_batch);
        uint first = _sequence + 1;
        for (int i = 0; i < requests.Length; i++)
        {
            ref readonly Queued queued = ref requests[i];
            bool isLast = i == requests.Length - 1;
            if (queued.IsDelete)
                AddressMessages.WriteDelete(ref writer, queued.Request, ++_sequence, isLast);
            else
                AddressMessages.WriteAdd(ref writer, queued.Request, ++_sequence, isLast);
        }

        _socket.Send(_batch.AsSpan(0, writer.Length));
        bool isComplete = false;
        while (!isComplete && _socket.Receive(out ReadOnlySpan<byte> answers) == NetlinkReceipt.Messages)
            isComplete = TakeAnswers(answers, first, errnos);
        if (isComplete)
            errnos.Replace(Errno.ETIMEDOUT, 0);
    }

    // Whether the last one is among them; a late one to an earlier batch has a lower sequence number.
    private static bool TakeAnswers(ReadOnlySpan<byte> answers, uint first, Span<int> errnos)
    {
        bool isComplete = false;
        var reader = new NetlinkReader(answers);
        while (reader.TryNext(out NetlinkMessage message))
        {
            uint position = message.Sequence - first;
            if (message.Type != LinuxNetlink.NLMSG_ERROR || position >= (uint)errnos.Length)
                continue;
            if (!MemoryMarshal.TryRead(message.Payload, out int negativeErrno))
                continue;
            errnos[(int)position] = -negativeErrno;
            isComplete |= position == errnos.Length - 1;
        }

        return isComplete;
    }

    private readonly record struct Queued(AddressRequest Request, bool IsDelete);
}
