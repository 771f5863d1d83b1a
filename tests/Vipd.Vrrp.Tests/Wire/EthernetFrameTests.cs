using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

public sealed class EthernetFrameTests
{
    [Fact]
    public void The_payload_is_all_behind_the_header()
    {
        byte[] octets = new byte[16];
        EthernetFrame.WriteHeader(octets, MacAddress.Broadcast, new MacAddress([2, 0, 0, 0, 0, 1]), EtherType.Arp);
        (octets[14], octets[15]) = (7, 8);

        Assert.True(EthernetFrame.TryRead(octets, out EthernetFrame frame));

        Assert.Equal([7, 8], frame.Payload.ToArray());
        Assert.Equal(MacAddress.Broadcast, frame.Destination);
        Assert.Equal("02:00:00:00:00:01", frame.Source.ToString());
        Assert.Equal(EtherType.Arp, frame.Type);
    }

    [Fact]
    public void A_frame_shorter_than_its_header_is_refused()
    {
        for (int length = 0; length < EthernetFrame.HeaderLength; length++)
            Assert.False(EthernetFrame.TryRead(new byte[length], out _));
        Assert.True(EthernetFrame.TryRead(new byte[EthernetFrame.HeaderLength], out EthernetFrame frame));
        Assert.True(frame.Payload.IsEmpty);
    }
}
