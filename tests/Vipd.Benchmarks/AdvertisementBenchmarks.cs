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

    /// <summary>Parse, every receive check, and the election of a Backup Router.</summary>
    [Benchmark]
    public int Receive()
    {
        var header = new ReceivedHeader(255, Peer, Group);
        ReadOnlySpan<byte> message = _message.AsSpan(0, _length);
        DiscardReason reason = ReceiveChecks.Check(message, header, Expected, out Advertisement heard);
        if (reason != DiscardReason.None)
            throw new InvalidOperationException(reason.Label());
        _nanoseconds += 200_000_000;
        return _backup.Handle(
            RouterEvent.AdvertisementReceived(heard.Priority, header.Source, heard.MaxAdvertiseInterval),
            new MonotonicTime(_nanoseconds)).Length;
    }
}
