using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Ports;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Ports;

/// <summary>Addresses and their lease, against the kernel.</summary>
public sealed class AddressHolderTests
{
    private static readonly MonotonicTime Start = new(1_000_000_000_000);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    [NetnsFact]
    public void Addresses_are_added_with_lease_and_tag_and_removed() => Run(2, Lease, (holder, netlink) =>
    {
        Assert.Equal(MonotonicTime.Never, holder.NextRenewal);
        Assert.Null(holder.Add(0, 2, Start));
        Assert.All(Present(netlink), address =>
        {
            Assert.Equal(
                (AddressHolder.ProtocolTag, 0u), (Assert.NotNull(address.ProtocolTag), address.PreferredSeconds));
            Assert.InRange(address.ValidSeconds, 58u, 60u);
            Assert.Equal(32, address.PrefixLength);
        });
        Assert.Equal(2, Present(netlink).Length);
        Assert.Equal(Start + (Lease / 3), holder.NextRenewal);
        Assert.Null(holder.Remove());
        Assert.Empty(Present(netlink));
        Assert.Equal(MonotonicTime.Never, holder.NextRenewal);
        Assert.Null(holder.Remove());
    });

    [NetnsFact]
    public void Without_a_lease_addresses_live_for_ever_and_nothing_is_renewed() => Run(1, null, (holder, netlink) =>
    {
        Assert.Null(holder.Add(0, 1, Start));
        Assert.Equal(uint.MaxValue, Assert.Single(Present(netlink)).ValidSeconds);
        Assert.Equal(MonotonicTime.Never, holder.NextRenewal);
        Assert.True(holder.Renew(Start + TimeSpan.FromDays(1)));
    });

    [NetnsFact]
    public void An_administrators_address_is_never_leased_tagged_or_removed() => Run(1, Lease, (holder, netlink) =>
    {
        TestNetwork.Shell("ip addr add 198.51.0.0/32 dev d0");
        Assert.Null(holder.Add(0, 1, Start));
        Assert.Equal(MonotonicTime.Never, holder.NextRenewal);
        Assert.True(holder.Renew(Start + Lease));
        Assert.Null(holder.Add(0, 1, Start));
        AssertForeign();
        Assert.Null(holder.Remove());
        AssertForeign();

        void AssertForeign()
        {
            InterfaceAddress address = Assert.Single(Present(netlink));
            Assert.Equal(uint.MaxValue, address.ValidSeconds);
            Assert.NotEqual(AddressHolder.ProtocolTag, address.ProtocolTag);
        }
    });

    [NetnsFact]
    public void An_administrators_address_that_goes_becomes_ours() => Run(1, Lease, (holder, netlink) =>
    {
        TestNetwork.Shell("ip addr add 198.51.0.0/32 dev d0");
        Assert.Null(holder.Add(0, 1, Start));
        TestNetwork.Shell("ip addr del 198.51.0.0/32 dev d0");
        Assert.True(holder.WasTaken(0));
        Assert.Null(holder.Add(0, 1, Start));
        Assert.Equal(AddressHolder.ProtocolTag, Assert.Single(Present(netlink)).ProtocolTag);
        Assert.Equal(Start + (Lease / 3), holder.NextRenewal);
    });

    [NetnsFact]
    public void Renewal_comes_in_slices_of_128_and_counts_from_the_first() => Run(300, Lease, (holder, netlink) =>
    {
        Assert.Null(holder.Add(0, 300, Start));
        Age(netlink, 300);
        MonotonicTime due = holder.NextRenewal;
        Assert.True(holder.Renew(due));
        Assert.Equal((128, due), (Renewed(), holder.NextRenewal));
        Assert.True(holder.Renew(due + TimeSpan.FromSeconds(1)));
        Assert.Equal((256, due), (Renewed(), holder.NextRenewal));
        Assert.True(holder.Renew(due + TimeSpan.FromSeconds(2)));
        Assert.Equal((300, due + (Lease / 3)), (Renewed(), holder.NextRenewal));
        Assert.All(Present(netlink), address => Assert.Equal(AddressHolder.ProtocolTag, address.ProtocolTag));

        int Renewed() => Present(netlink).Count(address => address.ValidSeconds > 30);
    });

    [NetnsFact]
    public void After_the_lease_addresses_are_deleted_and_not_brought_back() => Run(2, Lease, (holder, netlink) =>
    {
        Assert.Null(holder.Add(0, 2, Start));
        Assert.True(holder.Renew(Start + (Lease - TimeSpan.FromTicks(1))));
        MonotonicTime late = Start + Lease + Lease;
        Assert.False(holder.Renew(late));
        Assert.Empty(Present(netlink));
        Assert.Equal(MonotonicTime.Never, holder.NextRenewal);
        Assert.False(holder.WasTaken(0));
        Assert.Null(holder.Add(1, 1, late));
        Assert.Equal(IPAddress.Parse("198.51.0.1"), Assert.Single(Present(netlink)).Address);
        Assert.Equal(late + (Lease / 3), holder.NextRenewal);
    });

