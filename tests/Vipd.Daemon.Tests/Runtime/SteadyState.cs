using Vipd.Daemon.Runtime;
using Vipd.Linux.Tests.Support;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>
/// What election loops allocate while nothing happens. A busy machine ends a steady state now and then, and a
/// transition may allocate, as may what follows it: then it is looked at anew.
/// </summary>
internal static class SteadyState
{
    private const int Attempts = 20;

    /// <param name="sender">Whose Advertisements are waited for, once for what follows a transition, and again.</param>
    /// <param name="advertisements">How many.</param>
    /// <param name="loops">Of the sender, and of those that hear it.</param>
    public static void AssertAllocatesNothing(
        RouterCounters sender, int advertisements, params IReadOnlyList<StatusBoard> loops)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            long transitions = Transitions();
            if (!HaveBeenSent())
                continue;
            long[] before = Allocated();
            if (!HaveBeenSent())
                continue;
            Assert.Equal(before, Allocated());
            return;

            // False where there was a transition.
            bool HaveBeenSent()
            {
                long sent = sender.AdvertisementsSent;
                TestNetwork.Eventually(
                    () => Transitions() != transitions || sender.AdvertisementsSent >= sent + advertisements,
                    milliseconds: 10_000);
                return Transitions() == transitions;
            }
        }

        Assert.Fail("never in a steady state for so long: the machine is too busy for such an interval");

        long Transitions() => loops.Sum(loop => loop.Routers.Sum(router => router.Counters.AllTransitions));
        long[] Allocated() => [.. loops.Select(loop => loop.Loop.AllocatedBytes)];
    }
}
