using Vipd.Daemon.Ports;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// What a daemon that was killed has not done: the Advertisement with priority 0, with which a successor takes over
/// after its short wait, the time until that one has announced the addresses, which still answer, and the end of the
/// connections on them. Without it everybody waits for Active_Down_Interval, and an address that is taken away before
/// that is answered by nobody.
/// </summary>
internal static class LastWord
{
    private const int ReceiveBufferSize = 4096;

    /// <summary>
    /// Resigns for each router that has left addresses, which only an Active Router has; returns as soon as the
    /// addresses may go, at the latest after <see cref="ElectionTimers.SuccessorGrace"/>. What the kernel refuses is
    /// left out: the addresses go all the same.
    /// </summary>
    public static void Say(IReadOnlyList<RouterPlan> plans, IReadOnlyList<InterfaceAddress> remains)
    {
        try
        {
            using var successor = new SuccessorWatch();
            bool isSent = false;
            foreach (RouterPlan plan in plans.Where(plan => plan.WaitsFor is null))
                isSent |= TryResign(plan, remains, successor);

            // The successor does not know the connections, and nobody but this machine can end them.
            if (isSent && successor.WaitUntil(LoopClock.Now + ElectionTimers.SuccessorGrace))
                CutConnections(remains);
        }
        catch (LinuxException)
        {
            // The addresses go without.
        }
    }

    private static bool TryResign(
        RouterPlan plan, IReadOnlyList<InterfaceAddress> remains, SuccessorWatch successor)
    {
        InternetAddress[] left =
        [
            // The number of a macvlan is in no plan.
            .. remains.Where(found =>
                    found.Interface == plan.Interface.Index || plan.Identity.VirtualMacLink is not null)
                .Select(found => InternetAddress.From(found.Address))
                .Where(plan.Identity.Addresses.Contains),
        ];
        if (left.Length == 0)
            return false;
        ILinkProtocol protocol = plan.IsIPv6 ? new IPv6Link(isRouter: false) : new IPv4Link();
        try
        {
            using RawIpSocket socket = RawIpSocket.Open(
                protocol.Family, (byte)IpProtocol.Vrrp, plan.Interface.Index, plan.Interface.Name, ReceiveBufferSize);
            successor.Add(plan.Interface, protocol, left);
            var sender = SpokenVersion.SenderFor(plan, new AdvertisementOutbox(socket), protocol);
            return sender.Send(Priority.Resign) is null;
        }
        catch (LinuxException)
        {
            // The others resign all the same.
            return false;
        }
    }

    private static void CutConnections(IReadOnlyList<InterfaceAddress> remains)
    {
        using var destroyer = new SocketDestroyer();
        var at = new LocalAddressSet(remains.Select(found => IpOctets.From(found.Address)));
        while (destroyer.Continue(at, out _))
        {
        }
    }
}
