using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Ports;

/// <summary>The Linux network of one Virtual Router.</summary>
/// <param name="advertisements">From the interface's own MAC address.</param>
/// <param name="virtualMac">Null: the addresses are on the interface itself.</param>
/// <param name="addresses">The virtual addresses.</param>
/// <param name="destroyer">See <see cref="ConnectionCutter"/>.</param>
/// <param name="localAddresses">The virtual addresses.</param>
/// <param name="announcer">Of the virtual addresses.</param>
internal sealed class LinuxRouterPorts(
    AdvertisementSender advertisements,
    VirtualMacPort? virtualMac,
    AddressHolder addresses,
    SocketDestroyer? destroyer,
    LocalAddressSet localAddresses,
    Announcer announcer)
    : IRouterPorts
{
    private readonly ConnectionCutter _connections = new(destroyer, localAddresses);

    /// <summary>Hold what reloads have given up and the kernel has not removed yet.</summary>
    private readonly List<AddressHolder> _retiredAddresses = [];

    private ConnectionCutter? _retiredConnections;

    public MonotonicTime NextRenewal => addresses.NextRenewal;

    /// <summary>
    /// With the Virtual Router MAC Address from the moment on in which somebody answers for it here: the first
    /// Advertisement of a take-over comes before the addresses, and would turn the switch to a node that has none yet,
    /// while the former Active Router still answers.
    /// </summary>
    public LinuxException? SendAdvertisement(Priority priority) =>
        virtualMac is { Link.IsRaised: true, Advertisement: { } framed }
            ? framed.Send(priority)
            : advertisements.Send(priority);

    public bool TryQueueAdvertisement(Priority priority, Action<LinuxException?> receipt) =>
        virtualMac is null && advertisements.TryQueue(priority, receipt);

    public LinuxException? AddAddresses(int first, int count, MonotonicTime now)
    {
        _connections.Abandon();
        if (virtualMac is null)
            return addresses.Add(first, count, now);
        if (virtualMac.Link.Raise() is { } refused)
            return refused;

        // They share one MAC address: with the first announcement the frames for all of them come here.
        return first == 0 ? addresses.Add(0, addresses.Count, now) : addresses.Add(first, count, now);
    }

    public bool AreReached() => addresses.AreReached();

    public bool CutConnections(out LinuxException? refused) => _connections.Cut(out refused);

    public LinuxException? RemoveAddresses()
    {
        _connections.Abandon();
        LinuxException? refused = addresses.Remove();
        virtualMac?.Link.Lower();
        return refused;
    }

    public LinuxException? Announce(int first, int count, out int sent) => announcer.Announce(first, count, out sent);

    public LinuxException? PointTo(MacAddress virtualMac, out int sent) => announcer.PointTo(virtualMac, out sent);

    public bool Renew(MonotonicTime now) => addresses.Renew(now);

    public AddressNews Observe(int address, in AddressSighting sighting, MonotonicTime now) =>
        addresses.Observe(address, sighting, now);

    public byte PrefixLengthOf(int address) => addresses.PrefixLengthOf(address);

    public bool IsOurs(int address) => addresses.IsOurs(address);

    public bool IsForeign(int address) => addresses.IsForeign(address);

    public LinuxException? PutBehind(int address) => addresses.PutBehind(address);

    public void ForgetOwnRemovals() => addresses.ForgetOwnRemovals();

    /// <summary>The Virtual Router MAC Address stays what it is.</summary>
    public void ChangeLinkLayerAddress(MacAddress own)
    {
        if (virtualMac is null)
            announcer.ChangeLinkLayerAddress(own);
    }

    public LinuxException? Inherit(IRouterPorts former, ReadOnlySpan<int> formerNumbers, MonotonicTime now) =>
        Inherit((LinuxRouterPorts)former, formerNumbers, now);

    public bool Retire(out LinuxException? refused)
    {
        refused = null;
        if (_retiredConnections?.Cut(out _) == true)
            return true;
        _retiredConnections = null;
        refused = RemoveRetired();
        return false;
    }

    private LinuxException? Inherit(LinuxRouterPorts former, ReadOnlySpan<int> formerNumbers, MonotonicTime now)
    {
        former._connections.Abandon();

        // Two reloads in a row: what the first has given up has had its time.
        former._retiredConnections?.Abandon();
        LinuxException? refused = former.RemoveRetired();
        foreach (AddressHolder retired in former._retiredAddresses)
        {
            addresses.TakeBack(retired);
            _retiredAddresses.Add(retired);
        }

        IReadOnlyList<IpOctets> left = addresses.Inherit(former.Addresses, formerNumbers, now);
        if (left.Count == 0)
            return refused;
        _retiredAddresses.Add(former.Addresses);
        _retiredConnections = new ConnectionCutter(destroyer, new LocalAddressSet(left));
        return refused;
    }

    private LinuxException? RemoveRetired()
    {
        LinuxException? refused = null;
        for (int i = _retiredAddresses.Count - 1; i >= 0; i--)
        {
            if (_retiredAddresses[i].Remove() is { } one)
                refused = one;
            else
                _retiredAddresses.RemoveAt(i);
        }

        return refused;
    }

    private AddressHolder Addresses => addresses;
}
