using System.Net;
using System.Text.Json;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Control;
using Vipd.Daemon.Machine;
using Vipd.Linux.Netlink;

namespace Vipd.Daemon.Doctor;

/// <summary>Everything that findings are drawn from, gathered before the first is drawn.</summary>
internal sealed record DoctorFacts
{
    public required VipdConfiguration Configuration { get; init; }

    public required MachineDescription Machine { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>kube-apiserver, etcd …: names of the manifests in /etc/kubernetes/manifests.</summary>
    public IReadOnlyDictionary<string, StaticPodManifest> Manifests { get; init; } =
        new Dictionary<string, StaticPodManifest>();

    public IReadOnlyList<Kubeconfig> Kubeconfigs { get; init; } = [];

    /// <summary>All below /etc/kubernetes/pki.</summary>
    public IReadOnlyList<CertificateFile> Certificates { get; init; } = [];

    public ApiFacts Api { get; init; } = new("no kubeconfig", null, null, null, null);

    /// <summary>What one probe of the configured kubernetesApiserver check answered; null: no such check.</summary>
    public ReadyzFacts? Readyz { get; init; }

    /// <summary>One for each virtual router, by name; none where nobody listened.</summary>
    public IReadOnlyDictionary<string, WireFacts> Wire { get; init; } = new Dictionary<string, WireFacts>();

    public FirewallFacts Firewall { get; init; } = new(null, null, null);

    public NodeFacts Node { get; init; } = new();

    /// <summary>What the running daemon says; null: none answers.</summary>
    public StatusDocument? Status { get; init; }

    /// <summary>Routers that stand for the API server: those with such a check, or all.</summary>
    public IReadOnlyList<VirtualRouterConfiguration> EndpointRouters
    {
        get
        {
            string[] apiserver =
            [
                .. Configuration.Checks.Where(check => check.Settings is KubernetesApiserverSettings)
                    .Select(check => check.Name),
            ];
            VirtualRouterConfiguration[] found =
                [.. Configuration.VirtualRouters.Where(router => router.Checks.Any(apiserver.Contains))];
            return found.Length > 0 ? found : Configuration.VirtualRouters;
        }
    }

    public IEnumerable<IPAddress> EndpointAddresses => EndpointRouters.Select(router => router.Addresses[0].Address);

    public IEnumerable<IPAddress> VirtualAddresses =>
        Configuration.VirtualRouters.SelectMany(router => router.Addresses).Select(address => address.Address);

    /// <summary>Addresses that the node has apart from the virtual ones.</summary>
    public IEnumerable<InterfaceAddress> OwnAddresses =>
        Machine.GlobalAddresses.Where(address => !VirtualAddresses.Contains(address.Address));

    /// <summary>As configured, or by its subnet; null: neither.</summary>
    public string? InterfaceOf(VirtualRouterConfiguration router) => router.Interface
        ?? (OwnAddresses.Holding(router.Addresses[0].Address) is { } own ? Machine.LinkOf(own)?.Name : null);

    /// <summary>`host:port` as kubeconfigs and kubeadm spell it.</summary>
    public string Endpoint
    {
        get
        {
            IPAddress address = EndpointAddresses.First();
            int port = Machine.Apiserver?.SecurePort ?? StaticPodManifest.DefaultSecurePort;
            return new IPEndPoint(address, port).ToString();
        }
    }
}

/// <param name="Problem">Why nothing was asked; null: it answered.</param>
/// <param name="DnsDeployments">List of deployments with the label k8s-app=kube-dns.</param>
/// <param name="DnsPods">Their pods.</param>
/// <param name="Nodes">List of nodes.</param>
/// <param name="KubeadmConfig">ClusterConfiguration of kubeadm, as YAML text.</param>
internal sealed record ApiFacts(
    string? Problem, JsonElement? DnsDeployments, JsonElement? DnsPods, JsonElement? Nodes, string? KubeadmConfig);

/// <param name="Class">ready, notReady, down.</param>
internal sealed record ReadyzFacts(string Check, string Class, IReadOnlyList<string> Reasons);

/// <summary>Rules as their tools print them; null: the tool is not there, or may not be asked.</summary>
/// <param name="Nftables">`nft list ruleset`.</param>
/// <param name="Iptables">`iptables-save`.</param>
/// <param name="FirewalldZones">Text of all zones; null: firewalld does not run.</param>
/// <param name="Ip6tables">`ip6tables-save`.</param>
internal sealed record FirewallFacts(
    string? Nftables, string? Iptables, string? FirewalldZones, string? Ip6tables = null);

/// <summary>The operating system.</summary>
internal sealed record NodeFacts
{
    /// <summary>By name with slashes: net/ipv4/ip_forward.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of running processes.</summary>
    public IReadOnlyList<string> Processes { get; init; } = [];

    /// <summary>Where the kubelet takes flags from, one behind the other.</summary>
    public string KubeletFlags { get; init; } = "";

    public string KeepalivedConfiguration { get; init; } = "";

    public string KubeVipManifest { get; init; } = "";

    /// <summary>Null: it does not run.</summary>
    public NetworkdFacts? Networkd { get; init; }

    public bool NetworkManagerRuns { get; init; }

    public bool IsClockSynchronised { get; init; }

    /// <summary>Its /proc shows vipd the processes of its own user alone; null: none runs, or it may not be asked.
    /// </summary>
    public bool? IsVipdBlindfolded { get; init; }

    public Version Kernel { get; init; } = new(6, 1);
}
