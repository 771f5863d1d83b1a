using System.Net;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Machine;
using Vipd.Linux.Netlink;

namespace Vipd.Daemon.Doctor;

/// <summary>The node: addresses, who else touches them, and what the kernel is told.</summary>
internal static class NodeFindings
{
    private const string Area = "node";
    private const string NetworkdFolder = "/etc/systemd/network";

    private static readonly Version Oldest = new(5, 4);
    private static readonly Version WithAddressProtocol = new(5, 18);

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

    private static readonly Check Networkd = new(
        "systemd-networkd", Area, "networkd removes addresses that it does not know when it is restarted or a "
            + "link changes");

    private static readonly Check NetworkManager = new(
        "networkmanager", Area, "NetworkManager removes addresses that it does not know when a connection is "
            + "brought up anew");

    private static readonly Check ReversePath = new(
        "rp_filter", Area, "strict reverse path filtering drops requests that come in by another interface than "
            + "answers leave by");

    private static readonly Check ArpAnswers = new(
        "arp_ignore", Area, "with two interfaces in one subnet the kernel answers for an address on either of them");

    private static readonly Check Forwarding = new(
        "ip_forward", Area, "pods reach nothing outside their node without it; kubeadm asks for it too");

    private static readonly Check Clock = new(
        "clock", Area, "certificates, tokens and the time window of signed Advertisements compare clocks");

    private static readonly Check Realtime = new(
        "realtime", Area, "on a busy node the election thread waits for its turn with all others, and "
            + "Advertisements come late");

    private static readonly Check Kernel = new(
        "kernel", Area, "vipd needs addresses with a lifetime, and marks them as its own where the kernel can");

    public static IEnumerable<Finding> All(DoctorFacts facts) =>
    [
        .. facts.Configuration.VirtualRouters.Select(router => SubnetOf(router, facts)),
        OwnOf(facts),
        ClaimedOf(facts),
        OthersOf(facts),
        NetworkdOf(facts),
        NetworkManagerOf(facts),
        ReversePathOf(facts),
        ArpAnswersOf(facts),
        ForwardingOf(facts),
        ClockOf(facts),
        RealtimeOf(facts),
        KernelOf(facts),
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

        if (!facts.Node.Processes.Contains("keepalived"))
            return Others.Ok("neither keepalived nor kube-vip runs beside vipd");
        return named is null
            ? Others.Warning("keepalived runs as well, for other addresses", "see that no virtual_router_id is "
                + "the same as a vrid")
            : Others.Failed($"keepalived runs as well, and its configuration has {named}", stopKeepalived);
    }

    public static Finding NetworkdOf(DoctorFacts facts)
    {
        if (!facts.Node.NetworkdRuns)
            return Networkd.Ok("it does not run here");
        bool keeps = facts.Node.NetworkdSettings.Split('\n').Any(line => line.Trim().Replace(" ", "",
            StringComparison.Ordinal)
            is "KeepConfiguration=yes" or "KeepConfiguration=static");
        return keeps
            ? Networkd.Ok("it keeps addresses that are not its own")
            : Networkd.Warning(
                "it removes the virtual IP when it is restarted; vipd puts it back within milliseconds",
                $"write [Network] KeepConfiguration=static into the interface's file in {NetworkdFolder}, then "
                    + "networkctl reload");
    }

    public static Finding NetworkManagerOf(DoctorFacts facts) => facts.Node.NetworkManagerRuns
        ? NetworkManager.Ok("it runs, and leaves addresses of others alone; after nmcli connection up vipd puts "
            + "the VIP back")
        : NetworkManager.Ok("it does not run here");

    public static Finding ReversePathOf(DoctorFacts facts)
    {
        foreach (VirtualRouterConfiguration router in facts.Configuration.VirtualRouters)
        {
            string? link = InterfaceOf(router, facts);
            bool isInside = facts.OwnAddresses.Any(own =>
                own.Holds(router.Addresses[0].Address) && facts.Machine.LinkOf(own)?.Name == link);
            // The kernel takes the greater of both; 1 is strict, 2 is loose.
            int strictness = Math.Max(
                Number(facts, "net/ipv4/conf/all/rp_filter"), Number(facts, $"net/ipv4/conf/{link}/rp_filter"));
            if (!isInside && strictness == 1)
            {
                return ReversePath.Warning(
                    $"{router.Name}: {link} filters strictly, and {router.Addresses[0].Address} is in no subnet of it",
                    $"sysctl -w net.ipv4.conf.{link}.rp_filter=2, and for good in /etc/sysctl.d");
            }
        }

        return ReversePath.Ok("requests to the virtual IPs are not filtered by it");
    }

