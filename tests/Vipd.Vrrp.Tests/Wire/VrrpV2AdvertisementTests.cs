using Vipd.Vrrp.Tests.Wire.Captures;
using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

/// <summary>VRRPv2 against the packets of keepalived and FRR, in both directions, and against damage.</summary>
[Trait("RFC 3768", "5.1")]
public sealed class VrrpV2AdvertisementTests
{
    private static readonly InternetAddress Vip = InternetAddress.Parse("192.0.2.100");

    private static readonly ReceivedHeader Header = new(
        255, InternetAddress.Parse("192.0.2.11"), InternetAddress.Parse("224.0.0.18"));

    public static TheoryData<string> Version2 => [.. Capture.NamesOfVersion2];

    [Theory]
    [MemberData(nameof(Version2))]
    public void Every_Advertisement_reads_as_tcpdump_reads_it_and_writes_back(string name)
    {
        Capture[] captures = [.. Advertisements(name)];

        Assert.NotEmpty(captures);
        foreach (Capture capture in captures)
        {
            DecodedV2Advertisement decoded = capture.Decoded.V2Advertisement!;
            Assert.Equal(
                DiscardReason.None,
                VrrpV2Advertisement.Read(capture.Message, capture.Header, out VrrpV2Advertisement read));
            Assert.Equal(
                (decoded.Vrid, decoded.Priority, decoded.Interval, decoded.Length),
                (read.Vrid.Value, read.Priority.Value, read.IntervalSeconds, read.Length));
            Assert.Equal(decoded.Addresses, AddressesOf(read).Select(address => address.ToString()));

            VrrpV2Authentication authentication = decoded.AuthenticationType == "none"
                ? VrrpV2Authentication.None
                : VrrpV2Authentication.Password(decoded.Password);
            Assert.Equal(
                DiscardReason.None, authentication.Check(read.AuthenticationType, read.AuthenticationData));
            var buffer = new PoisonedBuffer();
            int length = VrrpV2Advertisement.Write(
                buffer.Span, read.Vrid, read.Priority, read.IntervalSeconds, AddressesOf(read), authentication);
            Assert.Equal(decoded.Length, length);
            buffer.AssertHoldsOnly(capture.Message);
        }
    }

    /// <summary>The example of keepalived's that everybody quotes: priority 101, PASS "42", 10.77.0.100.</summary>
    [Fact]
    public void The_example_is_written_octet_by_octet()
    {
        var buffer = new PoisonedBuffer();

        VrrpV2Advertisement.Write(
            buffer.Span, new Vrid(51), new Priority(101), 1, [InternetAddress.Parse("10.77.0.100")],
            VrrpV2Authentication.Password("42"));

        buffer.AssertHoldsOnly(Convert.FromHexString("21336501010139e70a4d00643432000000000000"));
    }

    [Theory]
    [MemberData(nameof(Version2))]
    public void Every_truncation_is_refused_as_one(string name)
    {
        Capture capture = Advertisements(name).First();
        for (int length = 0; length < capture.Message.Length; length++)
        {
            DiscardReason reason = VrrpV2Advertisement.Read(capture.Message[..length], capture.Header, out _);
            Assert.Equal(DiscardReason.PacketTruncated, reason);
        }
    }

