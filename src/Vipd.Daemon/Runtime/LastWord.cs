using Vipd.Daemon.Ports;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// The Advertisement with priority 0 that a daemon which was killed has not sent: with it a successor takes over after
/// its short wait, and the addresses, which still answer, can go when it has. Without it everybody waits for
/// Active_Down_Interval, and an address taken away before that is answered by nobody.
/// </summary>
internal static class LastWord
{
    /// <summary>For how long the addresses then stay: what a handover gives to a successor that was heard.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    private const int ReceiveBufferSize = 4096;

    /// <summary>
    /// Resigns for each router that has left addresses, which only an Active Router has. False: for none, or the kernel
    /// refused; then there is nothing to wait for.
    /// </summary>
    public static bool Send(IReadOnlyList<RouterPlan> plans, IReadOnlyList<InterfaceAddress> remains)
    {
        bool isSent = false;
        foreach (RouterPlan plan in plans)
        {
            bool wasActive = plan.WaitsFor is null && remains.Any(found =>
                found.Interface == plan.Interface.Index
                && plan.Identity.Addresses.Contains(InternetAddress.From(found.Address)));
            if (wasActive)
                isSent |= TrySend(plan);
        }

        return isSent;
    }

    private static bool TrySend(RouterPlan plan)
    {
        ILinkProtocol protocol = plan.IsIPv6 ? new IPv6Link(isRouter: false) : new IPv4Link();
        try
        {
            using RawIpSocket socket = RawIpSocket.Open(
                protocol.Family, (byte)IpProtocol.Vrrp, plan.Interface.Index, plan.Interface.Name, ReceiveBufferSize);
            var sender = new AdvertisementSender(
                socket,
                plan.Identity.PrimaryAddress,
                SpokenVersion.MessagesOf(plan, InternetAddress.From(protocol.Group)));
            return sender.Send(Priority.Resign) is null;
        }
        catch (LinuxException)
        {
            return false;
        }
    }
}
