using Vipd.Daemon.Control;
using Vipd.Daemon.Doctor;
using Vipd.Daemon.Tests.Machine;

namespace Vipd.Daemon.Tests.Doctor;

/// <summary>One thing that is wrong, and what the doctor makes of it.</summary>
public sealed record Breakage
{
    internal Breakage(string check, FindingStatus status, string found) =>
        (Check, Status, Found) = (check, status, found);

    internal string Check { get; }

    internal FindingStatus Status { get; }

    internal string Found { get; }

    internal string Configuration { get; init; } = "";

    internal string[] AlsoTurned { get; init; } = [];

    internal Action<ControlPlaneTree> Tree { get; init; } = _ => { };

    internal Func<DoctorFacts, DoctorFacts> Facts { get; init; } = facts => facts;

    public override string ToString() => $"{Check}: {Found}";
}

/// <summary>Each finding broken once, in each way that it tells apart.</summary>
internal static class Breakages
{
    public static IEnumerable<Breakage> All =>
        [.. Certificates(), .. Components(), .. Dns(), .. Node(), .. Settings(), .. Networkd(), .. Processes()];

    private static IEnumerable<Breakage> Certificates()
    {
        yield return new("apiserver-certificate-names", FindingStatus.Failed, "does not name 192.0.2.100")
        {
            Tree = tree => tree.WriteCertificate("/etc/kubernetes/pki/apiserver.crt", ["kubernetes"], ["192.0.2.11"]),
        };
        yield return new("certificate-expiry", FindingStatus.Warning, "front-proxy-client.crt ends in 19 days")
        {
            Tree = tree => tree.WriteCertificate("/etc/kubernetes/pki/front-proxy-client.crt", ["x"], [], days: 20),
        };
        yield return new("certificate-expiry", FindingStatus.Failed, "etcd/server.crt ended on ")
        {
            Tree = tree => tree.WriteCertificate("/etc/kubernetes/pki/etcd/server.crt", ["x"], [], days: -2),
        };
        yield return new("kubeconfig-server", FindingStatus.Failed, "kubelet.conf goes to 192.0.2.12, another "
            + "machine's")
        {
            Tree = tree => tree.WriteKubeconfig("/etc/kubernetes/kubelet.conf", "https://192.0.2.12:6443"),
        };
        yield return new("kubeconfig-server", FindingStatus.Warning, "admin.conf goes to 192.0.2.11, this node's own")
        {
            Tree = tree => tree.WriteKubeconfig("/etc/kubernetes/admin.conf", "https://192.0.2.11:6443"),
        };
        yield return new("control-plane-endpoint", FindingStatus.Failed, "it is 192.0.2.11:6443, which is no "
            + "virtual IP")
        {
            Tree = tree => tree.Api["/api/v1/namespaces/kube-system/configmaps/kubeadm-config"] =
                ControlPlaneTree.Kubeadm("controlPlaneEndpoint: 192.0.2.11:6443"),
        };
        yield return new("control-plane-endpoint", FindingStatus.Failed, "no further master can join")
        {
            Tree = tree => tree.Api["/api/v1/namespaces/kube-system/configmaps/kubeadm-config"] =
                ControlPlaneTree.Kubeadm("clusterName: kubernetes"),
        };
        yield return new("apiserver-certificate-names", FindingStatus.Failed, "does not name api.example")
        {
            Tree = tree => tree.WriteKubeconfig("/etc/kubernetes/kubelet.conf", "https://api.example:6443"),
        };
    }

