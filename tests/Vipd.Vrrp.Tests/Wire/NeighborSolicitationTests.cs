using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

public sealed class NeighborSolicitationTests
{
    private static readonly NeighborSolicitation Question = new(
        InternetAddress.Parse("fe80::1"), InternetAddress.Parse("2001:db8::ab12:3456"),
        new MacAddress([0x02, 0, 0, 0, 0, 0x0B]));

    [Fact]
    public void It_goes_to_the_group_of_those_whose_address_ends_alike() =>
        Assert.Equal("ff02::1:ff12:3456", Question.Destination.ToString());

    [Fact]
    public void It_is_written_as_RFC_4861_draws_it()
    {
        var buffer = new PoisonedBuffer();
        int length = Question.WriteTo(buffer.Span);
        byte[] packet = Convert.FromHexString(
            "60000000" + "0020" + "3AFF"
            + "FE800000000000000000000000000001" + "FF0200000000000000000001FF123456"
            + "87000000" + "00000000" + "20010DB80000000000000000AB123456"
            + "0101" + "02000000000B");
        // The kernel counts it too: a question with another sum gets no answer (WireFindingTests, on a real wire).
        ushort sum = InternetChecksum.Of(packet.AsSpan(40), Question.Source, Question.Destination, IpProtocol.IcmpV6);
        (packet[42], packet[43]) = ((byte)(sum >> 8), (byte)sum);
        Assert.Equal(NeighborSolicitation.Length, length);
        buffer.AssertHoldsOnly(packet);
    }

    [Fact]
    public void It_is_for_IPv6_alone() => Assert.Throws<InvalidOperationException>(() =>
        (Question with { Target = InternetAddress.Parse("192.0.2.1") }).WriteTo(new byte[100]));
}
