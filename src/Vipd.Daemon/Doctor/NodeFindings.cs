using System.Net;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Machine;
using Vipd.Linux.Netlink;

namespace Vipd.Daemon.Doctor;

/// <summary>The node: the virtual IPs among its addresses, and who else touches them.</summary>
internal static class NodeFindings
{
    private const string Area = "node";
    private static readonly Check Subnet = new(
        "virtual-ip-subnet", Area, "clients of the segment ask by ARP; an address outside its subnets needs a "
            + "route to it");

    private static readonly Check Own = new(
        "virtual-ip-is-free", Area, "a virtual IP that some machine has as its own can't move");

    private static readonly Check Claimed = new(
        "virtual-ip-not-a-node-address",
        Area,
        "what takes the virtual IP for its node's own address (kubelet, etcd, the network plugin) breaks when it "
            + "moves away");

    private static readonly Check Others = new(
        "other-daemons", Area, "two daemons that both think that the address is theirs take it from each other");

    public static IEnumerable<Finding> All(DoctorFacts facts) =>
    [
        .. facts.Configuration.VirtualRouters.Select(router => SubnetOf(router, facts)),
        OwnOf(facts),
        ClaimedOf(facts),
        OthersOf(facts),
    ];

    public static Finding SubnetOf(VirtualRouterConfiguration router, DoctorFacts facts)
    {
        IPAddress address = router.Addresses[0].Address;
        InterfaceAddress? subnet = facts.OwnAddresses.Holding(address);
        string? holder = subnet is null ? null : facts.Machine.LinkOf(subnet)?.Name;
        if (router.Interface is { } name && facts.Machine.Links.All(link => link.Name != name))
        {
            return Subnet.Failed(
                $"{router.Name}: there is no interface {name}; there are {facts.Machine.DescribeLinks()}",
                $"name one of these as interface: of {router.Name}, or none, to find it by its subnet");
        }

        if (holder is not null && (router.Interface is null || router.Interface == holder))
            return Subnet.Ok($"{router.Name}: {address} is in {subnet!.SubnetText()} of {holder}");
        return router.Interface is { } on
            ? Subnet.Warning(
                $"{router.Name}: {address} is in no subnet of {on}",
                $"give the clients' router a route to {address}, or take an address of the subnet: "
                    + facts.Machine.DescribeLinks())
            : Subnet.Failed(
                $"{router.Name}: no interface has a subnet that holds {address}",
                $"take an address of one of these, or name the interface: {facts.Machine.DescribeLinks()}");
    }

    public static Finding OwnOf(DoctorFacts facts)
    {
        foreach (IPAddress address in facts.VirtualAddresses)
        {
            // A node has one address at least in the subnet of a virtual IP; when that is the virtual IP, it is its
            // own.
            InterfaceAddress? here = facts.Machine.GlobalAddresses.FirstOrDefault(own => own.Address.Equals(address));
            bool isOnly = here is not null && here.ProtocolTag is null && facts.OwnAddresses.Holding(address) is null;
            if (isOnly)
            {
                return Own.Failed(
                    $"{address} is this node's own address", "take a free address of the subnet as the virtual "
                        + "IP, on all masters");
            }

            if (facts.Machine.Etcd?.InitialCluster.Contains(address.ToString()) == true)
            {
                return Own.Failed(
                    $"{address} is a peer's address: etcd's manifest has it as a member",
                    "take a free address of the subnet as the virtual IP, on all masters");
            }
        }

        return Own.Ok("no virtual IP is this node's or a peer's own address");
    }

    public static Finding ClaimedOf(DoctorFacts facts)
    {
        foreach (string address in facts.VirtualAddresses.Select(address => address.ToString()))
        {
            string flag = $"--node-ip={address}";
            if (WordsOf(facts.Node.KubeletFlags).Any(word => word.EndsWith(flag, StringComparison.Ordinal)))
            {
                return Claimed.Failed(
                    $"the kubelet has --node-ip={address}",
                    "give it this node's own address (nodeRegistration.kubeletExtraArgs, /etc/default/kubelet), "
                        + "restart it");
            }

            foreach (StaticPodManifest manifest in facts.Manifests.Values)
            {
                string? claiming = ClaimingFlag(manifest, address);
                if (claiming is not null)
                {
                    return Claimed.Failed(
                        $"{manifest.File} has --{claiming} with {address}",
                        "put this node's own address there; kubeadm takes it from --apiserver-advertise-address");
                }
            }

            if (facts.Api.Nodes is { } nodes
                && ApiLists.Addresses(nodes).FirstOrDefault(
                    claim => claim.Address == address) is { Node: { } node } claim)
            {
                return Claimed.Failed(
                    $"node {node} has {address} as {claim.What}",
                    claim.What is "InternalIP" or "ExternalIP"
                        ? "set --node-ip of that node's kubelet to its own address, and restart it"
                        : "tell the network plugin which address to take (calico: "
                            + "IP_AUTODETECTION_METHOD=kubernetes-internal-ip; "
                            + "flannel: --iface)");
            }
        }

        return Claimed.Ok("kubelet, etcd and the manifests name no virtual IP as their node's"
            + (facts.Api.Nodes is null ? "; network plugins were not asked" : ", nor does the network plugin"));
    }

    public static Finding OthersOf(DoctorFacts facts)
    {
        const string stopKeepalived = "systemctl disable --now keepalived, on this node, before vipd takes over";
        string? named = facts.VirtualAddresses.Select(address => address.ToString()).FirstOrDefault(address =>
            WordsOf(facts.Node.KeepalivedConfiguration).Any(word => word.Split('/')[0] == address));
        string? kubeVip = facts.VirtualAddresses.Select(address => address.ToString())
            .FirstOrDefault(address => facts.Node.KubeVipManifest.Contains(address, StringComparison.Ordinal));
        if (kubeVip is not null)
        {
            return Others.Failed(
                $"kube-vip has a manifest with {kubeVip}",
                "mv /etc/kubernetes/manifests/kube-vip.yaml /tmp, wait for its pod to end, and look with ip "
                    + "address show");
        }

        if (facts.Node.Processes.Contains("kube-vip"))
        {
            return Others.Warning(
                "kube-vip runs as well, from no manifest that names a virtual IP",
                "kubectl -n kube-system get daemonset,pod -o wide | grep kube-vip: see that it serves other addresses");
        }

        if (!facts.Node.Processes.Contains("keepalived"))
            return Others.Ok("neither keepalived nor kube-vip runs beside vipd");
        return named is null
            ? Others.Warning("keepalived runs as well, for other addresses", "see that no virtual_router_id is "
                + "the same as a vrid")
            : Others.Failed($"keepalived runs as well, and its configuration has {named}", stopKeepalived);
    }

    private static string? ClaimingFlag(StaticPodManifest manifest, string address)
    {
        foreach (string flag in (string[])
            ["advertise-address", "advertise-client-urls", "initial-advertise-peer-urls", "listen-peer-urls"])
        {
            if (manifest.Flag(flag) is not { } value)
                continue;
            bool isNamed = value.Split(',').Any(part => part == address
                || (Uri.TryCreate(part, UriKind.Absolute, out Uri? url) && url.Host.Trim('[', ']') == address));
            if (isNamed)
                return flag;
        }

        return null;
    }

    private static string[] WordsOf(string text) =>
        text.Split([' ', '\t', '\n', '"', '\''], StringSplitOptions.RemoveEmptyEntries);
}
