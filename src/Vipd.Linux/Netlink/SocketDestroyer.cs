using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>
/// Ends the TCP connections whose local address is one of a set, with a reset to the far end, through sock_diag(7)
/// (SOCK_DESTROY, Linux 4.5 and later). Only while the address is on an interface can the kernel send that reset, so
/// this comes before the address is removed. Sockets that listen stay: destroyed, a listener would never accept again.
/// </summary>
/// <remarks>
/// <para>The work is done in steps that are bounded, for a thread that has deadlines: one buffer of the kernel's
/// listing (some 300 sockets), or <see cref="DestroyedAStep"/> sockets. The kernel is deliberately not asked to filter
/// the listing: with a filter it fills a buffer with matches however many other sockets it passes.</para>
/// <para>Listing and destroying take turns until a listing finds nothing more: destroying shifts what the kernel counts
/// on to continue a listing, and connections are made meanwhile. For one thread; no step allocates.</para>
/// </remarks>
public sealed class SocketDestroyer : IDisposable
{
    /// <summary>Sockets destroyed in one step; each takes some 6 µs.</summary>
    internal const int DestroyedAStep = 64;

    private const int FoundInAListing = 512;
    private const int MostListings = 32;

    // The errors of one step, which are all that is ever queued besides a listing.
    private const int ReceiveBufferBytes = 1 << 18;

    // TCP_NEW_SYN_RECV of net/tcp_states.h, a connection request; the last state, and in no header of user space.
    private const int NewSynReceived = 12;

    // TIME_WAIT: both ends know already, and it guards against old duplicates. CLOSE: bound, not connected.
    private const uint States = ((1u << (NewSynReceived + 1)) - (1u << NetinetTcp.TCP_ESTABLISHED))
        & ~((1u << NetinetTcp.TCP_LISTEN) | (1u << NetinetTcp.TCP_TIME_WAIT) | (1u << NetinetTcp.TCP_CLOSE));

    private readonly NetlinkSocket _socket;
    private readonly byte[] _requests = new byte[DestroyedAStep * 80];
    private readonly Found[] _found = new Found[FoundInAListing];
    private LocalAddressSet? _at;
    private byte _listing;
    private int _listings;
    private int _count;
    private int _cursor;
    private int _destroyedOfListing;
    private int _refusal;
    private uint _sequence;

    /// <summary>Opens a socket in the network namespace of the calling thread.</summary>
    /// <exception cref="LinuxException">The kernel has no sock_diag, or no descriptor is left.</exception>
    public SocketDestroyer() =>
        _socket = new NetlinkSocket(
            nonBlocking: true, groups: 0, ReceiveBufferBytes, LinuxNetlink.NETLINK_SOCK_DIAG);

    /// <summary>Sockets destroyed for the set that is in work, or was last.</summary>
    public int Destroyed { get; private set; }

    /// <summary>
    /// The next step for the connections at these addresses; the first call begins. One set at a time: while another
    /// one is in work, nothing is done.
    /// </summary>
    /// <param name="at">The same object in every call.</param>
    /// <param name="refused">With the last step: the kernel's reason for having destroyed nothing (EPERM, EOPNOTSUPP
    /// without CONFIG_INET_DIAG_DESTROY); null if there was nothing to destroy, or some were.</param>
    /// <returns>True while there is more to do.</returns>
    public bool Continue(LocalAddressSet at, out LinuxException? refused)
    {
        refused = null;
        if (_at is not null && _at != at)
            return true;
        try
        {
            if (_at is null)
                Begin(at);
            else if (_listing != SysSocket.AF_UNSPEC)
                ReadListing();
            else
                DestroyFound();
        }
        catch (LinuxException failed)
        {
            refused = failed;
            Abandon(at);
        }

        if (_at is not null)
            return true;
        if (refused is null && Destroyed == 0 && _refusal != 0)
            refused = new LinuxException("SOCK_DESTROY", _refusal);
        return false;
    }

