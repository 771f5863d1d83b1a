using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

public sealed class InternetChecksumTests
{
    [Fact]
    public void The_example_of_RFC_1071_section_3_gives_its_sum() =>
        Assert.Equal(unchecked((ushort)~0xDDF2), InternetChecksum.Of([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]));

    [Fact]
    public void An_odd_last_octet_counts_as_the_high_one() =>
        Assert.Equal(InternetChecksum.Of([1, 2, 3, 0]), InternetChecksum.Of([1, 2, 3]));

    [Fact]
    public void Nothing_sums_to_zero() => Assert.Equal(0xFFFF, InternetChecksum.Of([]));

    [Fact]
    public void The_longest_message_of_ones_does_not_overflow()
    {
        byte[] ones = new byte[65_534];
        Array.Fill(ones, (byte)0xFF);
        var highest = InternetAddress.Parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");

        Assert.Equal(0, InternetChecksum.Of(ones));
        // The pseudo header adds 16 words of ones (nothing), the protocol and the length.
        Assert.Equal(
            unchecked((ushort)~(112 + 65_534 - 65_535)), InternetChecksum.Of(ones, highest, highest, IpProtocol.Vrrp));
    }

    [Theory]
    [InlineData("192.0.2.11", "224.0.0.18", "c000020be00000120070000c")]
    [InlineData("fe80::b", "ff02::12",
        "fe80000000000000000000000000000bff0200000000000000000000000000120000000c00000070")]
    public void A_pseudo_header_counts_as_if_it_stood_before_the_message(
        string source, string destination, string pseudoHeader)
    {
        byte[] message = Convert.FromHexString("313364010123000012345678");

        ushort checksum = InternetChecksum.Of(
            message, InternetAddress.Parse(source), InternetAddress.Parse(destination), IpProtocol.Vrrp);

        Assert.Equal(InternetChecksum.Of([.. Convert.FromHexString(pseudoHeader), .. message]), checksum);
    }

    [Fact]
    public void An_update_equals_a_new_computation()
    {
        var random = new Random(1624);
        byte[] data = new byte[20];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(data);
            ushort before = InternetChecksum.Of(data);
            var (oldWord, newWord) = ((ushort)((data[4] << 8) | data[5]), (ushort)random.Next(65_536));
            (data[4], data[5]) = ((byte)(newWord >> 8), (byte)newWord);

            Assert.Equal(InternetChecksum.Of(data), InternetChecksum.Update(before, oldWord, newWord));
        }
    }
}
