using Vipd.Daemon.Ports;
using Vipd.Daemon.Tests.Support;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Ports;

public sealed class VirtualMacLinkTests
{
    [NetnsFact]
    public void A_link_that_the_kernel_will_not_raise_is_an_answer_and_can_be_raised_later() => TestNetwork.Run(_ =>
    {
        InterfaceIndex parent = TestNetwork.AddInterface();
        var address = MacAddress.OfVirtualRouter(new Vrid(51), false);
        byte[] octets = new byte[MacAddress.Length];
        address.CopyTo(octets);
        using var netlink = new MacvlanNetlink();
        using var links = new VirtualMacLinks();
        var request = new MacvlanRequest(default, "vipd-test", parent, octets, "");
        request = request with { Index = netlink.Create(request) };
        var link = new VirtualMacLink(request, address, netlink, links);
        using (new DeafNetlink(netlink))
            Assert.Equal("sendmsg netlink", link.Raise()?.Call);
        Assert.False(link.IsRaised);
        Assert.Null(link.Raise());
        Assert.True(link.IsRaised);
        Assert.True(Assert.Single(netlink.List()).IsUp);
    });
}
