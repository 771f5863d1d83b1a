using System.Net;
using Vipd.Daemon.Machine;
using Vipd.Linux;
using Vipd.Linux.Netlink;

namespace Vipd.Daemon.Tests.Machine;

/// <summary>Masters as the tests need them: eth0 192.0.2.N/24, eth1 198.51.100.N/24, a tunnel.</summary>
internal static class Machines
{
    /// <summary>Before kubeadm.</summary>
    public static MachineDescription Bare(int last) => new(
        [Link(1, "lo"), Link(2, "eth0"), Link(3, "eth1"), Link(4, "tun0") with { LinkLayerAddress = [] }],
        [
            At(1, "127.0.0.1", 8) with { Scope = 254 },
            At(2, $"192.0.2.{last}", 24),
            At(3, $"198.51.100.{last}", 24),
        ],
        null,
        null);

    /// <summary>After kubeadm, third of three.</summary>
    public static MachineDescription Master(int last, params string[] apiserverFlags) => Bare(last) with
    {
        Apiserver = StaticPodManifest.Parse("kube-apiserver.yaml", Pod("kube-apiserver", apiserverFlags)),
        Etcd = StaticPodManifest.Parse("etcd.yaml", Pod(
            "etcd",
            "--initial-cluster=m1=https://192.0.2.11:2380,m2=https://192.0.2.12:2380,m3=https://192.0.2.13:2380")),
    };

    /// <summary>A static pod's manifest as kubeadm writes it, shortened.</summary>
    public static string Pod(string component, params string[] flags) => $"""
        apiVersion: v1
        kind: Pod
        metadata:
          creationTimestamp: null
          name: {component}
          namespace: kube-system
        spec:
          containers:
          - command:
            - {component}
        {string.Join('\n', flags.Select(flag => $"    - {flag}"))}
            image: registry.k8s.example/{component}:v1.34.0
            name: {component}
          hostNetwork: true

        """;

    public static InterfaceAddress At(int index, string address, byte prefix) => new(
        new InterfaceIndex(index), IPAddress.Parse(address), prefix, null, uint.MaxValue, uint.MaxValue, 0, 0);

    private static InterfaceLink Link(int index, string name) => new(
        new InterfaceIndex(index), name, [2, 0, 0, 0, 0, (byte)index], IsUp: true, HasCarrier: true, 1500);
}
