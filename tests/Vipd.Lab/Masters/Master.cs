using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Vipd.Lab.Mixed;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;
using Vipd.Lab.Traffic;

namespace Vipd.Lab.Masters;

/// <summary>One control plane node: vipd, an apiserver stand-in, and the service that the probe asks.</summary>
public sealed class Master : IDisposable
{
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(20);
    private const int LogTailLines = 20;
    private readonly ClusterOptions _options;
    private readonly LabCertificates _certificates;
    private readonly Responder _responder;
    private readonly Responder? _responderV6;
    private readonly HttpClient _http;

    internal Master(
        LabNode node, IReadOnlyList<LabNode> members, ClusterOptions options, LabCertificates certificates)
    {
        (Node, _options, _certificates) = (node, options, certificates);
        _responder = Responder.Start(node);
        if (options.SecondStack) _responderV6 = Responder.Start(node, AddressFamily.InterNetworkV6);
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectInsideAsync, UseProxy = false })
        {
            BaseAddress = new Uri($"http://{VipdConfiguration.MetricsEndpoint}"),
            Timeout = TimeSpan.FromSeconds(2),
        };
        Etcd = new EtcdMember(node, members, _http);
        if (options.AllFrr) Frr = NewFrr(node, members, options);
        File.WriteAllText(ConfigFile, VipdConfiguration.For(node, options, certificates.CaFile));
    }

    public LabNode Node { get; }

    public string Name => Node.Name;

    public string ConfigFile => Node.PathOf("vipd.yaml");

    public string LogFile => Node.PathOf("vipd.log");

    /// <summary>Runs keepalived instead of vipd.</summary>
    public bool IsKeepalived { get; internal init; }

    /// <summary>Runs FRR instead of vipd.</summary>
    internal FrrRouter? Frr { get; }

    internal IReadOnlyList<string> CommandPrefix { get; init; } = [];

    /// <summary>Off the network; what its kernel still holds reaches nobody.</summary>
    public bool IsCut { get; internal set; }

    public LabProcess? Daemon { get; private set; }

    public LabProcess? ApiServer { get; private set; }

    /// <summary>Runs only where the options say so.</summary>
    public EtcdMember Etcd { get; }

    private string ApiServerControlFile => Node.PathOf("readyz");

    /// <summary>Starts the daemon without waiting for it.</summary>
    /// <param name="prefix">A command that executes the rest of its line.</param>
    public void StartDaemon(params IReadOnlyList<string> prefix)
    {
        Daemon?.Dispose();
        if (Frr is not null)
        {
            Frr.Start();
            Daemon = Frr.Daemon;
            return;
        }
        Daemon = IsKeepalived
            ? LabProcess.Start(Node, "keepalived", [.. prefix, .. Keepalived.Command(Node, _options)])
            : LabProcess.Start(
                Node,
                "vipd",
                [
                    .. prefix, .. UnitSettings.Nice, .. CommandPrefix,
                    _options.VipdBinary, "run", "--config", ConfigFile,
                ]);
    }

    public void StartApiServer()
    {
        ApiServer?.Dispose();
        ApiServer = LabProcess.Start(Node, "apiserver",
            [
                LabProgram.Path, "apiserver", "--port", $"{VipdConfiguration.ApiServerPort}",
                "--pki", _certificates.Directory, "--control", ApiServerControlFile,
                "--shutdown-delay-ms", $"{_options.ApiServerShutdownDelay.TotalMilliseconds:0}",
                .. _options.WithEtcd ? (string[])["--etcd", EtcdMember.ClientUrl] : [],
            ]);
    }

    /// <summary>Kills vipd and removes what it left in the kernel, as a boot would.</summary>
    public void PowerOff()
    {
        Daemon?.Dispose();
        Frr?.PowerOff();
        // flush, unlike del, is content when a lease has just run out and nothing is there.
        IpCommand.Batch(Node.Namespace, _options.Vips.Select(v => $"addr flush dev eth0 to {v.Address}/32"));
        if (_options.SecondStack)
        {
            IpCommand.Batch(
                Node.Namespace,
                [$"addr flush dev eth1 to {ClusterOptions.VipV6}/128", "addr flush dev eth1 to fe80::100/128"]);
        }
    }

    /// <summary>What /readyz of the stand-in answers from now on: 200, 500, 401, 403.</summary>
    public void SetApiServerStatus(int status) => File.WriteAllText(ApiServerControlFile, $"{status}");

    public void WaitUntilApiServerListens() => Observe.Until(
        $"apiserver of {Name} listens", StartBound, () => CanConnect(VipdConfiguration.ApiServerPort),
        () => ApiServer?.Log ?? "not started");

    /// <summary>Waits for /readyz: configured and its sockets up, whatever its state in the election.</summary>
    public void WaitUntilDaemonReady() => Observe.Until(
        $"vipd of {Name} is ready", StartBound, IsDaemonReady, DaemonLogTail);

    /// <summary>A page of vipd's, as the node itself gets it.</summary>
    public string Get(string path) => _http.GetStringAsync(path).GetAwaiter().GetResult();

    /// <summary>What Prometheus would get now.</summary>
    internal MetricsPage Metrics() => new(Get("/metrics"));

    /// <summary>
    /// Reads a page to its end and keeps nothing: to make a text of 2 MB takes longer than to send it.
    /// </summary>
    internal void Skim(string path)
    {
        using var body = _http.GetStreamAsync(path).GetAwaiter().GetResult();
        body.CopyTo(Stream.Null);
    }

    /// <summary>Its check, where there is one, has found the apiserver well.</summary>
    internal bool HasFullPriority()
    {
        if (IsKeepalived) return _options.KeepalivedScript is null || Daemon!.Log.Contains(Keepalived.ScriptSucceeded);
        return Metrics().From("vipd_priority").Select(sample => sample.Value).Distinct().Count() == 1;
    }

    /// <summary>What `vipd status -o json` says.</summary>
    internal JsonDocument Status()
    {
        var (exitCode, output) = RunVipd("status", "--config", ConfigFile, "-o", "json");
        return exitCode == 0
            ? JsonDocument.Parse(output)
            : throw new InvalidOperationException($"vipd status: {output}");
    }

    /// <summary>Runs a vipd command on the node to its end.</summary>
    public (int ExitCode, string Output) RunVipd(params IReadOnlyList<string> arguments)
    {
        IReadOnlyList<string> command = [_options.VipdBinary, .. arguments];
        var name = $"command-{Guid.NewGuid():N}";
        using var process = LabProcess.Start(Node, name, command);
        if (!process.WaitForExit(StartBound)) throw new TimeoutException(string.Join(' ', command));
        return (process.ExitCode, process.Log);
    }

    public string DaemonLogTail() =>
        File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(LogTailLines)) : "";

    public void Dispose()
    {
        Daemon?.Dispose();
        Frr?.Dispose();
        ApiServer?.Dispose();
        Etcd.Dispose();
        Release();
    }

    /// <summary>Lets the processes live on while the objects of this process go.</summary>
    internal void Release()
    {
        _responder.Dispose();
        _responderV6?.Dispose();
        _http.Dispose();
    }

    private static FrrRouter NewFrr(LabNode node, IReadOnlyList<LabNode> members, ClusterOptions options)
    {
        var spoken = MixedOptions.V3 with { Interval = options.EffectiveInterval, Vips = options.Vips };
        return new FrrRouter(node, members, spoken, options.PriorityOf(node) ?? ClusterOptions.DefaultPriority);
    }

    private bool IsDaemonReady()
    {
        if (Daemon is not { HasExited: false })
            throw new InvalidOperationException($"the daemon of {Name} ended:\n{DaemonLogTail()}");
        if (IsKeepalived) return Daemon.HasLogged(Keepalived.TakesPart);
        if (Frr is not null) return true; // Its start has waited.
        try
        {
            return Get("/readyz").Length >= 0;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private bool CanConnect(int port)
    {
        using var socket = NewTcpSocket();
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async ValueTask<Stream> ConnectInsideAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = NewTcpSocket();
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private Socket NewTcpSocket() => Node.Namespace.Inside(
        () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
}
