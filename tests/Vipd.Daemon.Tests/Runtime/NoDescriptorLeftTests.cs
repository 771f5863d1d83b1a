using Vipd.Daemon.Recording;
using Vipd.Daemon.Runtime;
using Vipd.Daemon.Tests.Support;
using Vipd.Linux;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

[Collection("descriptors")]
public sealed class NoDescriptorLeftTests
{
    private static readonly MonotonicTime Now = new(1_000_000_000_000);

    [NetnsFact]
    public void An_interface_that_can_not_be_opened_whole_leaves_no_socket_open() => TestNetwork.Run(network =>
    {
        network.AddCable();
        RouterPlan plan = NetworkPlans.For("v0", NetworkPlans.Home);
        int refusals = 0;
        Open(plan); // So that all is loaded.
        while (TryOpen(plan, descriptors: refusals) is { } refused)
        {
            Assert.Equal("EMFILE", refused.ErrnoName);
            foreach (string table in (string[])["raw", "packet"])
                Assert.Single(File.ReadAllLines($"/proc/thread-self/net/{table}")); // Its headline.
            refusals++;
        }

        Assert.InRange(refusals, 3, 20);
    });

    private static LinuxException? TryOpen(RouterPlan plan, int descriptors)
    {
        using var few = new FewDescriptors(descriptors);
        try
        {
            Open(plan);
            return null;
        }
        catch (LinuxException refused)
        {
            return refused;
        }
    }

    private static void Open(RouterPlan plan)
    {
        using var opened = new ElectionNetwork(
            [plan], NetworkPlans.BoardFor(plan), new LoopJournal(), new FlightRecorder(() => Now), () => Now);
    }
}
