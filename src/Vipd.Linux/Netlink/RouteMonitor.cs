using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>
/// Reports what happens to links and addresses in the network namespace of the thread that made it (rtnetlink(7)).
/// It never blocks; for one thread; reading allocates nothing.
/// </summary>
public sealed class RouteMonitor : IDisposable
{
    private const uint Groups =
        LinuxRtnetlink.RTMGRP_LINK | LinuxRtnetlink.RTMGRP_IPV4_IFADDR | LinuxRtnetlink.RTMGRP_IPV6_IFADDR;

    private readonly NetlinkSocket _socket;
    private readonly byte[] _pending = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>Starts listening: list links and addresses after this, so that nothing falls in between.</summary>
    /// <param name="receiveBufferBytes">What the kernel may queue, some 1,500 octets a change.</param>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public RouteMonitor(int receiveBufferBytes = 4 << 20)
    {
        _socket = new NetlinkSocket(nonBlocking: true, Groups, receiveBufferBytes);
    }

    /// <summary>
    /// Readable while the kernel has changes queued. Call <see cref="TryRead"/> until it says false: what it has taken
    /// out of the kernel already doesn't make this readable.
    /// </summary>
    public FileDescriptor Descriptor => _socket.Descriptor;

    /// <summary>The next change; false: nothing more for now.</summary>
    public bool TryRead(out RouteChange change)
    {
        while (true)
        {
            while (_start < _end)
            {
                if (TryTake(out change))
                    return true;
            }

            switch (_socket.Receive(out ReadOnlySpan<byte> messages))
            {
                case NetlinkReceipt.Nothing:
                    change = default;
                    return false;
                case NetlinkReceipt.Overrun:
                    DropWhatIsQueued();
                    change = new RouteChange(RouteChangeKind.Overrun);
                    return true;
                default:
                    messages.CopyTo(_pending);
                    (_start, _end) = (0, messages.Length);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // It is older than the listing that is to come, and would undo it; and as long as some of it is there the kernel
    // throws away what is newer, without a word (NETLINK_S_CONGESTED of net/netlink/af_netlink.c).
    private void DropWhatIsQueued()
    {
        while (_socket.Receive(out _) != NetlinkReceipt.Nothing)
        {
        }
    }

    // Takes one message out of the buffer; false if it says nothing of interest.
    private bool TryTake(out RouteChange change)
    {
        change = default;
        var reader = new NetlinkReader(_pending.AsSpan(_start, _end - _start));
        if (!reader.TryNext(out NetlinkMessage message))
        {
            _start = _end;
            return false;
        }

        _start = Math.Min(_start + NetlinkWriter.Align(message.TotalLength), _end);
        return TryTranslate(message, out change);
    }

    private static bool TryTranslate(in NetlinkMessage message, out RouteChange change)
    {
        change = default;
        switch (message.Type)
        {
            case LinuxRtnetlink.RTM_NEWADDR or LinuxRtnetlink.RTM_DELADDR
                when AddressFacts.TryRead(message, out AddressFacts address):
                bool added = message.Type == LinuxRtnetlink.RTM_NEWADDR;
                change = new RouteChange(
                    added ? RouteChangeKind.AddressAdded : RouteChangeKind.AddressRemoved, address);
                return true;
            // A bridge reports its ports as links too, with its own family: leaving the bridge is no removal.
            case LinuxRtnetlink.RTM_NEWLINK or LinuxRtnetlink.RTM_DELLINK
                when LinkFacts.TryRead(message, out LinkFacts link) && link.IsWholeLink:
                bool changed = message.Type == LinuxRtnetlink.RTM_NEWLINK;
                change = new RouteChange(
                    changed ? RouteChangeKind.LinkChanged : RouteChangeKind.LinkRemoved, link);
                return true;
            default:
                return false;
        }
    }
}
