using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Configuration.Schema;
using Vipd.Daemon.Machine;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.FirstRun;

/// <summary>What `vipd init` was asked for.</summary>
/// <param name="Vip">The virtual IP, with the prefix that was given or /32, /128.</param>
/// <param name="Interface">Null: by subnet.</param>
/// <param name="IsUnicast">Peers instead of multicast.</param>
/// <param name="Peers">Empty: the members of etcd.</param>
internal sealed record InitRequest(
    VirtualAddress Vip, string? Interface = null, bool IsUnicast = false, IReadOnlyList<string>? Peers = null);

/// <summary>A first vipd.yaml, or why there is none.</summary>
/// <param name="Text">The file; null with a refusal.</param>
/// <param name="Refusal">What is wrong and what to do; null when there is a text.</param>
/// <param name="Summary">One line: what was found.</param>
/// <param name="Warnings">What the person who asked must know, a sentence each.</param>
internal sealed record InitResult(string? Text, string? Refusal, string Summary, IReadOnlyList<string> Warnings)
{
    public static InitResult Refuse(string reason) => new(null, reason, "", []);
}

/// <summary>
/// Machine → a commented vipd.yaml that is right on every master: what differs between masters (names, own addresses)
/// is not in it. A function of its arguments; it touches nothing.
/// </summary>
internal sealed class FirstConfiguration(InitRequest request, MachineDescription machine)
{
    private readonly IPAddress _vip = request.Vip.Address;
    private readonly List<string> _warnings = [];

    public InitResult Write()
    {
        InterfaceAddress? subnet =
            machine.GlobalAddresses.Where(address => !address.Address.Equals(_vip)).Holding(_vip);
        InterfaceLink? link = request.Interface is { } name
            ? machine.Links.FirstOrDefault(other => other.Name == name)
            : subnet is null ? null : machine.LinkOf(subnet);
        if (RefusalOf(link, subnet) is { } refusal)
            return InitResult.Refuse(refusal);
        IReadOnlyList<string> peers =
            request.Peers is { Count: > 0 } given ? given : machine.Etcd?.InitialCluster ?? [];
        if (request.IsUnicast && RefusalOfPeers(peers) is { } peersRefusal)
            return InitResult.Refuse(peersRefusal);
        WarnOfApiserver();
        if (IsHere)
        {
            _warnings.Add(
                $"{_vip} is on this machine now: stop what put it there (keepalived, kube-vip) before vipd starts");
        }

        bool isFoundBySubnet = subnet?.Interface == link!.Index;
        string interfaceLine = isFoundBySubnet
            ? $"    # interface: {link.Name,-18} # not needed: its subnet, {subnet!.SubnetText()}, holds the address"
            : $"    interface: {link.Name,-20} # its subnets do not hold the address; the same name everywhere";
        string where = isFoundBySubnet ? $"{link.Name} ({subnet!.SubnetText()})" : link.Name;
        string summary = $"{request.Vip} on {where}, virtual router ID {VirtualRouterId}";
        string text = Template(interfaceLine, request.IsUnicast ? Unicast(peers) : "");
        return new InitResult(text, null, summary, _warnings);
    }

    private bool IsHere => machine.Addresses.Any(address => address.Address.Equals(_vip));

    /// <summary>Two clusters on one network have different virtual IPs; so their IDs differ too, mostly.</summary>
    private int VirtualRouterId => _vip.GetAddressBytes()[^1] is > 0 and var last ? last : 51;

