using Vipd.Linux;
using Vipd.Vrrp;

namespace Vipd.Daemon.Ports;

/// <summary>The Linux network of one Virtual Router.</summary>
internal sealed class LinuxRouterPorts(
    AdvertisementSender advertisements, AddressHolder addresses, ConnectionCutter connections, ArpAnnouncer announcer)
    : IRouterPorts
{
    public MonotonicTime NextRenewal => addresses.NextRenewal;

    public LinuxException? SendAdvertisement(Priority priority) => advertisements.Send(priority);

    public LinuxException? AddAddresses(int first, int count, MonotonicTime now)
    {
        connections.Abandon();
        return addresses.Add(first, count, now);
    }

    public bool CutConnections(out LinuxException? refused) => connections.Cut(out refused);

    public LinuxException? RemoveAddresses()
    {
        connections.Abandon();
        return addresses.Remove();
    }

    public LinuxException? Announce(int first, int count, out int sent) => announcer.Announce(first, count, out sent);

    public bool Renew(MonotonicTime now) => addresses.Renew(now);

    public bool WasTaken(int address) => addresses.WasTaken(address);

    public void ChangeLinkLayerAddress(MacAddress own) => announcer.ChangeLinkLayerAddress(own);
}
