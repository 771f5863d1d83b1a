using System.Runtime.InteropServices;
using Vipd.Linux.Interop;
using Vipd.Linux.Sockets;

namespace Vipd.Linux.Netlink;

/// <summary>
/// Makes, switches, lists and deletes macvlans in the network namespace of the thread that made it (rtnetlink(7)), and
/// sets how an interface treats ARP: through IFLA_INET_CONF, with CAP_NET_ADMIN alone, where /proc/sys may be
/// read-only. For one thread; switching allocates nothing.
/// </summary>
public sealed class MacvlanNetlink : IDisposable
{
    /// <summary>EADDRINUSE: another macvlan on the same interface is up with the same hardware address.</summary>
    public const int AddressInUse = Errno.EADDRINUSE;

    private const int ReceiveBufferBytes = 1 << 18;

    // The kernel acts within the send, so an answer that is not there by now was lost.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMilliseconds(500);

    private readonly NetlinkSocket _socket;
    private readonly byte[] _request = new byte[MacvlanMessages.LargestBytes];
    private uint _sequence;

    /// <summary>Opens a socket. Changing anything later needs CAP_NET_ADMIN, listing nothing.</summary>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public MacvlanNetlink()
    {
        _socket = new NetlinkSocket(nonBlocking: false, groups: 0, ReceiveBufferBytes);
        var timeout = new TimeValue { tv_usec = (nint)AnswerTimeout.TotalMicroseconds };
        FileDescriptor fd = _socket.Descriptor;
        SocketOptions.Set(fd, SysSocket.SOL_SOCKET, SysSocket.SO_RCVTIMEO, timeout, "SO_RCVTIMEO");
        SocketOptions.Set(fd, LinuxNetlink.SOL_NETLINK, LinuxNetlink.NETLINK_CAP_ACK, 1, "NETLINK_CAP_ACK");
    }

    /// <summary>Every macvlan.</summary>
    /// <exception cref="LinuxException">The kernel refused, or links changed during each of 8 listings
    /// (EAGAIN).</exception>
    public IReadOnlyList<MacvlanLink> List() =>
        NetlinkListing.OfLinks(_socket, ref _sequence, (in message) => MacvlanFacts.TryRead(message));

    /// <summary>Makes a macvlan, down, and returns its number.</summary>
    /// <exception cref="LinuxException">EEXIST: an interface has that name; EBUSY: the lower interface is a port of a
    /// bridge or bond; EOPNOTSUPP: a kernel without macvlan; ENODEV; EPERM; others. Nothing is left then.</exception>
    public InterfaceIndex Create(MacvlanRequest request)
    {
        var writer = new NetlinkWriter(_request);
        MacvlanMessages.WriteCreate(ref writer, request, ++_sequence);
        Check(Carry(writer.Length), $"RTM_NEWLINK {request.Name}", Advise(request));
        InterfaceIndex index = List().FirstOrDefault(link => link.Name == request.Name)?.Index
            ?? throw new LinuxException($"RTM_NEWLINK {request.Name}", Errno.ENODEV, "somebody has removed it again");
        try
        {
            writer = new NetlinkWriter(_request);
            MacvlanMessages.WriteAlias(ref writer, index, request.Alias, ++_sequence);
            Check(Carry(writer.Length), $"RTM_SETLINK {request.Name}");

            // Where IPv6 is off there is nothing to switch off.
            writer = new NetlinkWriter(_request);
            MacvlanMessages.WriteNoGeneratedAddress(ref writer, index, ++_sequence);
            Carry(writer.Length);
            return index;
        }
        catch
        {
            TryDelete(index);
            throw;
        }
    }

    /// <summary>Deletes a link and its addresses; takes some 15 ms.</summary>
    /// <exception cref="LinuxException">EPERM; others. One that is not there is no failure.</exception>
    public void Delete(InterfaceIndex index) => Check(TryDelete(index), "RTM_DELLINK");

    /// <summary>Up, with the settings that a macvlan for virtual addresses needs.</summary>
    /// <returns>errno: 0, or <see cref="AddressErrno.NoInterface"/>, or another.</returns>
    public int SetUp(InterfaceIndex index)
    {
        var writer = new NetlinkWriter(_request);
        MacvlanMessages.WriteUp(ref writer, index, ++_sequence);
        return Carry(writer.Length);
    }

    /// <summary>Down: the kernel waits for a grace period of RCU, so this takes up to milliseconds.</summary>
    /// <returns>As of <see cref="SetUp"/>.</returns>
    public int SetDown(InterfaceIndex index)
    {
        var writer = new NetlinkWriter(_request);
        MacvlanMessages.WriteDown(ref writer, index, ++_sequence);
        return Carry(writer.Length);
    }

    /// <summary>What is set for the interface itself; null where there is none, or no IPv4.</summary>
    /// <exception cref="LinuxException">As of <see cref="List"/>.</exception>
    public ArpConduct? ReadArp(InterfaceIndex index)
    {
        ArpConduct? found = null;
        NetlinkListing.OfLinks<object>(_socket, ref _sequence, (in message) =>
        {
            found ??= MacvlanFacts.TryReadArp(message, index);
            return null;
        });
        return found;
    }

    /// <exception cref="LinuxException">ENODEV, EPERM, others.</exception>
    public void SetArp(InterfaceIndex index, ArpConduct conduct)
    {
        var writer = new NetlinkWriter(_request);
        MacvlanMessages.WriteArp(ref writer, index, conduct, ++_sequence);
        Check(Carry(writer.Length), "RTM_SETLINK IFLA_INET_CONF");
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private int TryDelete(InterfaceIndex index)
    {
        var writer = new NetlinkWriter(_request);
        MacvlanMessages.WriteDelete(ref writer, index, ++_sequence);
        int errno = Carry(writer.Length);
        return errno == Errno.ENODEV ? 0 : errno;
    }

    /// <summary>Sends what is in the buffer and returns the error number of the answer.</summary>
    private int Carry(int length)
    {
        _socket.Send(_request.AsSpan(0, length));
        while (_socket.Receive(out ReadOnlySpan<byte> answers) == NetlinkReceipt.Messages)
        {
            var reader = new NetlinkReader(answers);
            while (reader.TryNext(out NetlinkMessage message))
            {
                if (message.Type == LinuxNetlink.NLMSG_ERROR && message.Sequence == _sequence
                    && MemoryMarshal.TryRead(message.Payload, out int negativeErrno))
                {
                    return -negativeErrno;
                }
            }
        }

        return Errno.ETIMEDOUT;
    }

    private static void Check(int errno, string call, Func<int, string?>? advise = null)
    {
        if (errno != 0)
            throw new LinuxException(call, errno, advise?.Invoke(errno));
    }

    private static Func<int, string?> Advise(MacvlanRequest request) => errno => errno switch
    {
        Errno.EPERM => "CAP_NET_ADMIN is needed",
        Errno.EEXIST => $"an interface {request.Name} is there that vipd has not made: rename or delete it",
        Errno.EBUSY => "the lower interface is a port of a bridge, bond or other macvlan: name that one instead",
        Errno.EOPNOTSUPP => "this kernel has no macvlan: load or install the module",
        _ => null,
    };
}
