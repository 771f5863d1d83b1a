using System.Net.Sockets;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Runtime;
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
        return Planner(netlink, netlink.ListLinks(), configuration, mayWait).Plan();
    }

    /// <summary>
    /// The same for what runs already: whose interface is there goes on with what it has, and does not wait for an
    /// address that may be on its way.
    /// </summary>
    /// <exception cref="LinuxException">The kernel would not list its links and addresses.</exception>
    public static PlanResult Following(IReadOnlyList<RouterPlan> running, VipdConfiguration configuration)
    {
        using var netlink = new AddressNetlink();
        IReadOnlyList<InterfaceLink> links = netlink.ListLinks();
        HashSet<string> names = [.. running.Select(plan => plan.Identity.Name)];
        PlanResult result = Planner(netlink, links, configuration, names).Plan();
        return result with { Plans = [.. result.Plans.Select(plan => GoesOn(plan) ?? plan)] };

        RouterPlan? GoesOn(RouterPlan plan) => plan.WaitsFor is null ? null : running.FirstOrDefault(
            before => before.Identity.Name == plan.Identity.Name && before.WaitsFor is null
                && links.Any(link => link.Index == before.Interface.Index));
    }

    private static RouterPlanner Planner(
        AddressNetlink netlink, IReadOnlyList<InterfaceLink> links, VipdConfiguration configuration,
        IReadOnlySet<string>? mayWait) =>
        new(configuration, links, netlink.ListAddresses(AddressFamily.Unspecified), mayWait);
}
