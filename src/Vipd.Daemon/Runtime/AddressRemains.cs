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
/// What a vipd that was killed may have left in the kernel. Its addresses carry our IFA_PROTO number; one without it is
/// an administrator's, one that is not configured is not ours to judge, and both stay. On every interface: the
/// configuration may have named another one when the address was added.
/// </summary>
internal static class AddressRemains
{
    /// <summary>
    /// Removes them; the caller makes sure that no vipd lives that still wants them. Returns what was found.
    /// </summary>
    /// <exception cref="LinuxException">The kernel would not list addresses or take the request.</exception>
    public static IReadOnlyList<RemovedAddress> Remove(
        AddressNetlink netlink, IReadOnlySet<InternetAddress> virtualAddresses)
    {
        InterfaceAddress[] remains =
        [
            .. netlink.ListAddresses(AddressFamily.Unspecified).Where(found =>
                found.ProtocolTag == AddressHolder.ProtocolTag
                && virtualAddresses.Contains(InternetAddress.From(found.Address))),
        ];
        if (remains.Length == 0)
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

        int[] errors = new int[remains.Length];
        netlink.Commit(errors);
        Dictionary<InterfaceIndex, string> names =
            netlink.ListLinks().ToDictionary(link => link.Index, link => link.Name);
        return [.. remains.Select((found, i) => new RemovedAddress(
            InternetAddress.From(found.Address),
            names.GetValueOrDefault(found.Interface, $"interface {found.Interface.Value}"),
            RefusalFor(errors[i])))];
    }

    /// <summary>Gone already: with the first address of a subnet the kernel removes the others of it.</summary>
    private static LinuxException? RefusalFor(int error) =>
        error is 0 or AddressErrno.NotThere or AddressErrno.NoInterface
            ? null
            : new LinuxException("RTM_DELADDR", error);
}
