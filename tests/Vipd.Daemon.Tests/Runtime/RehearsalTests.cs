using System.Net;
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
        using var destroyer = new SocketDestroyer();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using TcpClient accepted = listener.AcceptTcpClient();
        Rehearsal.Play(netlink, destroyer);

        // A connection on the address that was claimed and given up is still good.
        accepted.GetStream().WriteByte(1);
        Assert.Equal(1, client.GetStream().ReadByte());
        Assert.Equal(before, netlink.ListAddresses(AddressFamily.InterNetwork));
        Assert.Equal(0, netlink.PendingCount);
    });

    [NetnsFact]
    public void Without_loopback_there_is_no_rehearsal() => TestNetwork.Run(_ =>
    {
        using var netlink = new AddressNetlink();
        Rehearsal.Play(netlink, destroyer: null);
        Assert.Empty(netlink.ListAddresses(AddressFamily.InterNetwork));
    });
}
