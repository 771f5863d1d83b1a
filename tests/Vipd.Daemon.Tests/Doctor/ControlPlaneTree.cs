using System.Text;
using Microsoft.AspNetCore.Http;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Doctor;
using Vipd.Daemon.Machine;
using Vipd.Daemon.Tests.Configuration;
using Vipd.Daemon.Tests.Health;
using Vipd.Daemon.Tests.Machine;

namespace Vipd.Daemon.Tests.Doctor;

/// <summary>
/// The files of master 192.0.2.11 after kubeadm, third of three behind 192.0.2.100, all of them right; and an API
/// server
/// that answers for the cluster. A test breaks one thing and looks.
/// </summary>
internal sealed class ControlPlaneTree : IAsyncDisposable
{
    public const string VirtualIp = "192.0.2.100";
    public const string AskWith = "/etc/kubernetes/asking.conf";

    private readonly TemporaryDirectory _root = new();
    private readonly TestAuthority _authority = new();
    private ApiserverStandIn? _apiserver;

    /// <summary>JSON by path without its query; what is not there is answered with 404.</summary>
    public Dictionary<string, string> Api { get; } = new()
    {
        ["/readyz"] = "ok",
        ["/api/v1/nodes"] = Nodes("192.0.2.11", "192.0.2.12", "192.0.2.13"),
        ["/apis/apps/v1/namespaces/kube-system/deployments"] = Dns(replicas: 2, available: 2, isSpread: true),
        ["/api/v1/namespaces/kube-system/pods"] = Pods("m1", "m2"),
        ["/api/v1/namespaces/kube-system/configmaps/kubeadm-config"] =
            Kubeadm($"controlPlaneEndpoint: {VirtualIp}:6443"),
    };

    public int ReadyzStatus { get; set; } = 200;