    private static IEnumerable<Breakage> Components()
    {
        yield return new("leader-election", FindingStatus.Failed, "kube-scheduler has --leader-elect=false")
        {
            Tree = tree => tree.WriteManifest("kube-scheduler", "--leader-elect=false"),
        };
        yield return new("leader-election", FindingStatus.Failed, "kube-controller-manager has --leader-elect=false")
        {
            Tree = tree => tree.WriteManifest("kube-controller-manager", "--leader-elect=false"),
        };
        yield return new("etcd-members", FindingStatus.Warning, "2 known here")
        {
            Tree = tree =>
            {
                tree.WriteManifest("etcd", "--initial-cluster=m1=https://192.0.2.11:2380,m2=https://192.0.2.12:2380");
                tree.Api["/api/v1/nodes"] = ControlPlaneTree.Nodes("192.0.2.11", "192.0.2.12");
            },
        };
        yield return new("etcd-members", FindingStatus.Warning, "4 members bear no more losses than 3")
        {
            Tree = tree => tree.Api["/api/v1/nodes"] =
                ControlPlaneTree.Nodes("192.0.2.11", "192.0.2.12", "192.0.2.13", "192.0.2.14"),
        };
        yield return new("apiserver-readyz", FindingStatus.Warning, "it answers, but not that it is ready")
        {
            Tree = tree => tree.ReadyzStatus = 500,
        };
        yield return new("apiserver-readyz", FindingStatus.Failed, "kube-apiserver: down")
        {
            Tree = tree => tree.Delete("/etc/kubernetes/pki/ca.crt"),
        };
        yield return new("anonymous-auth", FindingStatus.Failed, "check kube-apiserver has no credential")
        {
            Tree = tree => tree.WriteManifest(
                "kube-apiserver", "--anonymous-auth=false", "--etcd-servers=https://127.0.0.1:2379",
                    "--shutdown-delay-duration=5s"),
        };
        yield return new("shutdown-delay", FindingStatus.Warning, "is 500ms, and check kube-apiserver needs 1 s")
        {
            Tree = tree => tree.WriteManifest(
                "kube-apiserver", "--etcd-servers=https://127.0.0.1:2379", "--shutdown-delay-duration=500ms"),
        };
        // Without its etcd the manifest says nothing of members either.
        yield return new("static-pods", FindingStatus.Failed, "no manifest of etcd")
        {
            Tree = tree => tree.Delete("/etc/kubernetes/manifests/etcd.yaml"),
            AlsoTurned = ["etcd-members"],
        };
    }

    private static IEnumerable<Breakage> Dns()
    {
        const string deployments = "/apis/apps/v1/namespaces/kube-system/deployments";
        yield return new("dns-replicas", FindingStatus.Failed, "coredns has 1 replica")
        {
            Tree = tree => tree.Api[deployments] = ControlPlaneTree.Dns(replicas: 1, available: 1, isSpread: true),
        };
        yield return new("dns-replicas", FindingStatus.Warning, "1 of 2 replicas of coredns are available")
        {
            Tree = tree => tree.Api[deployments] = ControlPlaneTree.Dns(replicas: 2, available: 1, isSpread: true),
        };
        yield return new("dns-spread", FindingStatus.Warning, "has neither podAntiAffinity nor "
            + "topologySpreadConstraints")
        {
            Tree = tree => tree.Api[deployments] = ControlPlaneTree.Dns(replicas: 2, available: 2, isSpread: false),
        };
        yield return new("dns-spread", FindingStatus.Failed, "all 2 pods of coredns are on m1")
        {
            Tree = tree => tree.Api["/api/v1/namespaces/kube-system/pods"] = ControlPlaneTree.Pods("m1", "m1"),
        };
    }

    private static IEnumerable<Breakage> Node()
    {
        yield return new("virtual-ip-not-a-node-address", FindingStatus.Failed, "the kubelet has --node-ip=192.0.2.100")
        {
            Tree = tree => tree.Write("/etc/default/kubelet", "KUBELET_EXTRA_ARGS=--node-ip=192.0.2.100\n"),
        };
        yield return new("virtual-ip-not-a-node-address", FindingStatus.Failed, "etcd.yaml has "
            + "--advertise-client-urls with")
        {
            Tree = tree => tree.WriteManifest(
                "etcd",
                "--advertise-client-urls=https://192.0.2.100:2379",
                "--initial-cluster=m1=https://192.0.2.11:2380,m2=https://192.0.2.12:2380,m3=https://192.0.2.13:2380"),
        };
        yield return new("virtual-ip-not-a-node-address", FindingStatus.Failed, "node m2 has 192.0.2.100 as "
            + "projectcalico")
        {
            Tree = tree => tree.Api["/api/v1/nodes"] = tree.Api["/api/v1/nodes"].Replace("192.0.2.12/24",
                "192.0.2.100/24"),
        };
        yield return new("other-daemons", FindingStatus.Failed, "keepalived runs as well, and its configuration "
            + "has 192.0.2.100")
        {
            Tree = tree =>
            {
                tree.Write("/proc/88/comm", "keepalived\n");
                tree.Write("/etc/keepalived/keepalived.conf", "virtual_ipaddress {\n  192.0.2.100/24\n}\n");
            },
        };
        yield return new("other-daemons", FindingStatus.Warning, "keepalived runs as well, for other addresses")
        {
            Tree = tree => tree.Write("/proc/88/comm", "keepalived\n"),
        };
        yield return new("other-daemons", FindingStatus.Failed, "kube-vip has a manifest with 192.0.2.100")
        {
            Tree = tree => tree.WriteManifest("kube-vip", "--address=192.0.2.100"),
        };
    }

