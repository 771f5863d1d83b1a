using System.Net.Sockets;
using Vipd.Daemon.Ports;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>A virtual address that a vipd left behind, and what became of it.</summary>
/// <param name="InterfaceName">Its index where the interface has gone meanwhile.</param>
/// <param name="Refusal">Why it is still there; null if it is gone.</param>
internal sealed record RemovedAddress(InternetAddress Address, string InterfaceName, LinuxException? Refusal)
{
    /// <summary>One line for people.</summary>
    public string Outcome => Refusal is null
        ? $"removed {Address}, left on {InterfaceName} by a vipd that is gone"
        : $"could not remove {Address} from {InterfaceName}: {Refusal.Message}";
}

/// <summary>
/// What a vipd that was killed may have left in the kernel. Its addresses carry our IFA_PROTO number, or are just those
/// that it recorded where the kernel has no such number. Without either an address is an administrator's; with the
/// number, but neither configured nor recorded, it is not ours to judge; both stay. On every interface: the
/// configuration may have named another one when the address was added.
/// </summary>
internal static class AddressRemains
{
    /// <summary>
    /// Removes them; the caller makes sure that no vipd lives that still wants them. Returns what was found.
    /// </summary>
    /// <inheritdoc cref="Find"/>
    public static IReadOnlyList<RemovedAddress> Remove(
        AddressNetlink netlink,
        IReadOnlySet<InternetAddress> virtualAddresses,
        IReadOnlySet<RecordedAddress>? record) =>
        Remove(netlink, Find(netlink, virtualAddresses, record));

    /// <summary>What there is, left alone.</summary>
    /// <param name="netlink">Of the namespace to clear up.</param>
    /// <param name="virtualAddresses">As configured; none where the configuration cannot be read.</param>
    /// <param name="record">What the dead vipd recorded; null: nothing.</param>
    /// <exception cref="LinuxException">The kernel would not list addresses or take the request.</exception>
    public static IReadOnlyList<InterfaceAddress> Find(
        AddressNetlink netlink,
        IReadOnlySet<InternetAddress> virtualAddresses,
        IReadOnlySet<RecordedAddress>? record) =>
    [
        .. netlink.ListAddresses(AddressFamily.Unspecified).Where(found =>
            (found.ProtocolTag == AddressHolder.ProtocolTag
                && virtualAddresses.Contains(InternetAddress.From(found.Address)))
            || (found.ProtocolTag is null or AddressHolder.ProtocolTag && IsRecorded(found, record))),
    ];

    /// <summary>Removes what was found. One that has gone meanwhile is removed.</summary>
    /// <exception cref="LinuxException">The kernel would not take the request.</exception>
    public static IReadOnlyList<RemovedAddress> Remove(AddressNetlink netlink, IReadOnlyList<InterfaceAddress> remains)
    {
        if (remains.Count == 0)
            return [];
        foreach (InterfaceAddress found in remains)
        {
            netlink.Delete(new AddressRequest
            {
                Interface = found.Interface,
                Address = IpOctets.From(found.Address),
                PrefixLength = found.PrefixLength,
            });
        }

        int[] errors = new int[remains.Count];
        netlink.Commit(errors);
        Dictionary<InterfaceIndex, string> names =
            netlink.ListLinks().ToDictionary(link => link.Index, link => link.Name);
        return [.. remains.Select((found, i) => new RemovedAddress(
            InternetAddress.From(found.Address),
            names.GetValueOrDefault(found.Interface, $"interface {found.Interface.Value}"),
            RefusalFor(errors[i])))];
    }

    private static bool IsRecorded(InterfaceAddress found, IReadOnlySet<RecordedAddress>? record) =>
        record?.Contains(new RecordedAddress(
            found.Interface, InternetAddress.From(found.Address), found.PrefixLength, found.CreatedAt)) == true;

    /// <summary>Gone already: with the first address of a subnet the kernel removes the others of it.</summary>
    private static LinuxException? RefusalFor(int error) =>
        error is 0 or AddressErrno.NotThere or AddressErrno.NoInterface
            ? null
            : new LinuxException("RTM_DELADDR", error);
}
