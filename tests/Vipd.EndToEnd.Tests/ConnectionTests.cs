using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Vipd.Lab;
using Vipd.Lab.Masters;
using Vipd.Lab.Processes;
using Vipd.Lab.Traffic;
using Xunit.Abstractions;

namespace Vipd.EndToEnd.Tests;

/// <summary>What becomes of connections when the VIP moves, seen by the client that holds them.</summary>
public class ConnectionTests(ITestOutputHelper output)
{
    private const int Port = 7443;
    private const int Connections = 20;
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(250);

    [NetnsFact]
    public void A_drain_resets_every_idle_connection_and_the_listener_serves_when_the_VIP_returns()
    {
        using var cluster = Cluster.Start(new ClusterOptions(VipdBinary.Path) { Masters = 2, WithApiServers = false });
        var active = cluster.HoldersOfVip().Single();
        var other = cluster.Masters.Single(master => master != active);
        using var listener = active.Node.Namespace.Inside(() =>
        {
            var socket = NewSocket();
            socket.Bind(new IPEndPoint(cluster.Vip, Port));
            socket.Listen(Connections);
            return socket;
        });
        Socket[] clients = [.. Enumerable.Range(0, Connections).Select(_ => Connect(cluster))];
        Socket[] accepted = [.. clients.Select(_ => listener.Accept())];

        var drain = Task.Run(() => active.RunVipd("drain", "--config", active.ConfigFile));
        Observe.Until("moved", TimeSpan.FromSeconds(10), () => cluster.HoldersOfVip().Contains(other),
            cluster.DescribeHolders);
        var moved = Stopwatch.GetTimestamp();
        foreach (var client in clients)
        {
            Assert.Equal(SocketError.ConnectionReset,
                Assert.Throws<SocketException>(() => client.Receive(new byte[1])).SocketErrorCode);
        }

        var took = Stopwatch.GetElapsedTime(moved);
        output.WriteLine($"last of {Connections} resets {took.TotalMilliseconds:F1} ms after the successor had it");
        Assert.InRange(took, TimeSpan.Zero, Bound);
        Assert.Equal((0, $"apiserver: handed over to {other.Node.Address}\n"), drain.Result);

        Assert.Equal((0, "apiserver: takes part, backup\n"),
            active.RunVipd("undrain", "--config", active.ConfigFile));
        Assert.Equal((0, $"apiserver: handed over to {active.Node.Address}\n"),
            other.RunVipd("drain", "--config", other.ConfigFile));
        using var again = Connect(cluster);
        using var served = listener.Accept();
        served.Send([42]);
        Assert.Equal(1, again.Receive(new byte[1]));
        foreach (var socket in clients.Concat(accepted)) socket.Dispose();
    }

    /// <summary>
    /// The kernel sends what a dying process leaves (a reset, or a FIN) only from an address that is there: with the
    /// VIP gone before the connections are cut, these clients would wait for their timeouts.
    /// </summary>
    [NetnsFact]
    public void After_a_planned_move_and_after_the_death_of_the_server_every_idle_client_knows_within_100_ms()
    {
        using var cluster = Cluster.Start(new ClusterOptions(VipdBinary.Path) { Masters = 2, WithApiServers = false });
        var active = cluster.HoldersOfVip().Single();
        using (var server = Serve(active))
        using (var clients = Open(cluster, Port))
        {
            var killed = MonotonicClock.Now;
            server.Kill();
            AssertAllEnded("server killed", clients, killed);
        }

        using (Serve(active))
        using (var clients = Open(cluster, Port))
        {
            active.Daemon!.Terminate();
            Observe.Until("moved", TimeSpan.FromSeconds(10), () => cluster.HoldersOfVip() is [var one] && one != active,
                cluster.DescribeHolders);
            AssertAllEnded("planned move", clients, MonotonicClock.Now);
        }
    }

    [NetnsFact]
    public void After_the_death_of_the_apiserver_every_idle_client_of_it_knows_within_100_ms_of_the_move()
    {
        using var cluster = Cluster.Start(new ClusterOptions(VipdBinary.Path));
        using var clients = Open(cluster, VipdConfiguration.ApiServerPort);
        var takeOver = TakeOver.Observe(cluster, Failure.ApiServerKill);
        Assert.Null(takeOver.Problem);
        AssertAllEnded(
            "apiserver killed", clients,
            takeOver.BrokenAt + TimeSpan.FromMilliseconds(takeOver.MillisecondsToNewAnswer));
    }

    private void AssertAllEnded(string after, IdleConnections clients, TimeSpan moved)
    {
        var last = clients.LastEnd(TimeSpan.FromSeconds(5));
        Assert.NotNull(last);
        var took = (last.Value - moved).TotalMilliseconds;
        output.WriteLine($"{after}: the last of {Connections} clients knew {took:F1} ms after the move");
        Assert.True(took < Bound.TotalMilliseconds, $"{after}: {took:F1} ms");
    }

    private static IdleConnections Open(Cluster cluster, int port) =>
        IdleConnections.Open(cluster.Segment.Client, cluster.Vip, port, Connections);

    /// <summary>A process of its own that accepts on the VIP and says nothing.</summary>
    private static LabProcess Serve(Master master)
    {
        var name = $"idle-server-{Guid.NewGuid():N}";
        var server = LabProcess.Start(master.Node, name, LabProgram.Path, "idle-server", "--port", $"{Port}");
        Observe.Until("listening", TimeSpan.FromSeconds(10),
            () => server.Log.Contains("listening", StringComparison.Ordinal), () => server.Log);
        return server;
    }

    private static Socket Connect(Cluster cluster)
    {
        var socket = cluster.Segment.Client.Namespace.Inside(NewSocket);
        socket.Connect(cluster.Vip, Port);
        return socket;
    }

    private static Socket NewSocket() =>
        new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000 };
}