    private static IEnumerable<Breakage> Settings()
    {
        yield return new("ip_forward", FindingStatus.Failed, "net.ipv4.ip_forward is 0")
        {
            Tree = tree => tree.Write("/proc/sys/net/ipv4/ip_forward", "0\n"),
        };
        yield return new("clock", FindingStatus.Warning, "nothing keeps the clock in step")
        {
            Tree = tree => tree.Delete("/proc/77/comm"),
        };
        yield return new("kernel", FindingStatus.Warning, "Linux 5.10 has no address protocol")
        {
            Tree = tree => tree.Write("/proc/sys/kernel/osrelease", "5.10.0-28-amd64\n"),
        };
        yield return new("kernel", FindingStatus.Failed, "Linux 4.19: vipd needs 5.4")
        {
            Tree = tree => tree.Write("/proc/sys/kernel/osrelease", "4.19.0\n"),
        };
        yield return new("arp_ignore", FindingStatus.Warning, "eth0 and eth1 are both in the subnet of 192.0.2.100")
        {
            Facts = facts => WithAddress(facts, 3, "192.0.2.211", 24),
        };
        yield return new("arp_ignore", FindingStatus.Warning, "and arp_announce of eth1 is 0")
        {
            Tree = tree => tree.Write("/proc/sys/net/ipv4/conf/all/arp_ignore", "1\n"),
            Facts = facts => WithSysctl(WithAddress(facts, 3, "192.0.2.211", 24), "net/ipv4/conf/eth0/arp_announce"),
        };
        yield return new("realtime", FindingStatus.Warning, "no real-time scheduling: RLIMIT_RTPRIO is 0")
        {
            Facts = facts => facts with
            {
                Status = new StatusDocument(
                    "1", "m1", facts.Now, facts.Now, new ElectionLoopStatus(true, 0, "RLIMIT_RTPRIO is 0"), [], [], []),
            },
        };
        yield return new("virtual-ip-is-free", FindingStatus.Failed, "192.0.2.13 is a peer's address")
        {
            Configuration = "",
            Facts = facts => WithVirtualAddress(facts, "192.0.2.13"),
        };
        yield return new("virtual-ip-is-free", FindingStatus.Failed, "192.0.2.100 is this node's own address")
        {
            Facts = OnlyTheVirtualAddress,
            AlsoTurned = ["virtual-ip-subnet", "kubeconfig-server"],
        };
    }

    private static IEnumerable<Breakage> Networkd()
    {
        const string mine = "/run/systemd/network/10-eth0.network";
        yield return new("systemd-networkd", FindingStatus.Warning, $"{mine} has no KeepConfiguration")
        {
            Tree = tree => WriteNetworkd(tree, "", "no"),
        };
        yield return new("systemd-networkd", FindingStatus.Warning, "KeepConfiguration=static in " + mine)
        {
            Tree = tree => WriteNetworkd(tree, "KeepConfiguration = static\n", "no"),
        };
        // Another interface's file is not this one's; what a drop-in says last counts.
        yield return new("systemd-networkd", FindingStatus.Warning, "KeepConfiguration=no in " + mine)
        {
            Tree = tree =>
            {
                WriteNetworkd(tree, "KeepConfiguration=yes\n", "no");
                tree.Write("/etc/systemd/network/10-eth0.network.d/a.conf", "[Network]\nKeepConfiguration=no\n");
                tree.Write("/etc/systemd/network/20-eth1.network", "[Network]\nKeepConfiguration=yes\n");
            },
        };
        yield return new("networkd-foreign-routes", FindingStatus.Warning,
            "networkd.conf lacks ManageForeignRoutes=no and ManageForeignRoutingPolicyRules=no")
        {
            Tree = tree => WriteNetworkd(tree, "KeepConfiguration=yes\n", "yes"),
        };
        yield return new("networkd-foreign-routes", FindingStatus.Warning,
            "networkd.conf lacks ManageForeignRoutingPolicyRules=no")
        {
            Tree = tree =>
            {
                WriteNetworkd(tree, "KeepConfiguration=yes\n", "no");
                tree.Write(
                    "/etc/systemd/networkd.conf.d/z.conf", "[Network]\nManageForeignRoutingPolicyRules=true\n");
            },
        };
    }