    private string? RefusalOf(InterfaceLink? link, InterfaceAddress? subnet)
    {
        // With no other address in its subnet it is what the machine is known by, not one that keepalived put there.
        if (subnet is null && IsHere)
            return $"{_vip} is this machine's own address; a virtual IP is a further, free address of the same subnet";
        if (link is null)
        {
            return request.Interface is { } name
                ? $"there is no interface {name}; there are {machine.DescribeLinks()}"
                : $"no interface has a subnet that holds {_vip}: take a free address of one of these, or name the "
                    + $"interface with --interface: {machine.DescribeLinks()}";
        }

        if (link.LinkLayerAddress.Length != MacAddress.Length || link.Name == "lo")
            return $"{link.Name} is no Ethernet interface; name another with --interface: {machine.DescribeLinks()}";
        bool isEdge = subnet is { PrefixLength: < 31 } && _vip.AddressFamily == AddressFamily.InterNetwork
            && NetworkFormats.Address($"{_vip}/{subnet.PrefixLength}").Problem is not null;
        return isEdge ? $"{_vip} is the network or broadcast address of {subnet!.SubnetText()}; take another" : null;
    }

    private string? RefusalOfPeers(IReadOnlyList<string> peers)
    {
        if (peers.Count < 2)
        {
            string found = peers.Count == 0 ? "etcd's manifest names none" : $"etcd's manifest names {peers[0]} alone";
            return $"--unicast needs every master's address, and {found}; give each with --peer, this machine's too";
        }

        string? wrong = peers.FirstOrDefault(peer =>
            !IPAddress.TryParse(peer, out IPAddress? address) || address.AddressFamily != _vip.AddressFamily);
        return wrong is null
            ? null
            : $"peer {wrong} is not an address of {_vip}'s family; give each master's with --peer";
    }

    private void WarnOfApiserver()
    {
        if (machine.Apiserver is not { } apiserver)
            return;
        if (apiserver.Flag("bind-address") is { } bind && bind is not ("0.0.0.0" or "::"))
        {
            _warnings.Add(
                $"kube-apiserver listens on {bind} alone (--bind-address in {apiserver.File}): it answers neither at "
                + $"{_vip} nor to vipd's check at 127.0.0.1; remove that flag on every master");
        }

        if (apiserver.Flag("anonymous-auth") == "false")
        {
            _warnings.Add(
                "kube-apiserver refuses anonymous requests (--anonymous-auth=false): /readyz answers 401, ready or "
                + "not; give vipd a credential in the file, clientCertFile with clientKeyFile, or tokenFile");
        }
    }

    private static string Unicast(IReadOnlyList<string> peers) => $"""

            unicast:                        # instead of multicast; every master's address, as the own one is ignored
              peers: [{string.Join(", ", peers.Select(Quoted))}]
        """;

    // A colon ends a key inside brackets.
    private static string Quoted(string address) =>
        address.Contains(':', StringComparison.Ordinal) ? $"\"{address}\"" : address;

    private string Template(string interfaceLine, string unicast) => $"""
        # yaml-language-server: $schema=file://{ConfigurationSchema.InstalledPath}
        # /etc/vipd/vipd.yaml, the same on every master: nothing in it belongs to one machine alone. Lines that are
        # commented out show defaults; `vipd schema` tells of every key. After a change: `vipd check`.

        virtualRouters:
          - name: apiserver                 # label in metrics, logs and commands
            vrid: {VirtualRouterId,-25} # 1..255, used by nobody else on this network; here the address's last octet
            addresses:
              - {request.Vip.ToString(),-27} # the virtual IP; /32 or /128 keeps it apart from the node's own address
        {interfaceLine}{unicast}
            checks: [kube-apiserver]        # lowers the priority of a master whose API server is not well
            # priority: 100                 # equal everywhere is fine: who is healthy decides, then who was Active
            # advertisementInterval: 200ms  # a dead node is noticed after about 3.6 of these

        checks:
          - name: kube-apiserver
            type: kubernetesApiserver
            url: https://127.0.0.1:{machine.Apiserver?.SecurePort ?? StaticPodManifest.DefaultSecurePort}/readyz
            # caFile: /etc/kubernetes/pki/ca.crt  # picked up when `kubeadm init` or `join` has written it
            # weights:                      # lower the priority by
            #   notReady: 40                # it listens, but does not answer 200
            #   down: 80                    # refused, reset or timed out

        metrics:
          listen: "[::]:9812"               # /metrics and a status page, read-only; 127.0.0.1:9812 keeps them local

        """;
}
