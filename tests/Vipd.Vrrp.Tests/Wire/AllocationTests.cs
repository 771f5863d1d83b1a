using System.Collections.Immutable;
using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

/// <summary>The election thread allocates nothing, so neither may what it calls for each packet.</summary>
public sealed class AllocationTests
{
    private static readonly SampleMessage Sample =
        SampleMessage.Random(5, isIPv6: false, ChecksumForm.PseudoHeader) with { Priority = Priority.Default };

    private static readonly InternetAddress Vip = InternetAddress.Parse("2001:db8::100");
    private static readonly MacAddress Mac = new([2, 0, 0, 0, 0, 1]);

    [Fact]
    public void Reading_and_checking_an_Advertisement_allocates_nothing()
    {
        byte[] message = Sample.ToArray();
        ReceivedHeader header = Sample.Header;
        ImmutableArray<InternetAddress> peers = [header.Source];
        var expected = new ReceiveExpectation
        {
            Vrid = Sample.Vrid,
            PrimaryAddress = header.Destination,
            UnicastPeers = peers,
        };

        AssertAllocatesNothing(() =>
        {
            Assert.True(ReceiveChecks.Check(message, header, expected, out Advertisement read) == DiscardReason.None);
            for (int i = 0; i < read.AddressCount; i++)
                Assert.True(read.AddressAt(i) == Sample.Addresses[i]);
            Assert.True(ReceiveChecks.CheckMessage(message.AsSpan(1), header, out _).Label().Length > 0);
        });
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        byte[] buffer = new byte[Advertisement.MaximumLength];
        var arp = ArpPacket.GratuitousRequest(InternetAddress.Parse("192.0.2.100"), Mac);

        AssertAllocatesNothing(() =>
        {
            int length = Sample.WriteTo(buffer);
            Advertisement.ChangePriority(buffer.AsSpan(0, length), Priority.Resign);
            length = EthernetFrame.WriteHeader(buffer, MacAddress.Broadcast, Mac, EtherType.Arp);
            arp.WriteTo(buffer.AsSpan(length));
            Assert.True(ArpPacket.TryRead(buffer.AsSpan(length), out _));
            length = NeighborAdvertisement.Unsolicited(Vip, Mac, isRouter: false).WriteTo(buffer);
            Assert.True(NeighborAdvertisement.TryRead(buffer.AsSpan(0, length), out _));
        });
    }

    [Fact]
    public void The_measurement_sees_a_single_object() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertAllocatesNothing(() => GC.KeepAlive(new object())));

    private static void AssertAllocatesNothing(Action action)
    {
        // The first calls allocate for the runtime's own sake: type initializers, call counting.
        for (int i = 0; i < 100; i++)
            action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            action();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
