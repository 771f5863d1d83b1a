using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Tests.Support;
using Vipd.Linux;
using Vipd.Linux.Interop;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Xunit.Abstractions;

namespace Vipd.Daemon.Tests.Ports;

/// <summary>Addresses and their lease, against the kernel.</summary>
public sealed class AddressHolderTests(ITestOutputHelper output)
{
    private static readonly MonotonicTime Start = new(1_000_000_000_000);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly AddressSighting Gone = new(IsPresent: false, PrefixLength: 32);

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
        Assert.Equal(AddressNews.Taken, holder.Observe(0, Gone, Start));
        Assert.Null(holder.Add(0, 1, Start));
        Assert.Equal(AddressHolder.ProtocolTag, Assert.Single(Present(netlink)).ProtocolTag);
        Assert.Equal(Start + (Lease / 3), holder.NextRenewal);
    });

    [NetnsFact]
    public void A_renewal_slice_repeats_lifetime_and_tag_of_eight_addresses() => Run(20, Lease, (holder, netlink) =>
    {
        Assert.Null(holder.Add(0, 20, Start));
        Age(netlink, 20);
        MonotonicTime first = holder.NextRenewal;
        Assert.True(holder.Renew(first));
        Assert.Equal(8, Renewed());
        Assert.True(holder.Renew(holder.NextRenewal));
        Assert.True(holder.Renew(holder.NextRenewal));
        Assert.Equal(20, Renewed());
        Assert.InRange(holder.NextRenewal - first, Lease / 3.001, Lease / 2.999);
        Assert.All(Present(netlink), address => Assert.Equal(
            (AddressHolder.ProtocolTag, 0u), (Assert.NotNull(address.ProtocolTag), address.PreferredSeconds)));

        int Renewed() => Present(netlink).Count(address => address.ValidSeconds > 30);
    });

    [NetnsFact]
    public void After_the_lease_addresses_are_deleted_and_not_brought_back() => Run(2, Lease, (holder, netlink) =>
    {
        Assert.Null(holder.Add(0, 2, Start));
        Assert.True(holder.Renew(Start + (Lease - LeaseSchedule.KernelHaste - TimeSpan.FromMilliseconds(1))));
        MonotonicTime late = Start + Lease + Lease;
        Assert.False(holder.Renew(late));
        Assert.Empty(Present(netlink));
        Assert.Equal(MonotonicTime.Never, holder.NextRenewal);
        Assert.Equal(AddressNews.None, holder.Observe(0, Gone, late));
        Assert.Null(holder.Add(1, 1, late));
        Assert.Equal(IPAddress.Parse("198.51.0.1"), Assert.Single(Present(netlink)).Address);
        Assert.Equal(late + (Lease / 3), holder.NextRenewal);
    });

    [NetnsFact]
    public void What_the_kernel_took_beside_one_that_it_refused_is_held_and_removed() => TestNetwork.Run(_ =>
    {
        using var netlink = new AddressNetlink();
        AddressRequest[] requests = Requests(TestNetwork.AddInterface(), 3, lease: null);
        requests[1] = requests[1] with { Interface = new InterfaceIndex(12345) };
        var holder = new AddressHolder(netlink, requests, lease: null, () => Start);
        Assert.Equal("ENODEV", holder.Add(0, 3, Start)?.ErrnoName);
        Assert.Equal(2, Present(netlink).Length);
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(holder.IsOurs));
        Assert.Null(holder.Remove());
        Assert.Empty(Present(netlink));
    });

    [NetnsFact]
    public void A_refusal_leaves_no_request_to_be_sent_with_another_routers() => TestNetwork.Run(_ =>
    {
        using var netlink = new AddressNetlink();
        AddressRequest[] requests = Requests(TestNetwork.AddInterface(), 3, Lease);
        netlink.Add(requests[0]);
        Assert.Equal(0, netlink.Commit(new int[1]));
        requests[1] = requests[1] with { Interface = new InterfaceIndex(12345) };
        var holder = new AddressHolder(netlink, requests, Lease, () => Start);
        Assert.Equal("ENODEV", holder.Add(0, 3, Start)?.ErrnoName);
        Assert.Equal(0, netlink.PendingCount);
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(holder.IsOurs));
    });

    [NetnsFact]
    public void A_lease_that_runs_out_while_it_is_renewed_is_given_up() => TestNetwork.Run(_ =>
    {
        using var netlink = new AddressNetlink();
        MonotonicTime clock = Start;
        var holder = new AddressHolder(
            netlink, Requests(TestNetwork.AddInterface(), 2, Lease), Lease, () => clock);
        Assert.Null(holder.Add(0, 2, Start));
        Assert.True(holder.Renew(Start + (Lease / 3)));

        // The process is stopped between its look at the clock and the request, and goes on after the lease.
        clock = Start + (Lease * 5);
        Assert.False(holder.Renew(Start + (Lease / 2)));
        Assert.Empty(Present(netlink));
        Assert.Equal(MonotonicTime.Never, holder.NextRenewal);
    });

    [NetnsFact]
    public void What_the_kernel_took_at_the_end_of_the_lease_has_expired_and_was_not_taken() =>
        Run(2, Lease, (holder, _) =>
        {
            Assert.Null(holder.Add(0, 2, Start));
            Assert.Equal(AddressNews.Taken, holder.Observe(0, Gone, Start + (Lease / 2)));
            Assert.Equal(AddressNews.Expired, holder.Observe(1, Gone, Start + Lease));
        });

    [NetnsFact]
    public void An_address_that_somebody_replaces_is_theirs_and_is_not_renewed_or_removed() =>
        Run(2, Lease, (holder, netlink) =>
        {
            Assert.Null(holder.Add(0, 2, Start));
            Observe(holder, netlink);
            Assert.False(holder.IsForeign(0));
            TestNetwork.Shell("ip addr replace 198.51.0.0/32 dev d0");
            Observe(holder, netlink);
            Assert.Equal((true, false), (holder.IsForeign(0), holder.IsForeign(1)));
            Assert.True(holder.Renew(holder.NextRenewal));
            Assert.Null(holder.Remove());
            InterfaceAddress theirs = Assert.Single(Present(netlink));
            Assert.Equal((uint.MaxValue, (byte?)null), (theirs.ValidSeconds, theirs.ProtocolTag));
            Assert.True(holder.IsForeign(0));
        });

    [NetnsFact]
    public void The_same_address_with_another_prefix_is_somebody_elses_and_ours_goes_on_being_ours() =>
        Run(1, Lease, (holder, netlink) =>
        {
            TestNetwork.Shell("ip addr add 198.51.0.0/24 dev d0");
            Assert.Null(holder.Add(0, 1, Start));
            Observe(holder, netlink);
            Assert.Equal((true, true), (holder.IsForeign(0), holder.IsOurs(0)));
            TestNetwork.Shell("ip addr del 198.51.0.0/24 dev d0");
            Assert.Equal(AddressNews.None, holder.Observe(0, new AddressSighting(false, 24), Start));
            Assert.Equal((false, true), (holder.IsForeign(0), holder.IsOurs(0)));
            Assert.Null(holder.Remove());
            Assert.Empty(Present(netlink));
        });

    [NetnsFact]
    public void One_of_ours_that_is_there_against_expectation_stays_ours() => Run(1, Lease, (holder, netlink) =>
    {
        Assert.Null(holder.Add(0, 1, Start));
        Age(netlink, 1);

        // A report that was older than the addition.
        Assert.Equal(AddressNews.Taken, holder.Observe(0, Gone, Start));
        Assert.Null(holder.Add(0, 1, Start));
        Assert.Equal((true, false), (holder.IsOurs(0), holder.IsForeign(0)));
        Assert.InRange(Assert.Single(Present(netlink)).ValidSeconds, 58u, 60u);
        Assert.Null(holder.Remove());
        Assert.Empty(Present(netlink));
    });

    [NetnsFact]
    public void Where_the_kernel_has_no_tag_ours_are_told_by_their_lifetime() => TestNetwork.Run(_ =>
    {
        using var netlink = new AddressNetlink();
        AddressRequest[] untagged =
            [.. Requests(TestNetwork.AddInterface(), 2, Lease).Select(request => request with { ProtocolTag = 0 })];
        var holder = new AddressHolder(netlink, untagged, Lease, () => Start);
        TestNetwork.Shell("ip addr add 198.51.0.1/32 dev d0");
        Assert.Null(holder.Add(0, 2, Start));
        Observe(holder, netlink);
        Assert.Equal((true, false), (holder.IsOurs(0), holder.IsForeign(0)));
        Assert.Equal((false, true), (holder.IsOurs(1), holder.IsForeign(1)));
        Assert.Equal(AddressNews.Taken, holder.Observe(0, Gone, Start));
        Assert.Null(holder.Add(0, 1, Start));
        Assert.True(holder.IsOurs(0));
        TestNetwork.Shell("ip addr replace 198.51.0.0/32 dev d0");
        Observe(holder, netlink);
        Assert.Equal((false, true), (holder.IsOurs(0), holder.IsForeign(0)));
    });

    [NetnsFact]
    public void Put_behind_an_address_stands_last_and_its_own_removal_is_not_missed() =>
        Run(2, Lease, (holder, netlink) =>
        {
            Assert.Null(holder.Add(0, 2, Start));
            TestNetwork.Shell("ip addr add 198.51.100.1/24 dev d0");
            Assert.Null(holder.PutBehind(0));
            Assert.Equal(
                ["198.51.0.1", "198.51.100.1", "198.51.0.0"],
                Present(netlink).Select(address => address.Address.ToString()));
            Assert.Equal(AddressNews.None, holder.Observe(0, Gone, Start));
            Assert.True(holder.IsOurs(0));
            Assert.Equal(AddressNews.Taken, holder.Observe(0, Gone, Start));
        });

    [NetnsFact]
    public void A_removal_of_its_own_whose_report_was_lost_hides_no_other() => Run(1, Lease, (holder, _) =>
    {
        Assert.Null(holder.Add(0, 1, Start));
        Assert.Null(holder.PutBehind(0));
        holder.ForgetOwnRemovals();
        Assert.Equal(AddressNews.Taken, holder.Observe(0, Gone, Start));
    });

    [NetnsFact]
    public void With_the_last_address_taken_away_no_renewal_is_due() => Run(2, Lease, (holder, _) =>
    {
        Assert.Null(holder.Add(0, 2, Start));
        Assert.Equal(AddressNews.Taken, holder.Observe(0, Gone, Start));
        Assert.Equal(AddressNews.None, holder.Observe(0, Gone, Start));
        Assert.NotEqual(MonotonicTime.Never, holder.NextRenewal);
        Assert.Equal(AddressNews.Taken, holder.Observe(1, Gone, Start));
        Assert.Equal(MonotonicTime.Never, holder.NextRenewal);
    });

    [NetnsFact]
    public void What_the_kernel_refuses_comes_back_as_its_answer() => TestNetwork.Run(_ =>
    {
        using var netlink = new AddressNetlink();
        var holder = new AddressHolder(netlink, Requests(new InterfaceIndex(4711), 1, Lease), Lease, () => Start);
        LinuxException refused = Assert.IsType<LinuxException>(holder.Add(0, 1, Start));
        Assert.Equal("RTM_NEWADDR: ENODEV (No such device)", refused.Message);
        Assert.Equal(MonotonicTime.Never, holder.NextRenewal);
        Assert.Null(holder.Remove());
    });

    [NetnsFact]
    public void What_the_kernel_did_not_remove_is_removed_by_the_next_call() => Run(2, null, (holder, netlink) =>
    {
        Assert.Null(holder.Add(0, 2, Start));
        using (new DeafNetlink(netlink))
            Assert.Equal("sendmsg netlink", holder.Remove()?.Call);
        Assert.Equal((2, false), (Present(netlink).Length, holder.IsOurs(0)));
        RefuseEach(() => Assert.Equal("RTM_DELADDR: EPERM (Operation not permitted)", holder.Remove()?.Message));
        Assert.Equal(2, Present(netlink).Length);
        Assert.Null(holder.Remove());
        Assert.Empty(Present(netlink));
    });

    [NetnsFact]
    public void One_that_the_kernel_did_not_remove_is_ours_again_when_it_is_wanted_again() => TestNetwork.Run(_ =>
    {
        using var netlink = new AddressNetlink();
        AddressRequest[] untagged =
            [.. Requests(TestNetwork.AddInterface(), 2, null).Select(request => request with { ProtocolTag = 0 })];
        var holder = new AddressHolder(netlink, untagged, lease: null, () => Start);
        Assert.Null(holder.Add(0, 2, Start));
        using (new DeafNetlink(netlink))
            Assert.NotNull(holder.Remove());
        Assert.Null(holder.Add(0, 2, Start));
        Assert.Equal((true, true), (holder.IsOurs(0), holder.IsOurs(1)));
        Assert.Null(holder.Remove());
        Assert.Empty(Present(netlink));
    });

    [NetnsFact]
    public void One_that_the_kernel_did_not_remove_and_somebody_has_by_now_is_left_to_them() =>
        Run(2, Lease, (holder, netlink) =>
        {
            Assert.Null(holder.Add(0, 2, Start));
            Observe(holder, netlink);
            using (new DeafNetlink(netlink))
                Assert.NotNull(holder.Remove());
            TestNetwork.Shell("ip addr replace 198.51.0.0/32 dev d0");
            TestNetwork.Shell("ip addr del 198.51.0.1/32 dev d0");
            Observe(holder, netlink);
            Assert.Equal(AddressNews.None, holder.Observe(1, Gone, Start));
            TestNetwork.Shell("ip addr add 198.51.0.1/32 dev d0");
            Assert.Null(holder.Remove());
            Assert.Equal(2, Present(netlink).Length);
        });

    [NetnsFact]
    public void After_a_reload_what_the_kernel_did_not_remove_is_still_to_be_removed() => Run(
        2, null, (former, netlink) =>
    {
        Assert.Null(former.Add(0, 2, Start));
        using (new DeafNetlink(netlink))
            Assert.NotNull(former.Remove());
        var next = new AddressHolder(netlink, Requests(TestNetwork.IndexOf("d0"), 1, null), null, () => Start);
        Assert.Equal(
            ["198.51.0.1"], next.Inherit(former, [0], Start).Select(left => new IPAddress(left.Span).ToString()));
        Assert.Null(next.Remove());
        Assert.Equal(IPAddress.Parse("198.51.0.1"), Assert.Single(Present(netlink)).Address);
        Assert.Null(former.Remove());
        Assert.Empty(Present(netlink));
    });

    [NetnsFact]
    public void After_a_reload_the_same_addresses_are_held_on_and_the_others_are_left_to_the_former_holder() => Run(
        3, Lease, (former, netlink) =>
    {
        TestNetwork.Shell("ip addr add 198.51.0.2/32 dev d0");
        Assert.Null(former.Add(0, 3, Start));
        MonotonicTime now = Start + TimeSpan.FromSeconds(10);
        var next = new AddressHolder(netlink, Requests(TestNetwork.IndexOf("d0"), 3, Lease), Lease, () => now);
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
            var next = new AddressHolder(netlink, Requests(TestNetwork.IndexOf("d0"), 1, lease), lease, () => now);
            Assert.Empty(next.Inherit(former, [0], now));
            Assert.Equal(now, next.NextRenewal);
            Assert.True(next.Renew(now));
            Assert.InRange(Assert.Single(Present(netlink)).ValidSeconds, lease.TotalSeconds - 2, lease.TotalSeconds);
            Assert.Equal(now + (lease / 3), next.NextRenewal);
            former = next;
        }

        var forEver = new AddressHolder(
            netlink, Requests(TestNetwork.IndexOf("d0"), 1, null), lease: null, () => now);
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

    /// <summary>The median of a round: a machine that is busy with something else does not decide.</summary>
    [NetnsFact]
    public void A_slice_costs_the_loop_less_than_a_millisecond()
    {
        foreach (int count in new[] { 255, 500, 2000 })
            Run(count, Lease, (holder, _) => MeasureSlices(holder, count));
    }

    private void MeasureSlices(AddressHolder holder, int count)
    {
        Assert.Null(holder.Add(0, count, Start));
        List<double> slices = [];
        while (holder.NextRenewal <= Start + (Lease / 3))
        {
            long before = Stopwatch.GetTimestamp();
            Assert.True(holder.Renew(holder.NextRenewal));
            slices.Add(Stopwatch.GetElapsedTime(before).TotalMicroseconds);
        }

        slices.Sort();
        double median = slices[slices.Count / 2];
        output.WriteLine($"{count} addresses, {slices.Count} slices: {median:F0} us [{slices[0]:F0}..{slices[^1]:F0}]");
        Assert.InRange(median, 0, 1000);
    }

    private static void Run(int count, TimeSpan? lease, Action<AddressHolder, AddressNetlink> body) =>
        TestNetwork.Run(_ =>
        {
            InterfaceIndex index = TestNetwork.AddInterface();
            using var netlink = new AddressNetlink(capacity: 300);
            body(new AddressHolder(netlink, Requests(index, count, lease), lease, () => Start), netlink);
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

    /// <summary>What the monitor reports of each address that is there.</summary>
    private static void Observe(AddressHolder holder, AddressNetlink netlink)
    {
        foreach (InterfaceAddress found in Present(netlink))
        {
            var sighting = new AddressSighting(
                true, found.PrefixLength, found.ProtocolTag, found.ValidSeconds, found.CreatedAt);
            Assert.Equal(AddressNews.None, holder.Observe(found.Address.GetAddressBytes()[3], sighting, Start));
        }
    }

    /// <summary>The kernel then answers each request of this thread with EPERM.</summary>
    private static void RefuseEach(Action body)
    {
        uint[] header = [LinuxCapability.Version3, 0];
        uint[] before = new uint[6];
        LinuxException.Check(Native.capget(header, before), "capget");
        LinuxException.Check(Native.capset(header, [0, before[1], before[2], 0, before[4], before[5]]), "capset");
        body();
        LinuxException.Check(Native.capset(header, before), "capset");
    }

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
