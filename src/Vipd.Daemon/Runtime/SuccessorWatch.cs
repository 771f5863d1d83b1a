using Vipd.Daemon.Ports;
using Vipd.Linux.Polling;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// Waits until somebody else has announced each of some addresses: what <see cref="LastWord"/> has instead of an
/// election loop. It listens from the moment at which an address is added. For one thread, which sleeps here.
/// </summary>
internal sealed class SuccessorWatch : IDisposable
{
    private const int ReceiveBufferSize = 1 << 18;
    private const int TimeIsOver = -1;

    private readonly EventPoll _poll = new(capacity: 8);
    private readonly DeadlineTimer _limit = new();
    private readonly List<Ear> _ears = [];
    private readonly HashSet<InternetAddress> _missing = [];
    private readonly byte[] _buffer = new byte[ushort.MaxValue];

    /// <exception cref="Linux.LinuxException">The kernel gives no socket for the interface.</exception>
    public void Add(InterfacePlan at, ILinkProtocol protocol, IReadOnlyCollection<InternetAddress> addresses)
    {
        PacketSocket socket = protocol.OpenListener(at.Index, addresses, ReceiveBufferSize);
        _ears.Add(new Ear(socket, protocol, at.LinkLayerAddress));
        _poll.Add(socket.Descriptor, _ears.Count - 1);
        _missing.UnionWith(addresses);
    }

    /// <summary>Whether each address was announced in time.</summary>
    public bool WaitUntil(MonotonicTime deadline)
    {
        _limit.Arm(deadline.Nanoseconds);
        _poll.Add(_limit.Descriptor, TimeIsOver);
        Span<int> ready = stackalloc int[8];
        while (_missing.Count > 0)
        {
            foreach (int token in ready[.._poll.Wait(ready)])
            {
                if (token == TimeIsOver)
                    return false;
                Hear(_ears[token]);
            }
        }

        return true;
    }

    public void Dispose()
    {
        foreach (Ear ear in _ears)
            ear.Socket.Dispose();
        _limit.Dispose();
        _poll.Dispose();
    }

    private void Hear(Ear ear)
    {
        while (ear.Socket.TryReceive(_buffer, out int length))
        {
            if (ear.Protocol.TryReadClaim(_buffer.AsSpan(0, length), ear.Own, out InternetAddress address, out _))
                _missing.Remove(address);
        }
    }

    private readonly record struct Ear(PacketSocket Socket, ILinkProtocol Protocol, MacAddress Own);
}
