using Vipd.Linux;
using Vipd.Linux.Netlink;

namespace Vipd.Daemon.Ports;

/// <summary>The TCP connections on the virtual addresses of one router.</summary>
/// <param name="destroyer">Shared by the routers of one election thread, so that a pass does one step of one router's
/// cut and not one of each; null where the kernel has none.</param>
/// <param name="addresses">The virtual addresses.</param>
internal sealed class ConnectionCutter(SocketDestroyer? destroyer, LocalAddressSet addresses)
{
    public bool Cut(out LinuxException? refused)
    {
        refused = null;
        return destroyer?.Continue(addresses, out refused) ?? false;
    }

    public void Abandon() => destroyer?.Abandon(addresses);
}
