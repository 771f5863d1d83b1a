using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;
using Xunit.Abstractions;

namespace Vipd.Linux.Tests.Netlink;

/// <summary>Against the kernel: a server here, its clients in the peer.</summary>
public class SocketDestroyerTests(ITestOutputHelper output)
{
    private static readonly IPAddress Vip = IPAddress.Parse("192.0.2.100");
    private static readonly IPAddress Other = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress VipV6 = IPAddress.Parse("2001:db8::100");

    [NetnsFact]
    public void Clients_of_the_address_are_reset_its_listener_serves_on_and_other_addresses_are_untouched() =>
        Run(network =>
        {
            using var server = new TcpPeers(network, Vip, Vip);
            using var elsewhere = new TcpPeers(network, Other, Other);
            (Socket cut, Socket accepted) = server.Connect();
            (Socket, Socket) spared = elsewhere.Connect();

            using var destroyer = new SocketDestroyer();
            Assert.Equal((1, null), Destroy(destroyer, Vip));

            // While the address is still here: without it the kernel could not have sent the reset.
            TcpPeers.AssertReset(cut);
            Assert.Equal(SocketError.ConnectionAborted,
                Assert.Throws<SocketException>(() => accepted.Receive(new byte[1])).SocketErrorCode);
            TcpPeers.AssertAlive(spared);
            TcpPeers.AssertAlive(server.Connect());

            // The address goes and comes back: the listener that was bound to it is served again.
            TestNetwork.Shell("ip addr del 192.0.2.100/32 dev v0; ip addr add 192.0.2.100/32 dev v0");
            TcpPeers.AssertAlive(server.Connect());
        });

    [NetnsFact]
    public void A_listener_for_both_families_has_its_IPv4_connections_cut_by_their_IPv4_address() => Run(network =>
    {
        using var server = new TcpPeers(network, IPAddress.IPv6Any, Vip);
        using var elsewhere = new TcpPeers(network, IPAddress.IPv6Any, Other);
        (Socket cut, _) = server.Connect();
        (Socket, Socket) spared = elsewhere.Connect();
        using var destroyer = new SocketDestroyer();
        Assert.Equal((1, null), Destroy(destroyer, Vip));
        TcpPeers.AssertReset(cut);
        TcpPeers.AssertAlive(spared);
        TcpPeers.AssertAlive(server.Connect());
    });

    [NetnsFact]
    public void An_IPv6_address_is_cut_as_well() => Run(network =>
    {
        TestNetwork.Shell("ip addr add 2001:db8::100/64 dev v0 nodad");
        network.InPeer(() => TestNetwork.Shell("ip addr add 2001:db8::2/64 dev v1 nodad"));
        using var server = new TcpPeers(network, VipV6, VipV6);
        (Socket cut, _) = server.Connect();
        using var destroyer = new SocketDestroyer();
        Assert.Equal((1, null), Destroy(destroyer, VipV6));
        TcpPeers.AssertReset(cut);
        TcpPeers.AssertAlive(server.Connect());
    });

    [NetnsFact]
    public void A_connection_that_this_node_made_from_the_address_is_cut_too() => Run(network =>
    {
        using var far = network.InPeer(() => new TcpListener(IPAddress.Parse("192.0.2.2"), 0));
        far.Start();
        using var own = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        own.Bind(new IPEndPoint(Vip, 0));
        own.Connect((IPEndPoint)far.LocalEndpoint);
        using Socket accepted = far.AcceptSocket();
        accepted.ReceiveTimeout = 2000;
        using var destroyer = new SocketDestroyer();
        Assert.Equal((1, null), Destroy(destroyer, Vip));
        TcpPeers.AssertReset(accepted);
    });

