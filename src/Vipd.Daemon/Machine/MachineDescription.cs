using System.Net.Sockets;
using Vipd.Linux.Netlink;

namespace Vipd.Daemon.Machine;

/// <summary>What a first configuration is made from. A component is null on a machine without its manifest.</summary>
internal sealed record MachineDescription(
    IReadOnlyList<InterfaceLink> Links,
    IReadOnlyList<InterfaceAddress> Addresses,
    StaticPodManifest? Apiserver,
    StaticPodManifest? Etcd)
{
    /// <summary>RT_SCOPE_UNIVERSE: neither link-local nor loopback.</summary>
    private const byte GlobalScope = 0;

    /// <summary>Addresses that other machines can reach.</summary>
    public IEnumerable<InterfaceAddress> GlobalAddresses =>
        Addresses.Where(address => address.Scope == GlobalScope);

    /// <exception cref="Linux.LinuxException">The kernel does not tell its links or addresses.</exception>
    public static MachineDescription Read(MachineFiles files)
    {
        using var netlink = new AddressNetlink();
        return new MachineDescription(
            netlink.ListLinks(),
            netlink.ListAddresses(AddressFamily.Unspecified),
            StaticPodManifest.Read(files, "kube-apiserver"),
            StaticPodManifest.Read(files, "etcd"));
    }

    public InterfaceLink? LinkOf(InterfaceAddress address) =>
        Links.FirstOrDefault(link => link.Index == address.Interface);

    /// <summary>`eth0 (192.0.2.11/24), eth1`: what there is to choose from.</summary>
    public string DescribeLinks() => string.Join(", ", Links.Where(link => link.Name != "lo").Select(link =>
    {
        string[] own =
        [
            .. GlobalAddresses.Where(address => address.Interface == link.Index)
                .Select(address => $"{address.Address}/{address.PrefixLength}"),
        ];
        return own.Length == 0 ? link.Name : $"{link.Name} ({string.Join(", ", own)})";
    }));
}
