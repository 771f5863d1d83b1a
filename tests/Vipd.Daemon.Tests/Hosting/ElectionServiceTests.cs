using Vipd.Daemon.Hosting;
using Vipd.Daemon.Runtime;
using Vipd.Daemon.Tests.Runtime;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Hosting;

public sealed class ElectionServiceTests
{
    [NetnsFact]
    public void A_stop_of_the_host_waits_until_the_addresses_are_handed_over() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var netlink = new AddressNetlink();
        RouterPlan plan = NetworkPlans.For("v0", NetworkPlans.Home);
        StatusBoard board = NetworkPlans.BoardFor(plan);
        using var loop = new ElectionLoop([plan], board, new LoopJournal());
        var service = new ElectionService(loop);
        Assert.True(service.StartAsync(CancellationToken.None).IsCompletedSuccessfully);
        loop.Start(realtime: false);
        TestNetwork.Eventually(() => NetworkPlans.Holds(netlink, NetworkPlans.Vip));

        // Nobody succeeds, so the addresses are held for HandoverLimit: 4 intervals of 50 ms and 100 ms.
        Task stop = service.StopAsync(CancellationToken.None);
        Assert.False(stop.IsCompleted);
        TestNetwork.Eventually(() => board.Routers[0].Current.HandingOver);
        Assert.True(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
        Assert.True(stop.Wait(TimeSpan.FromSeconds(5)));
        Assert.False(NetworkPlans.Holds(netlink, NetworkPlans.Vip));
        Assert.Equal(TransitionCause.Shutdown, board.Routers[0].Current.Cause);
    });

    [NetnsFact]
    public void A_host_that_gives_up_waiting_is_not_held_up() => TestNetwork.Run(network =>
    {
        network.AddCable();
        RouterPlan plan = NetworkPlans.For("v0", NetworkPlans.Home);
        using var loop = new ElectionLoop([plan], NetworkPlans.BoardFor(plan), new LoopJournal());
        using var impatient = new CancellationTokenSource();
        Task stop = new ElectionService(loop).StopAsync(impatient.Token);
        Assert.False(stop.IsCompleted);
        impatient.Cancel();
        Assert.IsAssignableFrom<OperationCanceledException>(
            Assert.Throws<AggregateException>(() => stop.Wait(TimeSpan.FromSeconds(5))).InnerException);
    });
}
