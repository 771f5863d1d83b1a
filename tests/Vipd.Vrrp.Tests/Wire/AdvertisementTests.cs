using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

public sealed class AdvertisementTests
{
    private static readonly InternetAddress Source = InternetAddress.Parse("192.0.2.11");
    private static readonly InternetAddress Group = InternetAddress.Parse("224.0.0.18");
    private static readonly InternetAddress Vip = InternetAddress.Parse("192.0.2.100");
    private static readonly InternetAddress VipV6 = InternetAddress.Parse("fe80::100");
    private static readonly ReceivedHeader Header = new(255, Source, Group);

    [Fact]
    public void The_example_of_the_layout_is_written_octet_by_octet()
    {
        var buffer = new PoisonedBuffer();

        int length = Advertisement.Write(
            buffer.Span, new Vrid(51), new Priority(100), new Centiseconds(0x123), [Vip],
            Source, Group, ChecksumForm.MessageOnly);

        // 3133 + 6401 + 0123 + c000 + 0264 = 158bb, folded 58bc, complemented a743.
        Assert.Equal(12, length);
        buffer.AssertHoldsOnly(Convert.FromHexString("313364010123a743c0000264"));
    }

    [Theory]
    [InlineData(false, ChecksumForm.PseudoHeader)]
    [InlineData(false, ChecksumForm.MessageOnly)]
    [InlineData(true, ChecksumForm.PseudoHeader)]
    public void What_is_written_is_read_back_whatever_the_fields_are(bool isIPv6, ChecksumForm form)
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var sample = SampleMessage.Random(seed, isIPv6, form);
            var buffer = new PoisonedBuffer();
            int length = sample.WriteTo(buffer.Span);
            buffer.AssertHoldsOnly(buffer.Span[..length].ToArray());

            DiscardReason reason = Advertisement.Read(buffer.Span[..length], sample.Header, out Advertisement read);

            Assert.True(reason == DiscardReason.None, $"seed {seed}: {reason}");
            Assert.True(sample.Matches(read), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(false, 8 + (4 * 255))]
    [InlineData(true, Advertisement.MaximumLength)]
    public void It_carries_255_addresses_and_keeps_their_order(bool isIPv6, int expectedLength)
    {
        SampleMessage sample = SampleMessage.Random(1, isIPv6, ChecksumForm.PseudoHeader, addressCount: 255);
        byte[] message = sample.ToArray();

        Assert.Equal(expectedLength, message.Length);
        Assert.Equal(DiscardReason.None, Advertisement.Read(message, sample.Header, out Advertisement read));
        Assert.True(sample.Matches(read));
    }

    [Fact]
    public void The_reserved_bits_are_ignored_on_reception_and_shown()
    {
        byte[] message = Message(ChecksumForm.MessageOnly);
        message[4] |= 0x90;
        message.AsSpan(6, 2).Clear();
        ushort checksum = InternetChecksum.Of(message);
        (message[6], message[7]) = ((byte)(checksum >> 8), (byte)checksum);

        Assert.Equal(DiscardReason.None, Advertisement.Read(message, Header, out Advertisement read));

        Assert.Equal(9, read.Reserved);
        Assert.Equal(20, read.MaxAdvertiseInterval.Value);
    }

    [Theory]
    [InlineData(ChecksumForm.PseudoHeader)]
    [InlineData(ChecksumForm.MessageOnly)]
    public void Both_forms_of_IPv4_checksum_are_accepted_and_told_apart(ChecksumForm form)
    {
        Assert.Equal(DiscardReason.None, Advertisement.Read(Message(form), Header, out Advertisement read));

        Assert.Equal(form, read.ChecksumForm);
    }

    [Fact]
    public void An_IPv6_checksum_without_pseudo_header_is_refused()
    {
        SampleMessage sample = SampleMessage.Random(7, isIPv6: true, ChecksumForm.PseudoHeader);
        byte[] message = sample.ToArray();
        message.AsSpan(6, 2).Clear();
        ushort checksum = InternetChecksum.Of(message);
        (message[6], message[7]) = ((byte)(checksum >> 8), (byte)checksum);

        Assert.Equal(DiscardReason.ChecksumMismatch, Advertisement.Read(message, sample.Header, out _));
    }

    [Theory]
    [InlineData(false, ChecksumForm.PseudoHeader)]
    [InlineData(false, ChecksumForm.MessageOnly)]
    [InlineData(true, ChecksumForm.PseudoHeader)]
    public void A_changed_priority_gives_the_octets_of_a_message_written_with_it(bool isIPv6, ChecksumForm form)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            SampleMessage sample = SampleMessage.Random(seed, isIPv6, form);
            for (int priority = 0; priority <= 255; priority++)
            {
                var buffer = new PoisonedBuffer();
                int length = sample.WriteTo(buffer.Span);
                Advertisement.ChangePriority(buffer.Span[..length], new Priority((byte)priority));
                buffer.AssertHoldsOnly((sample with { Priority = new Priority((byte)priority) }).ToArray());
            }
        }
    }

    [Fact]
    public void A_caller_who_breaks_the_contract_is_told()
    {
        Assert.Throws<ArgumentException>(() => Write([], Source, Group, ChecksumForm.PseudoHeader));
        Assert.Throws<ArgumentException>(() => Write(
            [.. Enumerable.Repeat(Vip, 256)], Source, Group, ChecksumForm.PseudoHeader));
        Assert.Throws<ArgumentException>(() => Write([VipV6], Source, Group, ChecksumForm.PseudoHeader));
        Assert.Throws<ArgumentException>(() => Write([Vip], Source, VipV6, ChecksumForm.PseudoHeader));
        Assert.Throws<ArgumentException>(() => Write([VipV6], VipV6, VipV6, ChecksumForm.MessageOnly));
        Assert.Throws<ArgumentOutOfRangeException>(() => Advertisement.Write(
            new byte[12], default, Priority.Default, new Centiseconds(1), [Vip],
            Source, Group, ChecksumForm.PseudoHeader));
        Assert.Throws<ArgumentOutOfRangeException>(() => Advertisement.Write(
            new byte[12], new Vrid(1), Priority.Default, default, [Vip], Source, Group, ChecksumForm.PseudoHeader));
        Assert.Throws<ArgumentOutOfRangeException>(() => Advertisement.Write(
            new byte[11], new Vrid(1), Priority.Default, new Centiseconds(1), [Vip],
            Source, Group, ChecksumForm.PseudoHeader));

        static int Write(
            InternetAddress[] addresses, InternetAddress source, InternetAddress group, ChecksumForm form) =>
            Advertisement.Write(
                new byte[8192], new Vrid(1), Priority.Default, new Centiseconds(1), addresses, source, group, form);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void An_address_that_the_message_does_not_have_is_a_bug_of_the_caller(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            Advertisement.Read(Message(ChecksumForm.PseudoHeader), Header, out Advertisement read);
            return read.AddressAt(index);
        });

    private static byte[] Message(ChecksumForm form)
    {
        byte[] message = new byte[12];
        Advertisement.Write(
            message, new Vrid(51), Priority.Default, new Centiseconds(20), [Vip], Source, Group, form);
        return message;
    }
}