    [Theory]
    [MemberData(nameof(Version2))]
    public void Every_flipped_bit_is_refused(string name)
    {
        Capture capture = Advertisements(name).First();
        byte[] message = capture.Message.ToArray();
        for (int bit = 0; bit < message.Length * 8; bit++)
        {
            message[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            Assert.NotEqual(DiscardReason.None, VrrpV2Advertisement.Read(message, capture.Header, out _));
            message[bit / 8] ^= (byte)(0x80 >> (bit % 8));
        }
    }

    /// <summary>Its checksum is valid when read as VRRPv2; a priority of 0 would look like a resignation.</summary>
    [Fact]
    public void CARP_is_refused_for_its_length_alone()
    {
        Capture[] captures = [.. Advertisements("ucarp")];

        Assert.NotEmpty(captures);
        foreach (Capture capture in captures)
        {
            Assert.Equal(0, InternetChecksum.Of(capture.Message));
            Assert.Equal(
                DiscardReason.PacketTruncated, VrrpV2Advertisement.Read(capture.Message, capture.Header, out _));
        }
    }

    [Theory]
    [InlineData(6, true, DiscardReason.None)] // 20 octets of IPv4 header + 20 + 6 = 46, Ethernet's minimum
    [InlineData(7, true, DiscardReason.LengthMismatch)]
    [InlineData(1, false, DiscardReason.LengthMismatch)]
    public void Padding_passes_only_where_the_length_is_the_links(
        int padding, bool mayBePadded, DiscardReason expected)
    {
        byte[] padded = [.. Message(), .. new byte[padding]];

        ReceivedHeader header = Header with { MayBePadded = mayBePadded };
        Assert.Equal(expected, VrrpV2Advertisement.Read(padded, header, out _));
    }

    [Fact]
    public void It_carries_255_addresses_and_keeps_their_order()
    {
        InternetAddress[] addresses =
            [.. Enumerable.Range(0, 255).Select(i => InternetAddress.Parse($"198.51.100.{254 - i}"))];
        var buffer = new PoisonedBuffer();
        int length = VrrpV2Advertisement.Write(
            buffer.Span, new Vrid(1), Priority.Default, 255, addresses, VrrpV2Authentication.None);

        Assert.Equal(8 + (4 * 255) + 8, length);
        Assert.Equal(
            DiscardReason.None, VrrpV2Advertisement.Read(buffer.Span[..length], Header, out VrrpV2Advertisement read));
        Assert.Equal(addresses, AddressesOf(read));
        Assert.Equal(255, read.IntervalSeconds);
    }

    [Fact]
    public void A_changed_priority_gives_the_octets_of_a_message_written_with_it()
    {
        byte[] message = Message();
        for (int priority = 0; priority <= 255; priority++)
        {
            Advertisement.ChangePriority(message, new Priority((byte)priority));
            Assert.Equal(Message((byte)priority), message);
        }
    }

    [Fact]
    public void A_caller_who_breaks_the_contract_is_told()
    {
        var six = InternetAddress.Parse("2001:db8::100");
        Assert.Throws<ArgumentException>(() => Write(new Vrid(1), 1));
        Assert.Throws<ArgumentException>(() => Write(new Vrid(1), 1, [.. Enumerable.Repeat(Vip, 256)]));
        Assert.Throws<ArgumentException>(() => Write(new Vrid(1), 1, six));
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(default, 1, Vip));
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(new Vrid(1), 0, Vip));
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(new Vrid(1), 256, Vip));
        Assert.Throws<ArgumentException>(() => VrrpV2Authentication.Password(""));
        Assert.Throws<ArgumentException>(() => VrrpV2Authentication.Password("123456789"));
        Assert.Throws<ArgumentException>(() => VrrpV2Authentication.Password("äöüßé"));

        static int Write(Vrid vrid, int seconds, params InternetAddress[] addresses) => VrrpV2Advertisement.Write(
            new byte[8192], vrid, Priority.Default, seconds, addresses, VrrpV2Authentication.None);
    }

    [Fact]
    public void A_password_is_never_shown() =>
        Assert.Equal("password", VrrpV2Authentication.Password("s3cr3t").ToString());

    [Fact]
    public void Random_octets_never_throw()
    {
        var random = new Random(3768);
        byte[] octets = new byte[96];
        for (int i = 0; i < 100_000; i++)
        {
            Span<byte> message = octets.AsSpan(0, random.Next(octets.Length));
            random.NextBytes(message);
            if (message.Length > 0 && i % 2 == 0)
                message[0] = 0x21;
            if (VrrpV2Advertisement.Read(message, Header, out VrrpV2Advertisement read) == DiscardReason.None)
                AddressesOf(read);
        }
    }

    private static IEnumerable<Capture> Advertisements(string name) =>
        Capture.ReadAll(name).Where(capture => capture.Decoded.IsVersion2);

    private static InternetAddress[] AddressesOf(VrrpV2Advertisement advertisement)
    {
        var addresses = new InternetAddress[advertisement.AddressCount];
        for (int i = 0; i < addresses.Length; i++)
            addresses[i] = advertisement.AddressAt(i);
        return addresses;
    }

    private static byte[] Message(byte priority = 100)
    {
        byte[] message = new byte[VrrpV2Advertisement.LengthOf(1)];
        VrrpV2Advertisement.Write(
            message, new Vrid(51), new Priority(priority), 1, [Vip], VrrpV2Authentication.Password("s3cr3tpw"));
        return message;
    }
}