    /// <summary>Ends the work for a set before it is done; nothing happens if it is not in work.</summary>
    public void Abandon(LocalAddressSet at)
    {
        if (_at != at)
            return;
        _at = null;

        // What a listing has left to say would be in the way of the next one (EBUSY). Behind its end there is nothing.
        if (_listing != SysSocket.AF_UNSPEC)
        {
            while (_socket.Receive(out _) != NetlinkReceipt.Nothing)
            {
            }
        }

        _listing = SysSocket.AF_UNSPEC;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Begin(LocalAddressSet at)
    {
        _at = at;
        _listings = 0;
        _refusal = 0;
        Destroyed = 0;
        BeginRound();
    }

    private void BeginRound()
    {
        _listings++;
        _count = 0;
        _cursor = 0;
        _destroyedOfListing = 0;
        List(SysSocket.AF_INET);
    }

    private void List(int family)
    {
        _listing = (byte)family;
        var writer = new NetlinkWriter(_requests);
        writer.Begin(
            LinuxSockDiag.SOCK_DIAG_BY_FAMILY,
            LinuxNetlink.NLM_F_REQUEST | LinuxNetlink.NLM_F_DUMP,
            ++_sequence,
            new InternetDiagnosticRequest
            {
                sdiag_family = (byte)family,
                sdiag_protocol = NetinetIn.IPPROTO_TCP,
                idiag_states = States,
            });
        writer.End();
        _socket.Send(_requests.AsSpan(0, writer.Length));
    }

    private void ReadListing()
    {
        // The kernel writes the next part of a listing when one is read, so there always is one.
        if (_socket.Receive(out ReadOnlySpan<byte> messages) == NetlinkReceipt.Nothing)
            throw new LinuxException("sock_diag dump", Errno.ETIMEDOUT);
        byte listed = _listing;
        TakeListing(messages);
        if (_listing != SysSocket.AF_UNSPEC)
            return;
        if (listed == SysSocket.AF_INET)
            List(SysSocket.AF_INET6);
        else if (_count == 0)
            _at = null;
    }

    /// <summary>Takes what matches out of a part of a listing; its end leaves no listing under way.</summary>
    private void TakeListing(ReadOnlySpan<byte> messages)
    {
        var reader = new NetlinkReader(messages);
        while (reader.TryNext(out NetlinkMessage message))
        {
            if (message.Sequence != _sequence)
                continue;
            if (message.Type == LinuxSockDiag.SOCK_DIAG_BY_FAMILY)
            {
                TakeSocket(message.Payload);
                continue;
            }

            if (message.Type is not (LinuxNetlink.NLMSG_DONE or LinuxNetlink.NLMSG_ERROR))
                continue;
            _listing = SysSocket.AF_UNSPEC;
            if (MemoryMarshal.TryRead(message.Payload, out int negativeErrno) && negativeErrno < 0)
                throw new LinuxException("sock_diag dump", -negativeErrno);
        }
    }

    private void TakeSocket(ReadOnlySpan<byte> payload)
    {
        if (_count == _found.Length || !MemoryMarshal.TryRead(payload, out InternetDiagnosticMessage socket))
            return;
        if (_at!.Contains(LocalAddressOf(ref socket)))
            _found[_count++] = new Found(socket.idiag_family, socket.id);
    }

    private static unsafe ReadOnlySpan<byte> LocalAddressOf(ref InternetDiagnosticMessage socket)
    {
        int words = socket.idiag_family == SysSocket.AF_INET ? 1 : 4;
        return MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref socket.id.idiag_src[0], words));
    }

    private void DestroyFound()
    {
        int count = Math.Min(DestroyedAStep, _count - _cursor);
        var writer = new NetlinkWriter(_requests);
        foreach (ref readonly Found found in _found.AsSpan(_cursor, count))
        {
            var request = new InternetDiagnosticRequest
            {
                sdiag_family = found.Family,
                sdiag_protocol = NetinetIn.IPPROTO_TCP,
                id = found.Id,
            };
            writer.Begin(LinuxSockDiag.SOCK_DESTROY, LinuxNetlink.NLM_F_REQUEST, ++_sequence, request);
            writer.End();
        }

        _socket.Send(_requests.AsSpan(0, writer.Length));
        _cursor += count;
        _destroyedOfListing += count - CountErrors();
        if (_cursor < _count)
            return;
        Destroyed += _destroyedOfListing;
        if (_destroyedOfListing == 0 || _listings == MostListings)
            _at = null;
        else
            BeginRound();
    }

    /// <summary>The kernel has acted when it takes the requests, and answers those that failed.</summary>
    private int CountErrors()
    {
        int errors = 0;
        while (_socket.Receive(out ReadOnlySpan<byte> answers) != NetlinkReceipt.Nothing)
        {
            var reader = new NetlinkReader(answers);
            while (reader.TryNext(out NetlinkMessage message))
            {
                if (message.Type != LinuxNetlink.NLMSG_ERROR)
                    continue;
                if (!MemoryMarshal.TryRead(message.Payload, out int negativeErrno) || negativeErrno == 0)
                    continue;
                errors++;

                // ENOENT: it has ended by itself meanwhile.
                if (-negativeErrno != Errno.ENOENT)
                    _refusal = -negativeErrno;
            }
        }

        return errors;
    }

    private readonly record struct Found(byte Family, InternetDiagnosticSocketId Id);
}
