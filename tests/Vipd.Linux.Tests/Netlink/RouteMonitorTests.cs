using Vipd.Linux.Netlink;
using Vipd.Linux.Polling;
using Vipd.Linux.Tests.Support;

namespace Vipd.Linux.Tests.Netlink;

public class RouteMonitorTests
{
    [NetnsFact]
    public void An_address_is_reported_when_it_comes_and_when_somebody_takes_it() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        using var monitor = new RouteMonitor();
        Add(index, "192.0.2.100", seconds: 60);
        RouteChange added = Assert.Single(ReadAddresses(monitor));
        Assert.Equal((RouteChangeKind.AddressAdded, index), (added.Kind, added.Interface));
        Assert.Equal([192, 0, 2, 100], added.AddressOctets.ToArray());
        Assert.Equal((byte)32, added.PrefixLength);
        Assert.InRange(added.ValidSeconds, 59u, 60u);
        if (Environment.OSVersion.Version >= new Version(5, 18))
            Assert.Equal((byte)112, added.ProtocolTag);
        TestNetwork.Shell("ip addr del 192.0.2.100/32 dev d0");
        RouteChange removed = Assert.Single(ReadAddresses(monitor));
        Assert.Equal((RouteChangeKind.AddressRemoved, index), (removed.Kind, removed.Interface));
        Assert.Equal("192.0.2.100", removed.Address.ToString());
    });

    [NetnsFact]
    public void The_end_of_a_lifetime_is_reported_within_a_second() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        using var monitor = new RouteMonitor();
        long start = BootClock.Nanoseconds;
        Add(index, "192.0.2.100", seconds: 1);
        TestNetwork.Eventually(
            () => ReadAll(monitor).Any(change => change.Kind == RouteChangeKind.AddressRemoved), milliseconds: 5000);
        Assert.InRange((BootClock.Nanoseconds - start) / 1e9, 0.9, 2.1);
    });

    [NetnsFact]
    public void A_link_is_reported_down_without_carrier_up_and_removed() => TestNetwork.Run(network =>
    {
        network.AddCable();
        InterfaceIndex index = TestNetwork.IndexOf("v0");
        using var monitor = new RouteMonitor();
        TestNetwork.Shell("ip link set v0 address 02:00:00:00:00:07");
        RouteChange changed = LastOf(monitor, index);
        Assert.Equal([2, 0, 0, 0, 0, 7], changed.LinkLayerAddress.ToArray());
        Assert.Equal("v0", changed.ReadLinkName());
        TestNetwork.Shell("ip link set v0 down");
        Assert.Equal((false, false), State(LastOf(monitor, index)));
        TestNetwork.Shell("ip link set v0 up");
        TestNetwork.Eventually(() => ReadAll(monitor).Any(change => State(change) == (true, true)));
        network.InPeer(() => TestNetwork.Shell("ip link set v1 down"));
        TestNetwork.Eventually(() => ReadAll(monitor).Any(change => State(change) == (true, false)));
        TestNetwork.Shell("ip link del v0");
        Assert.Equal(RouteChangeKind.LinkRemoved, LastOf(monitor, index).Kind);
    });

    [NetnsFact]
    public void A_port_that_leaves_its_bridge_is_not_removed() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        TestNetwork.Shell("ip link add b0 type bridge; ip link set d0 master b0");
        using var monitor = new RouteMonitor();
        TestNetwork.Shell("ip link set d0 nomaster");
        List<RouteChange> changes = ReadAll(monitor);
        Assert.Contains(changes, change => change.Interface == index);
        Assert.DoesNotContain(changes, change => change.Kind == RouteChangeKind.LinkRemoved);
    });

    [NetnsFact]
    public void Too_many_changes_are_one_overrun_and_what_follows_is_reported_again() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        using var monitor = new RouteMonitor(receiveBufferBytes: 4096);
        using (var netlink = new AddressNetlink())
        {
            for (int i = 0; i < 200; i++)
                netlink.Add(AddressNetlinkTests.Request(index, $"198.51.100.{i}", 32));
            Assert.Equal(0, netlink.Commit(new int[200]));
        }

        List<RouteChange> changes = ReadAll(monitor);
        Assert.Single(changes, change => change.Kind == RouteChangeKind.Overrun);
        Assert.True(changes.Count < 200);
        Add(index, "192.0.2.100", seconds: 60);
        Assert.Equal(RouteChangeKind.AddressAdded, Assert.Single(ReadAddresses(monitor)).Kind);
    });

    [NetnsFact]
    public void After_an_overrun_nothing_older_is_told_and_nothing_newer_is_lost() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        using var monitor = new RouteMonitor(receiveBufferBytes: 4096);
        TestNetwork.Shell("ip link set d0 down");
        for (int i = 0; i < 50; i++)
            Add(index, $"198.51.100.{i}", seconds: 60);
        TestNetwork.Shell("ip link set d0 up");
        Assert.True(monitor.TryRead(out RouteChange first));
        Assert.Equal(RouteChangeKind.Overrun, first.Kind);

        // The reader lists now: the link is up. That it was down, and is so no more, is what the queue held and lost.
        Add(index, "192.0.2.100", seconds: 60);
        List<RouteChange> changes = ReadAll(monitor);
        Assert.DoesNotContain(changes, change => State(change) == (false, false));
        Assert.Contains(changes, change => change.Address.ToString() == "192.0.2.100");
    });

    [NetnsFact]
    public void The_descriptor_tells_of_queued_changes_and_reading_them_allocates_nothing() => TestNetwork.Run(_ =>
    {
        InterfaceIndex index = TestNetwork.AddInterface();
        using var monitor = new RouteMonitor();
        using var netlink = new AddressNetlink();
        using var poll = new EventPoll(1);
        poll.Add(monitor.Descriptor, 5);
        int[] ready = new int[1];
        int[] errnos = new int[2];
        int seen = 0;
        AddressRequest request = AddressNetlinkTests.Request(index, "192.0.2.100", 32);
        Assert.Equal(0, poll.Poll(ready));
        Allocation.None(() =>
        {
            netlink.Add(request);
            netlink.Delete(request);
            netlink.Commit(errnos);
            seen += poll.Poll(ready) == 1 ? 0 : 1000;
            while (monitor.TryRead(out RouteChange change))
                seen += change.AddressOctets.Length == 4 ? 1 : 0;
        });
        Assert.Equal(2 * 102, seen);
    });

    private static void Add(InterfaceIndex index, string address, uint seconds)
    {
        using var netlink = new AddressNetlink();
        netlink.Add(AddressNetlinkTests.Request(index, address, 32) with
        {
            ValidSeconds = seconds,
            PreferredSeconds = seconds,
            ProtocolTag = 112,
        });
        Assert.Equal(0, netlink.Commit(new int[1]));
    }

    private static List<RouteChange> ReadAll(RouteMonitor monitor)
    {
        var changes = new List<RouteChange>();
        while (monitor.TryRead(out RouteChange change))
            changes.Add(change);
        return changes;
    }

    // The kernel reports a link's operational state from a work queue, whenever it gets there.
    private static List<RouteChange> ReadAddresses(RouteMonitor monitor) => [.. ReadAll(monitor)
        .Where(change => change.Kind is RouteChangeKind.AddressAdded or RouteChangeKind.AddressRemoved)];

    private static RouteChange LastOf(RouteMonitor monitor, InterfaceIndex index) => ReadAll(monitor)
        .Where(change => change.Kind is RouteChangeKind.LinkChanged or RouteChangeKind.LinkRemoved)
        .Last(change => change.Interface == index);

    private static (bool IsUp, bool HasCarrier)? State(RouteChange change) =>
        change.Kind == RouteChangeKind.LinkChanged ? (change.IsUp, change.HasCarrier) : null;
}
