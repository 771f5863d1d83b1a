using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Ports;

/// <summary>The Linux network of one Virtual Router.</summary>
internal sealed class LinuxRouterPorts(
    AdvertisementSender advertisements,
    AddressHolder addresses,
    SocketDestroyer? destroyer,
    LocalAddressSet localAddresses,
    Announcer announcer)
    : IRouterPorts
{
    private readonly ConnectionCutter _connections = new(destroyer, localAddresses);
    private AddressHolder? _retiredAddresses;
    private ConnectionCutter? _retiredConnections;

    public MonotonicTime NextRenewal => addresses.NextRenewal;

    public LinuxException? SendAdvertisement(Priority priority) => advertisements.Send(priority);

    public LinuxException? AddAddresses(int first, int count, MonotonicTime now)
    {
        _connections.Abandon();
        return addresses.Add(first, count, now);
    }

    public bool CutConnections(out LinuxException? refused) => _connections.Cut(out refused);

    public LinuxException? RemoveAddresses()
    {
        _connections.Abandon();
        return addresses.Remove();
    }

    public LinuxException? Announce(int first, int count, out int sent) => announcer.Announce(first, count, out sent);

    public bool Renew(MonotonicTime now) => addresses.Renew(now);

    public AddressNews Observe(int address, in AddressSighting sighting, MonotonicTime now) =>
        addresses.Observe(address, sighting, now);

    public byte PrefixLengthOf(int address) => addresses.PrefixLengthOf(address);

    public bool IsOurs(int address) => addresses.IsOurs(address);

    public bool IsForeign(int address) => addresses.IsForeign(address);

    public LinuxException? PutBehind(int address) => addresses.PutBehind(address);

    public void ChangeLinkLayerAddress(MacAddress own) => announcer.ChangeLinkLayerAddress(own);

    public void Inherit(IRouterPorts former, ReadOnlySpan<int> formerNumbers, MonotonicTime now) =>
        Inherit((LinuxRouterPorts)former, formerNumbers, now);

    public bool Retire(out LinuxException? refused)
    {
        refused = null;
        if (_retiredConnections?.Cut(out _) == true)
            return true;
        refused = _retiredAddresses?.Remove();
        _retiredAddresses = null;
        _retiredConnections = null;
        return false;
    }

    private void Inherit(LinuxRouterPorts former, ReadOnlySpan<int> formerNumbers, MonotonicTime now)
    {
        former._connections.Abandon();

        // Two reloads in a row: what the first has given up has had its time.
        former._retiredConnections?.Abandon();
        former._retiredAddresses?.Remove();
        IReadOnlyList<IpOctets> left = addresses.Inherit(former.Addresses, formerNumbers, now);
        if (left.Count == 0)
            return;
        _retiredAddresses = former.Addresses;
        _retiredConnections = new ConnectionCutter(destroyer, new LocalAddressSet(left));
    }

    private AddressHolder Addresses => addresses;
}
