using System.Net.Sockets;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Runtime;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>Plans for the interfaces of the network namespace that the calling thread is in.</summary>
internal static class NetworkPlans
{
    public static readonly InternetAddress Vip = InternetAddress.Parse("192.0.2.100");
    public static readonly InternetAddress Home = InternetAddress.Parse("192.0.2.1");
    public static readonly InternetAddress Peer = InternetAddress.Parse("192.0.2.2");

    /// <summary>VRID 51; <paramref name="intervalCentiseconds"/> also decides the lease, 1 s.</summary>
    public static RouterPlan For(
        string interfaceName,
        InternetAddress primary,
        byte priority = 100,
        int intervalCentiseconds = 5,
        byte prefixLength = 32,
        params InternetAddress[] addresses)
    {
        addresses = addresses.Length == 0 ? [Vip] : addresses;
        using var netlink = new AddressNetlink();
        InterfaceLink link = netlink.ListLinks().Single(link => link.Name == interfaceName);
        var interval = new Centiseconds(intervalCentiseconds);
        return new RouterPlan(
            new RouterIdentity(
                "apiserver", new Vrid(51), 3, interfaceName, primary, addresses, new Priority(priority),
                interval.ToTimeSpan(), ElectionTimers.Spread(primary, interval.ToTimeSpan()), TimeSpan.FromSeconds(1)),
            new RouterParameters
            {
                Priority = new Priority(priority),
                AdvertisementInterval = interval,
                PrimaryAddress = primary,
                AddressCount = addresses.Length,

                // Tests make many moves in a minute.
                HoldDown = TimeSpan.Zero,
            },
            new InterfacePlan(link.Index, link.Name, new MacAddress(link.LinkLayerAddress)),
            [.. addresses.Select(_ => prefixLength)],
            ChecksumForm.PseudoHeader);
    }

    /// <summary>The same with its addresses on a macvlan.</summary>
    public static RouterPlan WithVirtualMac(RouterPlan plan) => plan with
    {
        Identity = plan.Identity with
        {
            VirtualMacLink = VirtualMacAlias.NameFor(plan.Interface.Index, plan.Identity.Vrid, plan.IsIPv6),
        },
    };

    public static StatusBoard BoardFor(params RouterPlan[] plans) => new([.. plans.Select(plan => new RouterBoard(
        plan.Identity, SampleBoards.Snapshot(RouterState.Initialize, TransitionCause.Startup)))]);

    /// <summary>Whether the namespace that <paramref name="netlink"/> was made in has the address.</summary>
    public static bool Holds(AddressNetlink netlink, InternetAddress address) =>
        netlink.ListAddresses(AddressFamily.InterNetwork)
            .Any(found => InternetAddress.From(found.Address) == address);
}
