using System.Net;
using System.Net.Sockets;
using Vipd.Lab.Network;

namespace Vipd.Lab.Traffic;

/// <summary>
/// A client that asks each VIP in turn, one packet a millisecond on an absolute schedule (late packets are caught up,
/// so
/// the rate never drifts), and notes who answered when. The answer may come from any address: it is matched by number.
/// </summary>
public sealed class Probe : IDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(1);
    private const int PollMicroseconds = 20_000;
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);
    private readonly Socket _socket;
    private readonly Thread _sender;
    private readonly Thread _receiver;
    private readonly ulong _runId = (ulong)Random.Shared.NextInt64();
    private readonly long[] _sentTicks;
    private readonly long[] _answeredTicks;
    private readonly byte[] _answeredBy;
    private readonly List<string> _nodes = [];
    private volatile int _sent;
    private volatile int _answered;
    private volatile bool _stopSending;
    private volatile bool _stopReceiving;
    private Answer? _last;

    private Probe(Socket socket, IReadOnlyList<IPAddress> targets, TimeSpan longest)
    {
        _socket = socket;
        var capacity = (int)(longest / Period);
        (_sentTicks, _answeredTicks, _answeredBy) = (new long[capacity], new long[capacity], new byte[capacity]);
        _receiver = new Thread(Receive) { Name = "probe receiver", IsBackground = true };
        var addresses = targets.Select(t => new IPEndPoint(t, ProbePacket.DefaultPort).Serialize()).ToArray();
        _sender = new Thread(() => Send(addresses))
        { Name = "probe sender", IsBackground = true, Priority = ThreadPriority.Highest };
        _receiver.Start();
        _sender.Start();
    }

    public int Answered => _answered;

    /// <summary>The latest answer; null before the first.</summary>
    public Answer? Last => Volatile.Read(ref _last);

    /// <summary>
    /// Starts asking from the node; it stops by itself after <paramref name="longest"/> (default 2 minutes).
    /// </summary>
    public static Probe Start(LabNode from, IReadOnlyList<IPAddress> targets, TimeSpan? longest = null) =>
        new(from.Namespace.Inside(() => Open(targets[0].AddressFamily)), targets, longest ?? TimeSpan.FromMinutes(2));

    /// <summary>Whether some other node than the named one answered a packet sent after the time.</summary>
    public bool OtherAnswered(string node, TimeSpan after) =>
        Last is { } last && last.Node != node && last.Sent > after;

    /// <summary>Stops asking, waits a moment for answers under way, and sums up.</summary>
    public ProbeResult Stop()
    {
        _stopSending = true;
        _sender.Join();
        Observe.Within(Grace, () => _answered >= _sent);
        _stopReceiving = true;
        _receiver.Join();
        return new ProbeResult([.. Enumerable.Range(0, _sent).Select(Packet)]);
    }

    public void Dispose()
    {
        _stopSending = _stopReceiving = true;
        _sender.Join();
        _receiver.Join();
        _socket.Dispose();
    }

    private static Socket Open(AddressFamily family)
    {
        // While ARP is unanswered the kernel keeps packets back and charges them to the send buffer. A small one
        // that does
        // not block keeps the schedule, and keeps packets of an outage from being delivered, and counted, after it.
        return new Socket(family, SocketType.Dgram, ProtocolType.Udp)
        {
            Blocking = false,
            SendBufferSize = 8 << 10,
            ReceiveBufferSize = 1 << 20,
        };
    }

    private ProbedPacket Packet(int sequence)
    {
        var sent = TimeSpan.FromTicks(_sentTicks[sequence]);
        var answered = TimeSpan.FromTicks(_answeredTicks[sequence]);
        return _answeredTicks[sequence] == 0 || answered - sent > ProbeResult.AnswerBound
            ? new ProbedPacket(sent, null, null)
            : new ProbedPacket(sent, answered, _nodes[_answeredBy[sequence]]);
    }

    private void Send(SocketAddress[] targets)
    {
        Span<byte> packet = stackalloc byte[ProbePacket.QuestionLength];
        var start = MonotonicClock.Now;
        for (var sequence = 0; sequence < _sentTicks.Length && !_stopSending; sequence++)
        {
            Libc.SleepUntil(start + (Period * sequence));
            ProbePacket.WriteQuestion(packet, _runId, sequence);
            _sentTicks[sequence] = MonotonicClock.Now.Ticks;
            _sent = sequence + 1;
            try
            {
                _socket.SendTo(packet, SocketFlags.None, targets[sequence % targets.Length]);
            }
            catch (SocketException)
            {
                // EAGAIN or EHOSTUNREACH while nobody answers ARP: counts as sent and lost.
            }
        }
    }

    private void Receive()
    {
        Span<byte> packet = stackalloc byte[ProbePacket.MaximumLength];
        while (!_stopReceiving)
        {
            if (!_socket.Poll(PollMicroseconds, SelectMode.SelectRead)) continue;
            var length = _socket.Receive(packet);
            var now = MonotonicClock.Now;
            if (!ProbePacket.TryReadAnswer(packet[..length], _runId, out var sequence, out var name)) continue;
            if (sequence < 0 || sequence >= _sent || _answeredTicks[sequence] != 0) continue;
            var node = NumberOf(name);
            _answeredBy[sequence] = node;
            _answeredTicks[sequence] = now.Ticks;
            _answered++;
            Volatile.Write(ref _last, new Answer(TimeSpan.FromTicks(_sentTicks[sequence]), now, _nodes[node]));
        }
    }

    private byte NumberOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _nodes.Count; i++)
        {
            if (System.Text.Ascii.Equals(name, _nodes[i])) return (byte)i;
        }
        _nodes.Add(System.Text.Encoding.ASCII.GetString(name));
        return (byte)(_nodes.Count - 1);
    }
}