    [NetnsFact]
    public void With_the_last_address_taken_away_no_renewal_is_due() => Run(2, Lease, (holder, _) =>
    {
        Assert.Null(holder.Add(0, 2, Start));
        Assert.True(holder.WasTaken(0));
        Assert.False(holder.WasTaken(0));
        Assert.NotEqual(MonotonicTime.Never, holder.NextRenewal);
        Assert.True(holder.WasTaken(1));
        Assert.Equal(MonotonicTime.Never, holder.NextRenewal);
    });

    [NetnsFact]
    public void What_the_kernel_refuses_comes_back_as_its_answer() => TestNetwork.Run(_ =>
    {
        using var netlink = new AddressNetlink();
        var holder = new AddressHolder(netlink, Requests(new InterfaceIndex(4711), 1, Lease), Lease);
        LinuxException refused = Assert.IsType<LinuxException>(holder.Add(0, 1, Start));
        Assert.Equal("RTM_NEWADDR: ENODEV (No such device)", refused.Message);
        Assert.Equal(MonotonicTime.Never, holder.NextRenewal);
        Assert.Null(holder.Remove());
    });

    [NetnsFact]
    public void After_a_reload_the_same_addresses_are_held_on_and_the_others_are_left_to_the_former_holder() => Run(
        3, Lease, (former, netlink) =>
    {
        TestNetwork.Shell("ip addr add 198.51.0.2/32 dev d0");
        Assert.Null(former.Add(0, 3, Start));
        MonotonicTime now = Start + TimeSpan.FromSeconds(10);
        var next = new AddressHolder(netlink, Requests(TestNetwork.IndexOf("d0"), 3, Lease), Lease);
        Assert.Equal(
            ["198.51.0.0"],
            next.Inherit(former, [1, 2, -1], now).Select(left => new IPAddress(left.Span).ToString()));
        Assert.Equal(Start + (Lease / 3), next.NextRenewal);
        Assert.Null(former.Remove());
        Assert.Equal(
            ["198.51.0.1", "198.51.0.2"], Present(netlink).Select(address => address.Address.ToString()).Order());
        Assert.False(next.Renew(Start + Lease), "the lease counts on from its last renewal");
    });

    [NetnsFact]
    public void Another_lease_is_for_the_kernel_to_know_at_once_and_ends_no_earlier_than_its_own() => Run(
        1, Lease, (former, netlink) =>
    {
        Assert.Null(former.Add(0, 1, Start));
        MonotonicTime now = Start + TimeSpan.FromSeconds(15);
        foreach (TimeSpan lease in (TimeSpan[])[Lease / 2, Lease * 2])
        {
            var next = new AddressHolder(netlink, Requests(TestNetwork.IndexOf("d0"), 1, lease), lease);
            Assert.Empty(next.Inherit(former, [0], now));
            Assert.Equal(now, next.NextRenewal);
            Assert.True(next.Renew(now));
            Assert.InRange(Assert.Single(Present(netlink)).ValidSeconds, lease.TotalSeconds - 2, lease.TotalSeconds);
            Assert.Equal(now + (lease / 3), next.NextRenewal);
            former = next;
        }

        var forEver = new AddressHolder(netlink, Requests(TestNetwork.IndexOf("d0"), 1, null), lease: null);
        forEver.Inherit(former, [0], now);
        Assert.Equal(MonotonicTime.Never, forEver.NextRenewal);
        Assert.Null(forEver.Add(0, 1, now));
        Assert.Equal(uint.MaxValue, Assert.Single(Present(netlink)).ValidSeconds);
    });

    [NetnsFact]
    public void Adding_renewing_and_removing_allocate_nothing() => Run(300, Lease, (holder, _) =>
        Allocation.None(() =>
        {
            holder.Add(0, 300, Start);
            holder.Renew(Start);
            holder.Remove();
        }));

    private static void Run(int count, TimeSpan? lease, Action<AddressHolder, AddressNetlink> body) =>
        TestNetwork.Run(_ =>
        {
            InterfaceIndex index = TestNetwork.AddInterface();
            using var netlink = new AddressNetlink(capacity: 300);
            body(new AddressHolder(netlink, Requests(index, count, lease), lease), netlink);
        });

    private static AddressRequest[] Requests(InterfaceIndex index, int count, TimeSpan? lease) =>
    [
        .. Enumerable.Range(0, count).Select(i => new AddressRequest
        {
            Interface = index,
            Address = IpOctets.From(IPAddress.Parse($"198.51.{i / 250}.{i % 250}")),
            PrefixLength = 32,
            ValidSeconds = lease is { } limit ? (uint)limit.TotalSeconds : uint.MaxValue,
            PreferredSeconds = lease is null ? uint.MaxValue : 0,
            ProtocolTag = AddressHolder.ProtocolTag,
        }),
    ];

    /// <summary>As if most of the lease were over.</summary>
    private static void Age(AddressNetlink netlink, int count)
    {
        foreach (AddressRequest request in Requests(TestNetwork.IndexOf("d0"), count, TimeSpan.FromSeconds(20)))
            netlink.Add(request with { Mode = AddressMode.Replace });
        Assert.Equal(0, netlink.Commit(new int[count]));
    }

    private static InterfaceAddress[] Present(AddressNetlink netlink) =>
    [
        .. netlink.ListAddresses(AddressFamily.InterNetwork)
            .Where(address => address.Address.ToString().StartsWith("198.51.", StringComparison.Ordinal)),
    ];
}
