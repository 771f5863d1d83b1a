using Vipd.Vrrp.Tests.Wire.Captures;
using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

/// <summary>Messages that were whole once: no part of one and no flipped bit passes.</summary>
public sealed class DamagedMessageTests
{
    public static TheoryData<string> Version3 => [.. Capture.NamesOfVersion3];

    [Theory]
    [MemberData(nameof(Version3))]
    public void Every_truncation_is_refused_as_one(string name)
    {
        Capture capture = Capture.FirstAdvertisement(name);
        for (int length = 0; length < capture.Message.Length; length++)
        {
            DiscardReason reason = Advertisement.Read(capture.Message[..length], capture.Header, out _);
            Assert.Equal(DiscardReason.PacketTruncated, reason);
        }
    }

    [Theory]
    [MemberData(nameof(Version3))]
    public void Every_flipped_bit_is_refused_for_the_reason_of_its_field(string name)
    {
        Capture capture = Capture.FirstAdvertisement(name);
        byte[] message = capture.Message.ToArray();
        for (int bit = 0; bit < message.Length * 8; bit++)
        {
            message[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            DiscardReason reason = Advertisement.Read(message, capture.Header, out _);
            message[bit / 8] ^= (byte)(0x80 >> (bit % 8));

            DiscardReason[] possible = (bit / 4) switch
            {
                0 => [DiscardReason.VersionMismatch],
                1 => [DiscardReason.TypeUnknown],
                6 or 7 => [DiscardReason.PacketTruncated, DiscardReason.LengthMismatch, DiscardReason.AddressCountZero],
                _ => [DiscardReason.ChecksumMismatch],
            };
            Assert.True(possible.Contains(reason), $"bit {bit}: {reason}");
        }
    }

    [Theory]
    [InlineData(ChecksumForm.PseudoHeader)]
    [InlineData(ChecksumForm.MessageOnly)]
    public void Padding_hides_no_flipped_bit(ChecksumForm form)
    {
        SampleMessage sample = SampleMessage.Random(3, isIPv6: false, form, addressCount: 3);
        ReceivedHeader header = sample.Header with { MayBePadded = true };
        byte[] padded = [.. sample.ToArray(), 0, 0, 0, 0, 0, 0];
        Assert.Equal(DiscardReason.None, Advertisement.Read(padded, header, out _));

        for (int bit = 0; bit < 20 * 8; bit++)
        {
            padded[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            Assert.NotEqual(DiscardReason.None, Advertisement.Read(padded, header, out _));
            padded[bit / 8] ^= (byte)(0x80 >> (bit % 8));
        }
    }

    /// <summary>
    /// The one thing that the form of RFC 9568 does not notice: addresses of the IP header, which has its own checksum.
    /// </summary>
    [Theory]
    [InlineData(ChecksumForm.PseudoHeader, DiscardReason.ChecksumMismatch)]
    [InlineData(ChecksumForm.MessageOnly, DiscardReason.None)]
    public void A_translated_source_is_noticed_only_with_the_pseudo_header(ChecksumForm form, DiscardReason expected)
    {
        SampleMessage sample = SampleMessage.Random(4, isIPv6: false, form);
        byte[] octets = new byte[4];
        for (int bit = 0; bit < 32; bit++)
        {
            sample.Header.Source.CopyTo(octets);
            octets[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            ReceivedHeader header = sample.Header with { Source = InternetAddress.From(octets) };
            Assert.Equal(expected, Advertisement.Read(sample.ToArray(), header, out _));
        }
    }

    [Fact]
    public void Random_octets_never_throw()
    {
        var random = new Random(9568);
        byte[] octets = new byte[96];
        ReceivedHeader header = SampleMessage.Random(0, isIPv6: false, ChecksumForm.PseudoHeader).Header;
        for (int i = 0; i < 100_000; i++)
        {
            Span<byte> message = octets.AsSpan(0, random.Next(octets.Length));
            random.NextBytes(message);
            if (message.Length > 0 && i % 2 == 0)
                message[0] = 0x31;
            ReceiveChecks.CheckMessage(message, header, out _);
            ArpPacket.TryRead(message, out _);
            NeighborAdvertisement.TryRead(message, out _);
            EthernetFrame.TryRead(message, out _);
        }
    }
}