    public static Finding ArpAnswersOf(DoctorFacts facts)
    {
        foreach (VirtualRouterConfiguration router in facts.Configuration.VirtualRouters)
        {
            IPAddress address = router.Addresses[0].Address;
            string[] links =
            [
                .. facts.OwnAddresses.Where(own => own.Holds(address))
                    .Select(own => facts.Machine.LinkOf(own)?.Name).OfType<string>().Distinct(),
            ];
            if (links.Length > 1 && Number(facts, "net/ipv4/conf/all/arp_ignore") == 0)
            {
                return ArpAnswers.Warning(
                    $"{string.Join(" and ", links)} are both in the subnet of {address}, and arp_ignore is 0",
                    "sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2, and in /etc/sysctl.d");
            }
        }

        return ArpAnswers.Ok("only one interface is in the subnet of each virtual IP, or arp_ignore is set");
    }

    public static Finding ForwardingOf(DoctorFacts facts)
    {
        if (facts.Manifests.Count == 0)
            return Forwarding.Skipped("there is no Kubernetes here yet, and vipd alone does not need it");
        return Number(facts, "net/ipv4/ip_forward") == 1
            ? Forwarding.Ok("net.ipv4.ip_forward is 1")
            : Forwarding.Failed(
                "net.ipv4.ip_forward is 0",
                "echo net.ipv4.ip_forward=1 > /etc/sysctl.d/99-kubernetes.conf && sysctl --system");
    }

    public static Finding ClockOf(DoctorFacts facts)
    {
        if (facts.Node.IsClockSynchronised)
            return Clock.Ok("systemd-timesyncd says that it is in step");
        string? daemon = facts.Node.Processes.FirstOrDefault(process =>
            process is "chronyd" or "ntpd" or "ntpsec" or "openntpd" or "ptp4l" or "phc2sys");
        return daemon is not null
            ? Clock.Ok($"{daemon} runs")
            : Clock.Warning("nothing keeps the clock in step", "apt install chrony, or systemctl enable --now "
                + "systemd-timesyncd");
    }

    public static Finding RealtimeOf(DoctorFacts facts)
    {
        if (facts.Status is not { } status)
            return Realtime.Skipped("no vipd runs here to be asked; systemctl start vipd");
        return status.ElectionLoop.RealtimeRefusal is { } refusal
            ? Realtime.Warning(
                $"the election thread has no real-time scheduling: {refusal}",
                "start vipd by its unit, which sets LimitRTPRIO=50 and LimitMEMLOCK=infinity; in a container, add "
                    + "CAP_SYS_NICE")
            : Realtime.Ok("the election thread has real-time scheduling, or the configuration does without");
    }

    public static Finding KernelOf(DoctorFacts facts)
    {
        Version kernel = facts.Node.Kernel;
        string text = $"Linux {kernel.Major}.{kernel.Minor}";
        return kernel < Oldest ? Kernel.Failed($"{text}: vipd needs {Oldest}", "update the kernel")
            : kernel < WithAddressProtocol
                ? Kernel.Warning(
                    $"{text} has no address protocol: vipd can't tell its addresses from others, the lease alone "
                        + "ends them",
                    $"update to {WithAddressProtocol} or later when you can")
                : Kernel.Ok($"{text} has all that vipd uses");
    }

    private static string? InterfaceOf(VirtualRouterConfiguration router, DoctorFacts facts) =>
        router.Interface
        ?? (facts.OwnAddresses.Holding(router.Addresses[0].Address) is { } own ? facts.Machine.LinkOf(
            own)?.Name : null);

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

    private static int Number(DoctorFacts facts, string sysctl) =>
        int.TryParse(facts.Node.Sysctls.GetValueOrDefault(sysctl), out int value) ? value : 0;
}
