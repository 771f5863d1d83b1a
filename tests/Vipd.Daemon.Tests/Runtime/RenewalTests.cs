using Vipd.Daemon.Runtime;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>Leases of many routers, on one election thread.</summary>
public sealed class RenewalTests
{
    private const int Routers = 40;

    /// <summary>Their leases end at 120 moments a second, and nothing else happens but five times a second.</summary>
    [NetnsFact]
    public void Many_routers_keep_their_addresses_and_the_loop_sleeps() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var at = new RunningLoop(network, [.. Enumerable.Range(0, Routers).Select(Plan)]);
        TestNetwork.Eventually(
            () => at.Status.Routers.All(router => router.AddressPresent(0)), milliseconds: 10_000);
        int transitions = at.Status.Routers.Sum(router => router.Transitions.Count);

        // Longer than a lease.
        Assert.InRange(CountPasses(at, TimeSpan.FromSeconds(1.5)), 1, Routers * 3 / 2);
        Assert.All(at.Status.Routers, router => Assert.True(at.Holds(router.Identity.Addresses[0])));
        Assert.Equal(transitions, at.Status.Routers.Sum(router => router.Transitions.Count));
    });

    private static RouterPlan Plan(int number)
    {
        RouterPlan plan = NetworkPlans.For(
            "v0", NetworkPlans.Home, intervalCentiseconds: 20,
            addresses: InternetAddress.Parse($"192.0.2.{100 + number}"));
        var vrid = new Vrid((byte)(6 * (number + 1)));
        return plan with { Identity = plan.Identity with { Name = $"r{number}", Vrid = vrid } };
    }

    private static int CountPasses(RunningLoop at, TimeSpan within)
    {
        long end = Environment.TickCount64 + (long)within.TotalMilliseconds;
        long last = at.Status.Loop.LastPassNanoseconds;
        int passes = 0;
        while (Environment.TickCount64 < end)
        {
            long pass = at.Status.Loop.LastPassNanoseconds;
            passes += pass == last ? 0 : 1;
            last = pass;
        }

        return passes;
    }
}
