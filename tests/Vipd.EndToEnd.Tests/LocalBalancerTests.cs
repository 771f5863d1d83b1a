using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Vipd.Lab;
using Vipd.Lab.Masters;
using Vipd.Lab.Processes;

namespace Vipd.EndToEnd.Tests;

/// <summary>
/// The examples of config/examples as they are shipped, with Debian's packages: the VIP leads to a balancer on every
/// master, and that to the API servers of all masters.
/// </summary>
public class LocalBalancerTests
{
    private const int BalancerPort = 8443;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    [ToolNetnsFact("haproxy")]
    public void HAProxy_on_every_master_serves_all_API_servers() => Serves(
        "haproxy", (master, folder) => ["haproxy", "-db", "-f", Path.Combine(folder, "haproxy.cfg")]);

    [ToolNetnsFact("nginx")]
    public void Nginx_on_every_master_serves_all_API_servers() => Serves(
        "nginx", (master, folder) =>
        [
            "nginx", "-c", Path.Combine(folder, "nginx.conf"), "-e", "stderr",
            // The masters of the lab share a file system.
            "-g", $"daemon off; pid {master.Node.PathOf("nginx.pid")};",
        ]);

    private static void Serves(string example, Func<Master, string, IReadOnlyList<string>> command)
    {
        var folder = Path.Combine(RepositoryRoot(), "config", "examples", example);
        using var cluster = Cluster.Create(new ClusterOptions(VipdBinary.Path));
        var balancers = new Dictionary<Master, LabProcess>();
        try
        {
            foreach (var master in cluster.Masters)
            {
                WriteConfiguration(master, Path.Combine(folder, "vipd.yaml"), cluster);
                balancers[master] = LabProcess.Start(master.Node, example, command(master, folder));
            }

            // A vipd that asks before its balancer listens starts as a worse router, and the VIP moves once more.
            foreach (var master in cluster.Masters)
                Observe.Until($"{example} listens", Bound, () => Accepts(cluster, master), () => balancers[master].Log);
            cluster.StartDaemons();
            using var client = NewClient(cluster);
            var active = ServedAndSettled(cluster, client, balancers);

            // What it had accepted before it died is lost; what comes after is not.
            active.ApiServer!.Kill();
            Assert.True(active.ApiServer.WaitForExit(Bound));
            for (var i = 0; i < 20; i++) Assert.True(IsServed(client), $"request {i} after the apiserver died");
            Assert.Equal(active, cluster.WaitUntilSettled());

            balancers[active].Terminate();
            Observe.Until("another node has the VIP", Bound,
                () => cluster.HoldersOfVip() is [var holder] && holder != active, cluster.DescribeHolders);
            Assert.NotEqual(active, ServedAndSettled(cluster, client, balancers));
        }
        finally
        {
            foreach (var balancer in balancers.Values) balancer.Dispose();
        }
    }

    private static Master ServedAndSettled(Cluster cluster, HttpClient client, Dictionary<Master, LabProcess> balancers)
    {
        Observe.Until("an answer through the VIP", Bound, () => IsServed(client),
            () => string.Join('\n', balancers.Values.Select(balancer => balancer.Log)));
        return cluster.WaitUntilSettled();
    }

    private static bool Accepts(Cluster cluster, Master master)
    {
        using var socket = cluster.Segment.Client.Namespace.Inside(
            () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            socket.Connect(master.Node.Address, BalancerPort);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool IsServed(HttpClient client)
    {
        try
        {
            return client.GetStringAsync("/readyz").GetAwaiter().GetResult() == "ok";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>What is different in the lab: sockets in a directory of the node, and the lab's own CA.</summary>
    private static void WriteConfiguration(Master master, string example, Cluster cluster)
    {
        var text = File.ReadAllText(example)
            .Replace("/etc/kubernetes/pki/ca.crt", cluster.CaFile, StringComparison.Ordinal);
        Assert.Contains(cluster.CaFile, text, StringComparison.Ordinal);
        File.WriteAllText(master.ConfigFile, $"{text}\ncontrol:\n  socket: {master.Node.PathOf("vipd.sock")}\n");
    }

    /// <summary>A connection for each request, as each may go to another API server.</summary>
    private static HttpClient NewClient(Cluster cluster)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(cluster.CaFile);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = async (context, stop) =>
            {
                var socket = cluster.Segment.Client.Namespace.Inside(
                    () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                await socket.ConnectAsync(context.DnsEndPoint, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        return new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://{cluster.Vip}:{BalancerPort}"),
            Timeout = TimeSpan.FromSeconds(5),
            DefaultRequestVersion = HttpVersion.Version11,
        };
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "vipd.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
