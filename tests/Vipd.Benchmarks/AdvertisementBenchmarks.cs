using BenchmarkDotNet.Attributes;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Benchmarks;

/// <summary>What one Advertisement costs without its system calls; 0 B allocated is the goal.</summary>
[MemoryDiagnoser]
public class AdvertisementBenchmarks
{
    private static readonly InternetAddress Peer = InternetAddress.Parse("192.0.2.12");
    private static readonly InternetAddress Group = InternetAddress.Parse("224.0.0.18");

    private static readonly ReceiveExpectation Expected = new()
    {
        Vrid = new Vrid(51),
        PrimaryAddress = InternetAddress.Parse("192.0.2.11"),
    };

    private readonly Vrid _vrid = new(51);
    private readonly byte[] _message = new byte[Advertisement.MaximumLength];
    private readonly VirtualRouter _backup = new(new RouterParameters
    {
        PrimaryAddress = InternetAddress.Parse("192.0.2.11"),
        AddressCount = 1,
    });

    private InternetAddress[] _addresses = [];
    private int _length;
    private long _nanoseconds;

    [Params(1, 255)]
    public int Addresses { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _addresses = [.. Enumerable.Range(0, Addresses).Select(i => InternetAddress.Parse($"198.51.100.{i}"))];
        _length = Write();
        _backup.Handle(RouterEvent.Startup(), MonotonicTime.Origin);
    }

    [Benchmark]
    public int Write() => Advertisement.Write(
        _message,
        new Vrid(51),
        Priority.Default,
        new Centiseconds(20),
        _addresses,
        Peer,
        Group,
        ChecksumForm.PseudoHeader);

    [Benchmark]
    public int ChangePriorityOfAWrittenOne()
    {
        Advertisement.ChangePriority(_message, Priority.Default);
        return _message[2];
    }

    [Benchmark]
    public DiscardReason Read() => Advertisement.Read(Message, Header, out _);

    /// <summary>What the router demands, beyond what can be known from the message alone.</summary>
    [Benchmark]
    public DiscardReason Check() => ReceiveChecks.CheckRouter(_vrid, Header, Expected);

    /// <summary>The election of a Backup Router hears a better one.</summary>
    [Benchmark]
    public int Handle() => Hear(Priority.Default, new Centiseconds(20));

    /// <summary>All three.</summary>
    [Benchmark]
    public int Receive()
    {
        DiscardReason reason = ReceiveChecks.Check(Message, Header, Expected, out Advertisement heard);
        return reason == DiscardReason.None
            ? Hear(heard.Priority, heard.MaxAdvertiseInterval)
            : throw new InvalidOperationException(reason.Label());
    }

    private static ReceivedHeader Header => new(255, Peer, Group);

    private ReadOnlySpan<byte> Message => _message.AsSpan(0, _length);

    private int Hear(Priority priority, Centiseconds interval)
    {
        _nanoseconds += 200_000_000;
        return _backup.Handle(
            RouterEvent.AdvertisementReceived(priority, Peer, interval), new MonotonicTime(_nanoseconds)).Length;
    }
}
