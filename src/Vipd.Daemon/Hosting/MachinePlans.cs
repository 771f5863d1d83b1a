using System.Net.Sockets;
using Vipd.Daemon.Configuration;
using Vipd.Linux;
using Vipd.Linux.Netlink;

namespace Vipd.Daemon.Hosting;

/// <summary>Plans for the machine as it is at this moment.</summary>
internal static class MachinePlans
{
    /// <inheritdoc cref="RouterPlanner"/>
    /// <exception cref="LinuxException">The kernel would not list its links and addresses.</exception>
    public static PlanResult For(VipdConfiguration configuration, IReadOnlySet<string>? mayWait = null)
    {
        using var netlink = new AddressNetlink();
        return new RouterPlanner(
            configuration, netlink.ListLinks(), netlink.ListAddresses(AddressFamily.Unspecified), mayWait).Plan();
    }
}
