using Vipd.Daemon.Control;
using Vipd.Daemon.Doctor;
using Vipd.Daemon.Tests.Machine;

namespace Vipd.Daemon.Tests.Doctor;

/// <summary>A healthy master, and each finding broken once: that one turns, and no other.</summary>
public class DoctorTests
{
    private static readonly string[] NotLookedAt = ["advertisements", "firewall", "realtime"];

    [Fact]
    public async Task A_healthy_master_has_nothing_but_ok_and_what_was_not_looked_at()
    {
        await using ControlPlaneTree tree = await ControlPlaneTree.MakeAsync();
        IReadOnlyList<Finding> findings = Diagnosis.Of(await tree.GatherAsync()).Findings;
        Assert.Equal(
            NotLookedAt, findings.Where(finding => finding.Status != FindingStatus.Ok).Select(
                finding => finding.Check));
        Assert.True(findings.Count >= 28, $"{findings.Count} findings");
    }

    [Fact]
    public async Task Before_kubeadm_what_needs_a_cluster_is_skipped_with_the_reason()
    {
        await using ControlPlaneTree tree = await ControlPlaneTree.MakeAsync();
        DoctorFacts facts = await tree.GatherAsync();
        facts = facts with
        {
            Machine = Machines.Bare(11),
            Manifests = new Dictionary<string, Vipd.Daemon.Machine.StaticPodManifest>(),
            Kubeconfigs = [],
            Certificates = [],
            Api = new ApiFacts("there is no /etc/kubernetes/admin.conf", null, null, null, null),
            Readyz = new ReadyzFacts("kube-apiserver", "down", ["connection refused"]),
        };
        Assert.DoesNotContain(
            Diagnosis.Of(facts).Findings, finding => finding.Status is FindingStatus.Warning or FindingStatus.Failed);
    }

    public static TheoryData<Breakage> Breakages =>
        [.. Certificates(), .. Components(), .. Dns(), .. Node(), .. Settings()];

    [Theory]
    [MemberData(nameof(Breakages))]
    public async Task One_thing_broken_turns_its_finding_and_no_other(Breakage breakage)
    {
        await using ControlPlaneTree tree = await ControlPlaneTree.MakeAsync();
        breakage.Tree(tree);
        DoctorReport report = Diagnosis.Of(breakage.Facts(await tree.GatherAsync(breakage.Configuration)));
        Finding[] turned =
        [
            .. report.Findings.Where(finding => finding.Status is not FindingStatus.Ok)
                .Where(finding => finding.Check != breakage.AlsoSkipped)
                .Where(finding => !NotLookedAt.Contains(finding.Check) || finding.Status != FindingStatus.Skipped),
        ];
        Finding finding = Assert.Single(turned);
        Assert.Equal((breakage.Check, breakage.Status), (finding.Check, finding.Status));
        Assert.Contains(breakage.Found, finding.Found, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Why);
        Assert.Equal(breakage.Status == FindingStatus.Skipped, finding.Fix.Length == 0);
    }

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
            AlsoSkipped = "etcd-members",
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
        yield return new("systemd-networkd", FindingStatus.Warning, "it removes the virtual IP when it is restarted")
        {
            Tree = tree => tree.Write("/run/systemd/netif/state", ""),
        };
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
    }

    [Theory]
    [InlineData("203.0.113.9", null, FindingStatus.Failed, "no interface has a subnet that holds 203.0.113.9")]
    [InlineData("203.0.113.9", "eth0", FindingStatus.Warning, "203.0.113.9 is in no subnet of eth0")]
    [InlineData("192.0.2.100", "eth7", FindingStatus.Failed, "there is no interface eth7")]
    [InlineData("192.0.2.100", null, FindingStatus.Ok, "192.0.2.100 is in 192.0.2.0/24 of eth0")]
    public async Task The_virtual_IP_belongs_into_a_subnet(string address, string? on, object status, string found)
    {
        await using ControlPlaneTree tree = await ControlPlaneTree.MakeAsync();
        DoctorFacts facts = WithVirtualAddress(await tree.GatherAsync(), address);
        Finding finding = NodeFindings.SubnetOf(facts.Configuration.VirtualRouters[1] with { Interface = on }, facts);
        Assert.Equal((FindingStatus)status, finding.Status);
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strict_reverse_path_filtering_matters_only_for_an_address_outside_the_subnets()
    {
        await using ControlPlaneTree tree = await ControlPlaneTree.MakeAsync();
        DoctorFacts facts = WithVirtualAddress(await tree.GatherAsync(), "203.0.113.9");
        var routers = facts.Configuration.VirtualRouters;
        facts = facts with
        {
            Configuration = facts.Configuration with
            {
                VirtualRouters = [routers[0],
                routers[1] with { Interface = "eth0" }]
            },
        };
        Assert.Equal(FindingStatus.Warning, NodeFindings.ReversePathOf(facts).Status);
    }

    private static DoctorFacts WithAddress(DoctorFacts facts, int index, string address, byte prefix) => facts with
    {
        Machine = facts.Machine with { Addresses = [.. facts.Machine.Addresses, Machines.At(index, address, prefix)] },
    };

    // As a second router's, so that certificates and kubeconfigs are still those of the first.
    private static DoctorFacts WithVirtualAddress(DoctorFacts facts, string address)
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

    private static ApiFacts NoNodes(DoctorFacts facts) => facts.Api with { Nodes = null };

    /// <summary>One thing that is wrong, and what the doctor makes of it.</summary>
    public sealed record Breakage
    {
        internal Breakage(string check, FindingStatus status, string found) => (Check, Status, Found) = (check,
            status, found);

        internal string Check { get; }

        internal FindingStatus Status { get; }

        internal string Found { get; }

        internal string Configuration { get; init; } = "";

        internal string AlsoSkipped { get; init; } = "";

        internal Action<ControlPlaneTree> Tree { get; init; } = _ => { };

        internal Func<DoctorFacts, DoctorFacts> Facts { get; init; } = facts => facts;

        public override string ToString() => $"{Check}: {Found}";
    }
}
