using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Vipd.Lab.Network;

namespace Vipd.Lab.Wire;

/// <summary>
/// Listens on the switch. The bridge is not promiscuous, so it sees what every node sees (multicast and broadcast:
/// Advertisements, ARP requests, announcements) and not the probes.
/// </summary>
public sealed class WireTap : IDisposable
{
    private const int EthernetProtocolAll = 0x0003; // ETH_P_ALL, linux/if_ether.h
    private const int PollMicroseconds = 20_000;
    private readonly Socket _socket;
    private readonly Thread _thread;
    private readonly ConcurrentQueue<AdvertisementSeen> _advertisements = new();
    private readonly ConcurrentQueue<ArpSeen> _arps = new();
    private readonly ConcurrentQueue<CapturedFrame> _frames = new();
    private volatile bool _stop;

    private WireTap(Socket socket)
    {
        _socket = socket;
        _thread = new Thread(Listen) { Name = "wire tap", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Raised on the tap's thread.</summary>
    public event Action<AdvertisementSeen>? AdvertisementPassed;

    /// <summary>Raised on the tap's thread.</summary>
    public event Action<ArpSeen>? ArpPassed;

    public IReadOnlyList<AdvertisementSeen> Advertisements => [.. _advertisements];

    public IReadOnlyList<ArpSeen> Arps => [.. _arps];

    public static WireTap Start(Segment segment) => new(segment.Switch.Inside(() => Open("br0")));

    /// <summary>Who advertised with a priority other than 0 from the time on.</summary>
    public IReadOnlyList<IPAddress> ClaimantsSince(TimeSpan from, int? virtualRouter = null) =>
    [
        .. _advertisements.Where(a => a.At >= from && !a.Resigns)
            .Where(a => virtualRouter is null || a.VirtualRouterId == virtualRouter)
            .Select(a => a.Source).Distinct(),
    ];

    public IReadOnlyList<AdvertisementSeen> AdvertisementsSince(TimeSpan from) =>
        [.. _advertisements.Where(a => a.At >= from)];

    public IReadOnlyList<ArpSeen> AnnouncementsSince(TimeSpan from) =>
        [.. _arps.Where(a => a.At >= from && a.IsAnnouncement)];

    /// <summary>Forgets what was seen, so that long runs don't grow.</summary>
    public void Clear()
    {
        _advertisements.Clear();
        _arps.Clear();
        _frames.Clear();
    }

    public void WritePcap(string path) => PcapFile.Write(path, _frames);

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _socket.Dispose();
    }

    private static Socket Open(string networkInterface)
    {
        var protocol = BinaryPrimitives.ReverseEndianness((ushort)EthernetProtocolAll);
        var socket = new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)protocol);
        socket.ReceiveBufferSize = 4 << 20;
        socket.Bind(new PacketEndPoint(protocol, InterfaceIndex(networkInterface)));
        return socket;
    }

    // if_nametoindex asks the kernel by a socket of the calling thread, hence in its namespace.
    private static int InterfaceIndex(string networkInterface) =>
        Libc.InterfaceNameToIndex(networkInterface) is > 0 and var index
            ? (int)index
            : throw new NetworkInformationException();

    private void Listen()
    {
        var frame = new byte[2048];
        var offset = MonotonicClock.RealtimeOffset();
        while (!_stop)
        {
            if (!_socket.Poll(PollMicroseconds, SelectMode.SelectRead)) continue;
            int length;
            try
            {
                length = _socket.Receive(frame);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.NetworkDown)
            {
                // The bridge goes away when the segment is removed.
                continue;
            }
            Note(frame.AsSpan(0, length), offset);
        }
    }

    private void Note(ReadOnlySpan<byte> frame, TimeSpan realtimeOffset)
    {
        var realTime = Libc.ReadPacketTime(_socket.SafeHandle, Libc.LastPacketTime, out var stamp) == 0
            ? stamp.ToTimeSpan()
            : MonotonicClock.Now + realtimeOffset;
        _frames.Enqueue(new CapturedFrame(realTime, frame.ToArray()));
        var at = realTime - realtimeOffset;
        if (FrameReader.ReadAdvertisement(frame, at) is { } advertisement)
        {
            _advertisements.Enqueue(advertisement);
            AdvertisementPassed?.Invoke(advertisement);
        }
        else if (FrameReader.ReadArp(frame, at) is { } arp)
        {
            _arps.Enqueue(arp);
            ArpPassed?.Invoke(arp);
        }
    }
}
