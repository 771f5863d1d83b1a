using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class RobustnessTests
{
    [Theory]
    [InlineData(1, 1, 1_000_000)]
    [InlineData(2, 64, 500_000)]
    [InlineData(3, 65, 500_000)]
    [InlineData(4, 500, 500_000)]
    [InlineData(5, 4096, 500_000)]
    public void Any_order_of_events_leaves_a_router_sound(int seed, int addresses, int events)
    {
        var random = new Random(seed);
        var router = NewRouter(random, addresses);
        var now = new MonotonicTime(1_000_000_000);
        for (int i = 0; i < events; i++)
        {
            now += RandomEvents.AnyPause(random);
            ReadOnlySpan<RouterAction> actions = router.Handle(RandomEvents.Any(random, addresses), now);
            Assert.True(actions.Length <= 4, "far from the buffer's 16");
            foreach (RouterAction action in actions)
                Assert.True(action.First >= 0 && action.First + action.Count <= addresses && action.Count <= 64);
            Assert.True(!router.IsHandingOver || (router.HoldsAddresses && router.State != RouterState.Active));
            Assert.True(!router.HoldsAddresses || router.IsHandingOver || router.State == RouterState.Active);
            bool takesPart = router.State is RouterState.Backup or RouterState.Active;
            Assert.True(!takesPart || router.IsReadyToClaim || router.NextDeadline != MonotonicTime.Never);
            if (i % 1000 == 0)
                ComesToRest(router, now, addresses);
        }
    }

    [Fact]
    public void Any_order_of_events_and_new_parameters_leaves_a_router_sound()
    {
        var random = new Random(6);
        int addresses = 3;
        var router = NewRouter(random, addresses);
        var now = new MonotonicTime(1_000_000_000);
        for (int i = 0; i < 300_000; i++)
        {
            now += RandomEvents.AnyPause(random);
            foreach (RouterAction action in router.Handle(RandomEvents.Any(random, addresses), now))
                Assert.True(action.First >= 0 && action.First + action.Count <= addresses && action.Count <= 64);
            if (random.Next(10) != 0)
                continue;
            router.Handle(RouterEvent.DeadlineReached, now);
            bool changed = random.Next(2) == 0;
            addresses = changed ? random.Next(1, 140) : addresses;
            RouterParameters parameters = Parameters(random, addresses) with
            {
                AdvertisementInterval = new Centiseconds(random.Next(1, 200)),
                AnnounceAfter = [.. Enumerable.Range(0, random.Next(1, 9)).Select(n => TimeSpan.FromSeconds(n))],
                PrimaryAddress = random.Next(10) == 0 ? RouterDriver.Higher : RouterDriver.Own,
            };
            RouterState before = router.State;
            router.Reconfigure(parameters, changed, now);
            Assert.Equal(before, router.State);
            ComesToRest(router, now, addresses);
            byte[] state = new byte[router.StateSize];
            router.SaveState(state);
            Assert.True(VirtualRouter.TryRestore(parameters, state, out _));
        }
    }

    [Fact]
    public void Handle_allocates_nothing()
    {
        var random = new Random(7);
        var router = NewRouter(random, 65);
        var now = new MonotonicTime(1_000_000_000);
        RouterEvent[] events = [.. Enumerable.Range(0, 4096).Select(_ => RandomEvents.Any(random, 65))];
        for (int i = 0; i < 10_000; i++)
            router.Handle(events[i & 4095], now += TimeSpan.FromTicks(20_000));

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000_000; i++)
            router.Handle(events[i & 4095], now += TimeSpan.FromTicks(20_000));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_same_events_give_the_same_actions()
    {
        List<string> first = Story(11);
        Assert.Equal(first, Story(11));
        Assert.True(first.Count > 100);

        static List<string> Story(int seed)
        {
            var random = new Random(seed);
            var router = NewRouter(random, 3);
            var now = new MonotonicTime(1_000_000_000);
            var story = new List<string>();
            for (int i = 0; i < 5000; i++)
            {
                foreach (RouterAction action in router.Handle(RandomEvents.Any(random, 3),
                    now += TimeSpan.FromTicks(random.Next(500_000))))
                    story.Add(RouterDriver.Describe(action));
            }

            return story;
        }
    }

    /// <summary>A bounded number of passes at one instant, then the next deadline lies ahead.</summary>
    private static void ComesToRest(VirtualRouter router, MonotonicTime now, int addresses)
    {
        int passes = 0;
        while (router.NextDeadline <= now)
        {
            router.Handle(RouterEvent.DeadlineReached, now);
            Assert.True(++passes <= (4 * ((addresses + 63) / 64)) + 8, "a deadline stays in the past");
        }
    }

    private static VirtualRouter NewRouter(Random random, int addresses) => new(Parameters(random, addresses));

    private static RouterParameters Parameters(Random random, int addresses) => new()
    {
        PrimaryAddress = RouterDriver.Own,
        AddressCount = addresses,
        PreemptDelay = TimeSpan.FromMilliseconds(random.Next(2) * 300),
        HoldDown = TimeSpan.FromMilliseconds(random.Next(2) * 300),
        StartupDelay = TimeSpan.FromMilliseconds(random.Next(2) * 300),
        Sync = (SyncPlace)random.Next(3),
    };
}