    public static async Task<ControlPlaneTree> MakeAsync()
    {
        var tree = new ControlPlaneTree();
        tree._apiserver = await ApiserverStandIn.StartAsync(
            tree._authority.Issue(["kubernetes"], addresses: ["127.0.0.1"]), tree.AnswerAsync);
        tree.WriteKubernetes();
        tree.Write("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
        tree.Write("/proc/sys/net/ipv4/ip_forward", "1\n");
        tree.Write("/proc/sys/net/ipv4/conf/all/rp_filter", "1\n");
        tree.Write("/proc/sys/net/ipv4/conf/all/arp_ignore", "0\n");
        tree.Write("/proc/1/comm", "systemd\n");
        tree.Write("/proc/77/comm", "chronyd\n");
        tree.Write("/var/lib/kubelet/kubeadm-flags.env", "KUBELET_KUBEADM_ARGS=\"--node-ip=192.0.2.11 --v=2\"\n");
        return tree;
    }

    public string PathOf(string path) => _root[path.TrimStart('/')];

    public void Write(string path, string text)
    {
        string full = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public void Delete(string path) => File.Delete(_root[path.TrimStart('/')]);

    public void WriteManifest(string component, params string[] flags) =>
        Write($"/etc/kubernetes/manifests/{component}.yaml", Machines.Pod(component, flags));

    public void WriteCertificate(string path, string[] names, string[] addresses, int days = 300) =>
        Write(path, _authority.Issue(names, to: days, addresses: addresses).ExportCertificatePem());

    public void WriteKubeconfig(string path, string server) => Write(path, $"""
        apiVersion: v1
        kind: Config
        clusters:
        - cluster:
            certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(_authority.Pem))}
            server: {server}
          name: kubernetes
        users:
        - name: admin
          user:
            token: secret
        current-context: admin@kubernetes

        """);

    /// <summary>
    /// Links and addresses are those of <see cref="Machines"/>, since the kernel's are this machine's.
    /// </summary>
    public async Task<DoctorFacts> GatherAsync(string moreConfiguration = "")
    {
        string text = $"""
            virtualRouters:
              - name: apiserver
                vrid: 51
                addresses: [{VirtualIp}]
                checks: [kube-apiserver]
            checks:
              - name: kube-apiserver
                type: kubernetesApiserver
                url: {_apiserver!.Url}
            {moreConfiguration}
            """;
        VipdConfiguration configuration = Sample.Valid(text);
        DoctorFacts facts = await new FactGathering(
            configuration, new MachineFiles(_root.FullPath), AskWith, TimeSpan.Zero, isThisMachine: false)
            .GatherAsync(CancellationToken.None);
        MachineDescription bare = Machines.Bare(11);
        return facts with { Machine = facts.Machine with { Links = bare.Links, Addresses = bare.Addresses } };
    }

    public async ValueTask DisposeAsync()
    {
        if (_apiserver is not null)
            await _apiserver.DisposeAsync();
        _authority.Dispose();
        _root.Dispose();
    }

    public static string Dns(int replicas, int available, bool isSpread) => """
        {"items": [{"metadata": {"name": "coredns"}, "spec": {"replicas": REPLICAS,
          "template": {"spec": {"affinity": {"SPREAD": {}}}}}, "status": {"availableReplicas": AVAILABLE}}]}
        """.Replace("REPLICAS", $"{replicas}", StringComparison.Ordinal)
        .Replace("AVAILABLE", $"{available}", StringComparison.Ordinal)
        .Replace("SPREAD", isSpread ? "podAntiAffinity" : "nodeAffinity", StringComparison.Ordinal);

    public static string Kubeadm(string line) => """
        {"data": {"ClusterConfiguration": "kind: ClusterConfiguration\nLINE\n"}}
        """.Replace("LINE", line, StringComparison.Ordinal);

    public static string Pods(params string[] nodes) => List(nodes.Select(node => """
        {"spec": {"nodeName": "NODE"}}
        """.Replace("NODE", node, StringComparison.Ordinal)));

    public static string Nodes(params string[] addresses) => List(addresses.Select(address => """
        {"metadata": {"name": "mLAST", "labels": {"node-role.kubernetes.io/control-plane": ""},
          "annotations": {"projectcalico.org/IPv4Address": "ADDRESS/24"}},
         "status": {"addresses": [{"type": "InternalIP", "address": "ADDRESS"}]}}
        """.Replace("ADDRESS", address, StringComparison.Ordinal)
        .Replace("LAST", address[^1..], StringComparison.Ordinal)));

    private static string List(IEnumerable<string> items) => $"{{\"items\": [{string.Join(", ", items)}]}}";

    private void WriteKubernetes()
    {
        Write("/etc/kubernetes/pki/ca.crt", _authority.Pem);
        WriteCertificate("/etc/kubernetes/pki/apiserver.crt", ["kubernetes", "m1"], ["192.0.2.11", VirtualIp]);
        WriteKubeconfig(AskWith, $"https://{_apiserver!.Url.Authority}");
        foreach (string name in (string[])["admin", "kubelet"])
            WriteKubeconfig($"/etc/kubernetes/{name}.conf", $"https://{VirtualIp}:6443");
        foreach (string name in (string[])["scheduler", "controller-manager"])
            WriteKubeconfig($"/etc/kubernetes/{name}.conf", "https://192.0.2.11:6443");
        WriteManifest(
            "kube-apiserver",
            "--advertise-address=192.0.2.11",
            "--etcd-servers=https://127.0.0.1:2379",
            "--shutdown-delay-duration=5s");
        WriteManifest("kube-scheduler", "--leader-elect=true");
        WriteManifest("kube-controller-manager", "--leader-elect=true");
        WriteManifest(
            "etcd",
            "--advertise-client-urls=https://192.0.2.11:2379",
            "--initial-cluster=m1=https://192.0.2.11:2380,m2=https://192.0.2.12:2380,m3=https://192.0.2.13:2380");
    }

    private Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        bool isKnown = Api.TryGetValue(path, out string? body);
        context.Response.StatusCode = path == "/readyz" ? ReadyzStatus : isKnown ? 200 : 404;
        return context.Response.WriteAsync(body ?? "");
    }
}
