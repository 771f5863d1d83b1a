using Vipd.Daemon.Ports;
using Vipd.Linux;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>A network that takes everything and allocates nothing, for tests that count allocations.</summary>
internal sealed class SilentPorts : IRouterPorts
{
    public int AdvertisementsSent { get; private set; }

    public MonotonicTime NextRenewal => MonotonicTime.Never;

    public LinuxException? SendAdvertisement(Priority priority)
    {
        AdvertisementsSent++;
        return null;
    }

    public bool TryQueueAdvertisement(Priority priority, Action<LinuxException?> receipt)
    {
        AdvertisementsSent++;
        receipt(null);
        return true;
    }

    public LinuxException? AddAddresses(int first, int count, MonotonicTime now) => null;

    public bool AreReached() => true;

    public bool CutConnections(out LinuxException? refused)
    {
        refused = null;
        return false;
    }

    public LinuxException? RemoveAddresses() => null;

    public LinuxException? Announce(int first, int count, out int sent)
    {
        sent = 2 * count;
        return null;
    }

    public LinuxException? PointTo(MacAddress virtualMac, out int sent)
    {
        sent = 0;
        return null;
    }

    public bool Renew(MonotonicTime now) => true;

    public AddressNews Observe(int address, in AddressSighting sighting, MonotonicTime now) => AddressNews.None;

    public byte PrefixLengthOf(int address) => 32;

    public bool IsOurs(int address) => true;

    public bool IsForeign(int address) => false;

    public LinuxException? PutBehind(int address) => null;

    public void ForgetOwnRemovals()
    {
    }

    public void ChangeLinkLayerAddress(MacAddress own)
    {
    }

    public LinuxException? Inherit(IRouterPorts former, ReadOnlySpan<int> formerNumbers, MonotonicTime now) => null;

    public bool Retire(out LinuxException? refused)
    {
        refused = null;
        return false;
    }
}
