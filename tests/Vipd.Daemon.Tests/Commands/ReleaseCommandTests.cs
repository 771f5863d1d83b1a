using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Hosting;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Runtime;
using Vipd.Daemon.Tests.Runtime;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests.Commands;

/// <summary>`vipd release` against the kernel of a namespace of its own.</summary>
public sealed class ReleaseCommandTests
{
    /// <summary>RFC 9568 §5.2.4.</summary>
    private const int PriorityOffset = 2;

    private static readonly InternetAddress Second = InternetAddress.Parse("192.0.2.101");
    private static readonly InternetAddress NotConfigured = InternetAddress.Parse("192.0.2.102");

    [NetnsFact]
    public void What_carries_our_tag_and_is_configured_goes_and_everything_else_stays() => Run((config, _) =>
    {
        using var netlink = new AddressNetlink();
        Leave(netlink, NetworkPlans.Vip, AddressHolder.ProtocolTag);
        Leave(netlink, Second, tag: 0);
        Leave(netlink, NotConfigured, AddressHolder.ProtocolTag);

        Assert.Equal((0, "removed 192.0.2.100, left on v0 by a vipd that is gone\n", ""), Release(config));
        Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
        Assert.True(NetworkPlans.Holds(netlink, Second));
        Assert.True(NetworkPlans.Holds(netlink, NotConfigured));
        Assert.True(NetworkPlans.Holds(netlink, NetworkPlans.Home));

        Assert.Equal((0, "no address was left behind\n", ""), Release(config));
    });

