using System.Net.Sockets;
using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>
/// More changes than the kernel queues, just before the election thread puts its addresses behind the interface's own:
/// the reports of that are lost. The addresses have no lease, whose renewals would put right what was overlooked.
/// </summary>
public sealed class OverrunTests
{
    /// <summary>Of 768 octets each, which is more than 8 MB; not so many that the Active Router gives up.</summary>
    private const int Flood = 16_000;

    private static readonly InternetAddress Second = InternetAddress.Parse("192.0.2.101");

    [NetnsFact]
    public void A_removal_is_not_taken_for_one_of_our_own_whose_report_was_lost() => WithOverrun((at, _) =>
    {
        TestNetwork.Shell("ip addr del 192.0.2.100/32 dev v0");
        TestNetwork.Eventually(() => at.Holds(NetworkPlans.Vip));
    });

    [NetnsFact]
    public void What_is_recorded_is_what_is_there() => WithOverrun((at, netlink) => TestNetwork.Eventually(() =>
        at.Status.Held.Addresses.SetEquals(netlink.ListAddresses(AddressFamily.InterNetwork)
            .Select(found => new RecordedAddress(
                found.Interface, InternetAddress.From(found.Address), found.PrefixLength, found.CreatedAt))
            .Where(found => found.Address == NetworkPlans.Vip || found.Address == Second))));

    private static void WithOverrun(Action<RunningLoop, AddressNetlink> body) => TestNetwork.Run(network =>
    {
        network.AddCable();
        InterfaceIndex aside = TestNetwork.AddInterface();
        using var netlink = new AddressNetlink();

        // An interval that is longer than the thread is held up, and an owner, which does not wait for it at first.
        RouterPlan plan = NetworkPlans.For(
            "v0", NetworkPlans.Home, priority: 255, intervalCentiseconds: 60, addresses: [NetworkPlans.Vip, Second]);
        using var at = new RunningLoop(network, plan with { Identity = plan.Identity with { Lease = null } });
        TestNetwork.Eventually(() => at.Status.Held.Addresses.Count == 2);
        using var isHeldUp = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        int told = 0;
        at.Status.Held.OnChange(() =>
        {
            // On the election thread: behind the reports that it has read, before what it does about them.
            switch (Interlocked.Increment(ref told))
            {
                case 1:
                    isHeldUp.Set();
                    mayGoOn.Wait();
                    break;
                case 2:
                    FloodMonitor(netlink, aside);
                    break;
            }
        });
        TestNetwork.Shell("ip addr del 192.0.2.101/32 dev v0");
        isHeldUp.Wait();
        int before = at.TimesTheMachineChanged;
        TestNetwork.Shell("ip addr del 192.0.2.1/24 dev v0; ip addr add 192.0.2.1/24 dev v0");
        TestNetwork.Shell("ip addr del 192.0.2.101/32 dev v0 || true");
        mayGoOn.Set();
        TestNetwork.Eventually(() => at.TimesTheMachineChanged > before, milliseconds: 20_000);
        TestNetwork.Eventually(() => at.Board("apiserver").AddressPresent(0) && at.Holds(Second));
        body(at, netlink);
    });

    private static void FloodMonitor(AddressNetlink netlink, InterfaceIndex aside)
    {
        var request = new AddressRequest
        {
            Interface = aside,
            Address = IpOctets.From(InternetAddress.Parse("198.51.100.1").ToIPAddress()),
            PrefixLength = 32,
            ValidSeconds = AddressRequest.ForEver,
            PreferredSeconds = AddressRequest.ForEver,
        };
        int[] errors = new int[1000];
        for (int sent = 0; sent < Flood; sent += errors.Length)
        {
            for (int i = 0; i < errors.Length; i += 2)
            {
                netlink.Add(request);
                netlink.Delete(request);
            }

            netlink.Commit(errors);
            Assert.All(errors, error => Assert.Equal(0, error));
        }
    }
}
