using Vipd.Linux.Sockets;

namespace Vipd.Linux.Tests.Sockets;

public class IPv4HeaderTests
{
    [Fact]
    public void The_payload_starts_behind_the_options_and_ends_before_the_padding()
    {
        byte[] packet = Packet(headerWords: 6, totalLength: 32, received: 46);
        Assert.True(IPv4Header.TryParse(packet, out IpDatagram datagram));
        Assert.Equal((24, 8, (byte)255), (datagram.PayloadOffset, datagram.PayloadLength, datagram.TimeToLive));
        Assert.Equal([192, 0, 2, 1], datagram.Source.ToArray());
        Assert.Equal([224, 0, 0, 18], datagram.Destination.ToArray());
        Assert.True(datagram.IsMulticast);
    }

    [Theory]
    [InlineData(4, 32, 46)]  // header shorter than 20 octets
    [InlineData(9, 32, 46)]  // header longer than the packet
    [InlineData(5, 47, 46)]  // packet longer than what was received
    [InlineData(5, 19, 46)]  // packet shorter than its header
    [InlineData(5, 20, 19)]  // less than a header received
    [InlineData(5, 20, 0)]
    public void Lengths_that_contradict_each_other_are_refused(int headerWords, int totalLength, int received) =>
        Assert.False(IPv4Header.TryParse(Packet(headerWords, totalLength, received), out _));

    [Fact]
    public void Another_version_is_refused()
    {
        byte[] packet = Packet(5, 28, 28);
        packet[0] = 0x65;
        Assert.False(IPv4Header.TryParse(packet, out _));
    }

    [Theory]
    [InlineData(223, false)]
    [InlineData(224, true)]
    [InlineData(239, true)]
    [InlineData(240, false)]
    public void Multicast_is_224_to_239(byte first, bool isMulticast)
    {
        byte[] packet = Packet(5, 28, 28);
        packet[16] = first;
        Assert.True(IPv4Header.TryParse(packet, out IpDatagram datagram));
        Assert.Equal(isMulticast, datagram.IsMulticast);
    }

    private static byte[] Packet(int headerWords, int totalLength, int received)
    {
        byte[] packet = new byte[46];
        packet[0] = (byte)(0x40 | headerWords);
        packet[3] = (byte)totalLength;
        packet[8] = 255;
        new byte[] { 192, 0, 2, 1, 224, 0, 0, 18 }.CopyTo(packet, 12);
        return packet[..received];
    }
}
