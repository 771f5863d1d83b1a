using Vipd.Daemon.Configuration;
using Vipd.Daemon.Ports;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Hosting;

/// <summary>
/// The addresses of this machine that stay with it: none that is configured to be virtual, none that a vipd put there.
/// In the kernel's order, which has primary addresses before secondary ones.
/// </summary>
internal sealed class OwnAddresses
{
    private const byte ScopeGlobal = 0;
    private const byte ScopeLink = 253;

    private readonly InterfaceAddress[] _own;

    public OwnAddresses(VipdConfiguration configuration, IReadOnlyList<InterfaceAddress> addresses)
    {
        HashSet<InternetAddress> virtualAddresses = configuration.AllAddresses();
        _own =
        [
            .. addresses.Where(address => address.ProtocolTag != AddressHolder.ProtocolTag
                && !virtualAddresses.Contains(InternetAddress.From(address.Address))),
        ];
    }

    /// <summary>The interface whose subnet holds the address; of several the narrowest.</summary>
    public InterfaceIndex? InterfaceFor(InternetAddress address) => _own
        .Where(own => own.Scope == ScopeGlobal && Holds(own, address))
        .MaxBy(own => own.PrefixLength)?.Interface;

    /// <summary>
    /// What Advertisements to the group are sent from: for IPv6 the link-local address (RFC 9568 §5.1.2.1), for IPv4
    /// the first one in the subnet of <paramref name="near"/>, or else the first of the interface.
    /// </summary>
    public InternetAddress? PrimaryOf(InterfaceIndex index, InternetAddress near) => near.IsIPv6
        ? First(On(index).Where(own => own.Scope == ScopeLink && InternetAddress.From(own.Address).IsLinkLocal))
        : NearestTo(near, index);

    /// <summary>Of global scope, in the subnet of <paramref name="near"/> if there is one.</summary>
    public InternetAddress? NearestTo(InternetAddress near, InterfaceIndex index)
    {
        InterfaceAddress[] candidates =
        [
            .. On(index).Where(own => own.Scope == ScopeGlobal
                && InternetAddress.From(own.Address).IsIPv6 == near.IsIPv6),
        ];
        return First(candidates.Where(own => Holds(own, near))) ?? First(candidates);
    }

    /// <summary>Whether the interface has an address of its own in this very subnet.</summary>
    public bool HasSubnet(InterfaceIndex index, InternetAddress address, int prefixLength) =>
        On(index).Any(own => own.Scope == ScopeGlobal && own.PrefixLength == prefixLength && Holds(own, address));

    /// <summary>Whether the machine has the address, on whichever interface.</summary>
    public bool Contains(InternetAddress address) =>
        _own.Any(own => InternetAddress.From(own.Address) == address);

    /// <summary>Whether the interface has the address.</summary>
    public bool IsOn(InterfaceIndex index, InternetAddress address) =>
        On(index).Any(own => InternetAddress.From(own.Address) == address);

    private IEnumerable<InterfaceAddress> On(InterfaceIndex index) => _own.Where(own => own.Interface == index);

    private static InternetAddress? First(IEnumerable<InterfaceAddress> addresses) =>
        addresses.FirstOrDefault() is { } first ? InternetAddress.From(first.Address) : null;

    private static bool Holds(InterfaceAddress subnet, InternetAddress address) =>
        InternetAddress.From(subnet.Address).SharesPrefix(address, subnet.PrefixLength);
}