    [NetnsFact]
    public void While_a_vipd_lives_it_removes_nothing_and_afterwards_it_does() => Run((config, socket) =>
    {
        using var netlink = new AddressNetlink();
        Leave(netlink, NetworkPlans.Vip, AddressHolder.ProtocolTag);
        using (InstanceLock.TryTake(socket))
        {
            (int exitCode, string output, string error) = Release(config);
            Assert.Equal((1, ""), (exitCode, output));
            Assert.StartsWith($"vipd: a vipd is running (it holds {socket}.lock)", error, StringComparison.Ordinal);
            Assert.True(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
        }

        Assert.Equal(0, Release(config).ExitCode);
        Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
    });

    [NetnsFact]
    public void A_killed_vipd_that_the_kernel_has_not_taken_down_yet_is_waited_for() => Run((config, socket) =>
    {
        using var netlink = new AddressNetlink();
        Leave(netlink, NetworkPlans.Vip, AddressHolder.ProtocolTag);
        InstanceLock dying = InstanceLock.TryTake(socket)!;
        using var end = new Timer(
            _ => dying.Dispose(), state: null, TimeSpan.FromMilliseconds(50), Timeout.InfiniteTimeSpan);

        Assert.Equal(0, Release(config).ExitCode);
        Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
    });

    [NetnsFact]
    public void No_lock_file_is_made_where_no_daemon_has_run() => Run((config, socket) =>
    {
        Assert.Equal(0, Release(config).ExitCode);
        Assert.False(File.Exists(InstanceLock.PathFor(socket)));
    });

    [NetnsFact]
    public void On_an_interface_that_is_no_longer_configured_the_address_goes_too() => Run((config, _) =>
    {
        TestNetwork.AddInterface("former");
        using var netlink = new AddressNetlink();
        Leave(netlink, NetworkPlans.Vip, AddressHolder.ProtocolTag, "former");
        Assert.Equal("removed 192.0.2.100, left on former by a vipd that is gone\n", Release(config).Output);
        Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
    });

    [NetnsFact]
    public void What_is_recorded_goes_though_the_configuration_cannot_be_read() => Run((config, socket) =>
    {
        using var netlink = new AddressNetlink();
        Leave(netlink, NetworkPlans.Vip, AddressHolder.ProtocolTag);
        Leave(netlink, NotConfigured, tag: 0);
        Leave(netlink, Second, AddressHolder.ProtocolTag);
        RecordedAddress[] all = [.. netlink.ListAddresses(AddressFamily.InterNetwork).Select(found =>
            new RecordedAddress(
                found.Interface, InternetAddress.From(found.Address), found.PrefixLength, found.CreatedAt))];
        AddressRecord.Write(AddressRecord.PathFor(socket), all.Where(held =>
            held.Address == NetworkPlans.Vip || held.Address == NotConfigured));
        File.WriteAllText(config, "virtualRouters: [");

        (int exitCode, string output, string error) = Release(config, "--socket", socket);
        Assert.Equal(0, exitCode);
        Assert.Contains("removed 192.0.2.100, left on v0", output, StringComparison.Ordinal);
        Assert.Contains("removed 192.0.2.102, left on v0", output, StringComparison.Ordinal);
        Assert.Contains($"releasing what {socket}.addresses names, without the configuration", error,
            StringComparison.Ordinal);
        Assert.True(NetworkPlans.Holds(netlink, Second));
        Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip) || NetworkPlans.Holds(netlink, NotConfigured));

        // A lock is respected all the same.
        using InstanceLock? living = InstanceLock.TryTake(socket);
        Assert.Equal(1, Release(config, "--socket", socket).ExitCode);
    });

    [Fact]
    public async Task A_bad_configuration_exits_with_2_and_names_its_error()
    {
        using var folder = new TemporaryDirectory();
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] arguments = ["release", "-c", folder["none.yaml"], "--socket", folder["vipd.sock"]];
        Assert.Equal(2, await Program.RunAsync(arguments, output, error));
        Assert.Contains("there is no such file", error.ToString(), StringComparison.Ordinal);
    }

    [NetnsFact]
    public void Once_a_peer_that_heard_priority_0_has_announced_the_address_its_connections_are_reset() => Run(
        (network, config, _) =>
        {
            using var netlink = new AddressNetlink();
            Leave(netlink, NetworkPlans.Vip, AddressHolder.ProtocolTag);
            network.InPeer(() => TestNetwork.Shell("ip route add 192.0.2.100 dev v1"));
            using var peers = new TcpPeers(network, IPAddress.Any, NetworkPlans.Vip.ToIPAddress());
            Socket client = peers.Connect().Client;

            using RawIpSocket ear = network.InPeer(OpenEar);
            using PacketSocket mouth = network.InPeer(() => PacketSocket.OpenSender(TestNetwork.IndexOf("v1")));
            var successor = Task.Factory.StartNew(
                () => TakeOver(ear, mouth), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            Assert.Equal((0, "removed 192.0.2.100, left on v0 by a vipd that is gone\n", ""), Release(config));
            successor.GetAwaiter().GetResult();
            TcpPeers.AssertReset(client);
            Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
        });

    private static RawIpSocket OpenEar() => RawIpSocket.OpenMulticast(
        AddressFamily.InterNetwork, (byte)IpProtocol.Vrrp, TestNetwork.IndexOf("v1"), "v1", new IPv4Link().Group,
        receiveBufferBytes: 65_536);

    private static void TakeOver(RawIpSocket ear, PacketSocket mouth)
    {
        byte[] buffer = new byte[2048];
        TestNetwork.Eventually(
            () => ear.TryReceive(buffer, out IpDatagram datagram)
                && buffer[datagram.PayloadOffset + PriorityOffset] == Priority.Resign.Value,
            milliseconds: 10_000);
        var announcer = new Announcer(mouth, new IPv4Link(), [NetworkPlans.Vip], MacAddress.Broadcast);
        Assert.Null(announcer.Announce(0, 1, out _));
    }

    private static void Run(Action<string, string> body) => Run((_, config, socket) => body(config, socket));

    private static void Run(Action<TestNetwork, string, string> body) => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var folder = new TemporaryDirectory();
        string socket = folder["vipd.sock"];
        File.WriteAllText(folder["vipd.yaml"], $"""
            control:
              socket: {socket}
            virtualRouters:
              - name: apiserver
                vrid: 51
                addresses: [192.0.2.100/32, 192.0.2.101/32]
            """);
        body(network, folder["vipd.yaml"], socket);
    });

    private static (int ExitCode, string Output, string Error) Release(string config, params string[] more)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Task<int> run = Program.RunAsync(["release", "--config", config, .. more], output, error);
        // It has to run here, since the namespace is this thread's.
        Assert.True(run.IsCompleted);
        return (run.Result, output.ToString(), error.ToString());
    }

    private static void Leave(AddressNetlink netlink, InternetAddress address, byte tag, string interfaceName = "v0")
    {
        netlink.Add(new AddressRequest
        {
            Interface = TestNetwork.IndexOf(interfaceName),
            Address = IpOctets.From(address.ToIPAddress()),
            PrefixLength = 32,
            ProtocolTag = tag,
        });
        Assert.Equal(0, netlink.Commit(new int[1]));
    }
}