    [NetnsFact]
    public void A_thousand_connections_are_cut_in_steps_of_about_a_millisecond() => Run(network =>
    {
        using var server = new TcpPeers(network, IPAddress.IPv6Any, Vip);
        Socket[] clients = [.. Enumerable.Range(0, 1000).Select(_ => server.Connect().Client)];
        using var destroyer = new SocketDestroyer();
        var addresses = new LocalAddressSet([IpOctets.From(Vip)]);
        List<double> milliseconds = [];
        bool more;
        do
        {
            long started = Stopwatch.GetTimestamp();
            more = destroyer.Continue(addresses, out LinuxException? refused);
            milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            Assert.Null(refused);
        }
        while (more);
        Assert.Equal(1000, destroyer.Destroyed);
        Assert.All(clients, TcpPeers.AssertReset);

        // The middle one: the machine may do something else during any single step.
        milliseconds.Sort();
        double median = milliseconds[milliseconds.Count / 2];
        string figures = $"{milliseconds.Count} steps, median {median:F3} ms, longest {milliseconds[^1]:F3} ms, "
            + $"together {milliseconds.Sum():F1} ms";
        output.WriteLine(figures);
        Assert.True(median < 2, figures);
    });

    [NetnsFact]
    public void A_second_set_waits_until_the_first_is_done() => Run(network =>
    {
        using var server = new TcpPeers(network, Vip, Vip);
        using var elsewhere = new TcpPeers(network, Other, Other);
        Socket first = server.Connect().Client;
        (Socket, Socket) second = elsewhere.Connect();
        var one = new LocalAddressSet([IpOctets.From(Vip)]);
        var other = new LocalAddressSet([IpOctets.From(Other)]);
        using var destroyer = new SocketDestroyer();
        Assert.True(destroyer.Continue(one, out _));
        for (int i = 0; i < 20; i++)
            Assert.True(destroyer.Continue(other, out _));
        TcpPeers.AssertAlive(second);
        while (destroyer.Continue(one, out _))
        {
        }

        TcpPeers.AssertReset(first);
        Assert.Equal((1, null), Destroy(destroyer, Other));
    });

    [NetnsFact]
    public void Work_that_was_given_up_cuts_nothing_more_and_is_not_in_the_way() => Run(network =>
    {
        using var server = new TcpPeers(network, Vip, Vip);
        (Socket, Socket) connection = server.Connect();
        var addresses = new LocalAddressSet([IpOctets.From(Vip)]);
        using var destroyer = new SocketDestroyer();
        for (int steps = 1; steps <= 3; steps++)
        {
            for (int i = 0; i < steps; i++)
                Assert.True(destroyer.Continue(addresses, out _));
            destroyer.Abandon(addresses);
        }

        TcpPeers.AssertAlive(connection);
        Assert.Equal((1, null), Destroy(destroyer, Vip));
    });

    [NetnsFact]
    public void A_kernel_that_refuses_says_so_once_and_the_work_ends() => Run(network =>
    {
        using var server = new TcpPeers(network, Vip, Vip);
        (Socket, Socket) connection = server.Connect();
        (int destroyed, LinuxException? refused) = (0, null);
        var thread = new Thread(() =>
        {
            // Effective, permitted and inheritable of this thread alone: none.
            Assert.Equal(0, Native.capset([0x2008_0522, 0], new uint[6]));
            using var destroyer = new SocketDestroyer();
            (destroyed, refused) = Destroy(destroyer, Vip);
        });
        thread.Start();
        thread.Join();
        Assert.Equal((0, "SOCK_DESTROY: EPERM (Operation not permitted)"), (destroyed, refused?.Message));
        TcpPeers.AssertAlive(connection);
    });

    [NetnsFact]
    public void Where_there_is_nothing_to_cut_nothing_is_refused_and_nothing_allocated() => Run(network =>
    {
        using var elsewhere = new TcpPeers(network, Other, Other);
        elsewhere.Connect();
        using var destroyer = new SocketDestroyer();
        var addresses = new LocalAddressSet([IpOctets.From(Vip)]);
        Allocation.None(() =>
        {
            while (destroyer.Continue(addresses, out _))
            {
            }
        });
        Assert.Equal((0, null), Destroy(destroyer, Vip));
    });

    private static void Run(Action<TestNetwork> body) => TestNetwork.Run(network =>
    {
        network.AddCable();
        TestNetwork.Shell("ip addr add 192.0.2.100/32 dev v0");
        body(network);
    });

    private static (int Destroyed, LinuxException? Refused) Destroy(SocketDestroyer destroyer, IPAddress at)
    {
        var addresses = new LocalAddressSet([IpOctets.From(at)]);
        LinuxException? refused;
        int steps = 0;
        while (destroyer.Continue(addresses, out refused))
            Assert.True(steps++ < 1000, "there is no end to it");
        return (destroyer.Destroyed, refused);
    }
}