    private static IEnumerable<Breakage> Processes()
    {
        const string byName = """
              - name: kubelet
                type: process
                process: kubelet
            """;
        yield return new("process-checks", FindingStatus.Failed, "looks for kubelet, and vipd sees its own user's")
        {
            Configuration = byName,
            Tree = tree =>
            {
                tree.Write("/proc/90/comm", "vipd\n");
                tree.Write("/proc/90/mountinfo", "40 30 0:4 / /proc rw,nosuid - proc proc rw,hidepid=invisible\n");
            },
        };
        yield return new("process-checks", FindingStatus.Skipped, "no vipd runs here whose view could be looked at")
        {
            Configuration = byName,
        };
        yield return new("other-daemons", FindingStatus.Warning, "kube-vip runs as well")
        {
            Tree = tree => tree.Write("/proc/91/comm", "kube-vip\n"),
        };
        yield return new("virtual-ip-not-a-node-address", FindingStatus.Failed, "node m2 has 192.0.2.100 as InternalIP")
        {
            Tree = tree => tree.Api["/api/v1/nodes"] = tree.Api["/api/v1/nodes"].Replace(
                "\"InternalIP\", \"address\": \"192.0.2.12\"", "\"InternalIP\", \"address\": \"192.0.2.100\""),
        };
    }

    private static DoctorFacts WithAddress(DoctorFacts facts, int index, string address, byte prefix) => facts with
    {
        Machine = facts.Machine with { Addresses = [.. facts.Machine.Addresses, Machines.At(index, address, prefix)] },
    };

    // As a second router's, so that certificates and kubeconfigs are still those of the first.
    internal static DoctorFacts WithVirtualAddress(DoctorFacts facts, string address)
    {
        var first = facts.Configuration.VirtualRouters[0];
        var second = first with
        {
            Name = "second",
            Checks = [],
            Addresses = [first.Addresses[0] with { Address = System.Net.IPAddress.Parse(address) }],
        };
        return facts with
        {
            Configuration = facts.Configuration with { VirtualRouters = [first, second] },
            Api = NoNodes(facts)
        };
    }

    private static DoctorFacts WithSysctl(DoctorFacts facts, string name) => facts with
    {
        Node = facts.Node with { Sysctls = new Dictionary<string, string>(facts.Node.Sysctls) { [name] = "2" } },
    };

    // As where somebody has taken the machine's only address for the virtual one.
    private static DoctorFacts OnlyTheVirtualAddress(DoctorFacts facts) => facts with
    {
        Machine = facts.Machine with { Addresses = [Machines.At(2, ControlPlaneTree.VirtualIp, 24)] },
    };

    /// <summary>networkd manages eth0, the second interface.</summary>
    internal static void WriteNetworkd(ControlPlaneTree tree, string networkSetting, string foreign)
    {
        tree.Write("/run/systemd/netif/state", "OPER_STATE=routable\n");
        tree.Write("/run/systemd/netif/links/2", "ADMIN_STATE=configured\n"
            + "NETWORK_FILE=/run/systemd/network/10-eth0.network\n");
        tree.Write("/run/systemd/network/10-eth0.network", $"[Match]\nName=eth0\n[Network]\n# KeepConfiguration=yes\n"
            + networkSetting);
        tree.Write("/etc/systemd/networkd.conf", "[Network]\n#ManageForeignRoutes=yes\n");
        tree.Write("/usr/lib/systemd/networkd.conf.d/foreign.conf",
            $"[Network]\nManageForeignRoutes={foreign}\nManageForeignRoutingPolicyRules={foreign}\n");
    }

    private static ApiFacts NoNodes(DoctorFacts facts) => facts.Api with { Nodes = null };
}
