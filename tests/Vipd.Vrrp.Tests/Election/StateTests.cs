using System.Collections;
using System.Reflection;
using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

/// <summary>The state of a router as bytes: a recording begins with it.</summary>
public class StateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(65)]
    public void A_restored_router_equals_the_original_in_every_field(int addresses)
    {
        var random = new Random(addresses);
        var parameters = Parameters(addresses);
        var router = new VirtualRouter(parameters);
        var now = new MonotonicTime(1_000_000_000);
        HashSet<RouterState> seen = [];
        for (int i = 0; i < 20_000; i++)
        {
            router.Handle(RandomEvents.Any(random, addresses), now += RandomEvents.AnyPause(random));
            seen.Add(router.State);
            if (i % 10 != 0)
                continue;
            byte[] state = Save(router);
            Assert.True(VirtualRouter.TryRestore(parameters, state, out VirtualRouter? restored));
            Assert.Equal(Fields(router), Fields(restored));
            Assert.Equal(state, Save(restored));
        }

        Assert.Equal(Enum.GetValues<RouterState>().Length, seen.Count);
    }

    [Fact]
    public void Bytes_that_are_no_state_are_refused()
    {
        var router = new VirtualRouter(Parameters(1));
        byte[] state = Save(router);
        for (int length = 0; length < state.Length; length++)
            Assert.False(VirtualRouter.TryRestore(Parameters(1), state.AsSpan(0, length), out _));
        Assert.False(VirtualRouter.TryRestore(Parameters(1), [.. state, 0], out _));
        Assert.False(VirtualRouter.TryRestore(Parameters(65), state, out _));
        state[0] = (byte)RouterState.Fault + 1;
        Assert.False(VirtualRouter.TryRestore(Parameters(1), state, out _));
    }

    [Fact]
    public void A_restored_router_is_sound_whatever_the_bytes_were()
    {
        var random = new Random(3);
        int restoredOnes = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] state = Save(new VirtualRouter(Parameters(3)));
            for (int flips = random.Next(1, 6); flips > 0; flips--)
                state[random.Next(state.Length)] ^= (byte)(1 << random.Next(8));
            if (!VirtualRouter.TryRestore(Parameters(3), state, out VirtualRouter? router))
                continue;
            restoredOnes++;
            var now = new MonotonicTime(1_000_000_000);
            for (int events = 0; events < 20; events++)
                router.Handle(RandomEvents.Any(random, 3), now += RandomEvents.AnyPause(random));
        }

        Assert.InRange(restoredOnes, 1000, 19_000);
    }

    [Fact]
    public void Saving_allocates_nothing()
    {
        var router = new VirtualRouter(Parameters(65));
        byte[] state = new byte[router.StateSize];
        router.SaveState(state);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            router.SaveState(state.AsSpan(0, router.StateSize));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static RouterParameters Parameters(int addresses) => new()
    {
        PrimaryAddress = RouterDriver.Own,
        AddressCount = addresses,
        PreemptDelay = TimeSpan.FromMilliseconds(300),
        StartupDelay = TimeSpan.FromMilliseconds(300),
        Sync = addresses > 1 ? SyncPlace.Other : SyncPlace.None,
    };

    private static byte[] Save(VirtualRouter router)
    {
        byte[] state = new byte[router.StateSize];
        router.SaveState(state);
        return state;
    }

    /// <summary>
    /// Every field that can change, as text. By reflection, so that a field that is added later and forgotten in the
    /// state makes this test fail; parameters do not change, and the buffer of actions is empty between two events.
    /// </summary>
    private static string[] Fields(object at, string path = "")
    {
        List<string> found = [];
        foreach (FieldInfo field in at.GetType().GetFields(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            object? value = field.GetValue(at);
            string name = $"{path}/{field.Name}";
            if (value is RouterParameters || field.FieldType.Name == "ActionBuffer")
                continue;
            if (value is ulong[] words)
                found.AddRange(words.Select((word, i) => $"{name}[{i}] = {word}"));
            else if (value is not null && !field.FieldType.IsVisible)
                found.AddRange(Fields(value, name));
            else if (value is IEnumerable)
                throw new InvalidOperationException($"{name}: a collection that this test cannot compare");
            else
                found.Add($"{name} = {value}");
        }

        return [.. found];
    }
}
