using System.Net.Sockets;
using Vipd.Daemon.Runtime;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>The rehearsal plays a take-over and changes nothing.</summary>
public sealed class RehearsalTests
{
    [NetnsFact]
    public void The_rehearsal_leaves_loopback_as_it_was() => TestNetwork.Run(_ =>
    {
        TestNetwork.Shell("ip link set lo up");
        using var netlink = new AddressNetlink();
        IReadOnlyList<InterfaceAddress> before = netlink.ListAddresses(AddressFamily.InterNetwork);
        Assert.Equal("127.0.0.1", Assert.Single(before).Address.ToString());
        Rehearsal.Play(netlink);
        Assert.Equal(before, netlink.ListAddresses(AddressFamily.InterNetwork));
        Assert.Equal(0, netlink.PendingCount);
    });

    [NetnsFact]
    public void Without_loopback_there_is_no_rehearsal() => TestNetwork.Run(_ =>
    {
        using var netlink = new AddressNetlink();
        Rehearsal.Play(netlink);
        Assert.Empty(netlink.ListAddresses(AddressFamily.InterNetwork));
    });
}
