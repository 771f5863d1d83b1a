using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Vipd.Daemon.Runtime;
using Vipd.Daemon.Tests.Support;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>An election thread that runs, the kernel of its namespace, and other plans.</summary>
public sealed class ElectionReloadTests
{
    private static readonly InternetAddress Second = InternetAddress.Parse("192.0.2.101");

    [NetnsFact]
    public void Addresses_and_parameters_change_in_place() => Run(at =>
    {
        at.Reload(Plan(priority: 120, interval: 10, addresses: [Second, NetworkPlans.Vip]));
        TestNetwork.Eventually(() => at.Holds(Second));
        Assert.True(at.Holds(NetworkPlans.Vip));
        RouterBoard board = at.Board("apiserver");
        Assert.Equal((RouterState.Active, new Priority(120)), (board.Current.State, board.Current.EffectivePriority));
        Assert.Equal(2, board.Transitions.Count);
        TestNetwork.Eventually(() => board.AddressPresent(0) && board.AddressPresent(1));

        at.Reload(Plan());
        TestNetwork.Eventually(() => !at.Holds(Second));
        Assert.True(at.Holds(NetworkPlans.Vip));
        Assert.Equal(2, at.Board("apiserver").Transitions.Count);
        Assert.DoesNotContain(at.Notes("apiserver"), note => note.Severity != NoteSeverity.Information);
    });

    [NetnsFact]
    public void Without_a_difference_nothing_changes_and_the_recording_goes_on() => Run(at =>
    {
        RouterBoard board = at.Board("apiserver");
        at.Reload(Plan());
        Assert.Same(board, at.Board("apiserver"));
        Assert.Contains(at.Loop.Recorder.Take("test").Records.ToArray(), record => record.IsTransition);
    });

    [NetnsFact]
    public void A_router_is_added_and_removed_while_the_other_goes_on() => Run(at =>
    {
        RouterBoard board = at.Board("apiserver");
        at.Reload(Plan(), Plan("other", vrid: 52, addresses: Second));
        TestNetwork.Eventually(() => at.Holds(Second));
        at.Reload(Plan());
        Assert.Same(board, Assert.Single(at.Status.Routers));
        TestNetwork.Eventually(() => !at.Holds(Second));
        Assert.True(at.Holds(NetworkPlans.Vip));
        Assert.Equal(RouterState.Active, board.Current.State);
    });

    [NetnsFact]
    public void Another_VRID_lets_go_of_the_addresses_before_it_claims_them() => Run(at =>
    {
        at.Reload(Plan(vrid: 52));
        Assert.Equal(RouterState.Initialize, at.Board("apiserver").Current.State);
        TestNetwork.Eventually(() => at.Board("apiserver").Current.State == RouterState.Active, milliseconds: 5000);
        TestNetwork.Eventually(() => at.Holds(NetworkPlans.Vip));
        Assert.Equal(
            [RouterState.Backup, RouterState.Active, RouterState.Initialize, RouterState.Backup, RouterState.Active],
            at.Board("apiserver").Transitions.Select(transition => transition.To));
    });

    [NetnsFact]
    public void A_drained_node_stays_drained() => Run(at =>
    {
        at.Loop.Inbox.Post(new LoopMessage.Drain());
        TestNetwork.Eventually(() => !at.Holds(NetworkPlans.Vip), milliseconds: 5000);
        at.Reload(Plan(priority: 120), Plan("other", vrid: 52, addresses: Second));
        TestNetwork.Eventually(() => at.Status.Routers.All(router => router.Current.Drained));
        Assert.All(at.Status.Routers, router => Assert.Equal(RouterState.Initialize, router.Current.State));
        at.Loop.Inbox.Post(new LoopMessage.Undrain());
        TestNetwork.Eventually(() => at.Holds(NetworkPlans.Vip) && at.Holds(Second), milliseconds: 5000);
    });

    [NetnsFact]
    public void Health_that_comes_with_a_reload_is_in_force_with_it() => Run(at =>
    {
        at.Reload(new LoopMessage.HealthChanged(0, 30, Fault: false, ["check a down (-30)"]), Plan(priority: 120));
        RouterSnapshot now = at.Board("apiserver").Current;
        Assert.Equal(new Priority(90), now.EffectivePriority);
        Assert.Equal(["check a down (-30)"], now.HealthReasons);
    });

    [NetnsFact]
    public void An_interface_that_is_made_again_is_taken_up_and_one_that_is_missing_is_waited_for() => Run(at =>
    {
        TestNetwork.Shell("ip link del v0");
        TestNetwork.Eventually(() => at.TimesTheMachineChanged == 1);
        RouterPlan waiting = Plan("apiserver", at.Plans[0]) with { WaitsFor = "interface v0 is not there" };
        at.Reload(waiting);
        RouterSnapshot now = at.Board("apiserver").Current;
        Assert.Equal(
            (RouterState.Fault, "interface v0 is not there"), (now.State, Assert.Single(now.HealthReasons)));

        at.Network.AddCable();
        TestNetwork.Eventually(() => at.TimesTheMachineChanged > 1);
        at.Reload(Plan());
        TestNetwork.Eventually(() => at.Holds(NetworkPlans.Vip), milliseconds: 5000);
        Assert.Contains(
            at.Board("apiserver").Transitions, transition => transition.Cause == TransitionCause.InterfaceUp);
    });

    [NetnsFact]
    public void An_interface_that_is_made_again_with_the_number_from_before_is_heard_on() => Run(at =>
    {
        InterfaceIndex index = TestNetwork.IndexOf("v0");
        TestNetwork.Shell("ip link del v0");
        at.Network.AddCable(index);
        TestNetwork.Eventually(() => at.TimesTheMachineChanged > 0);
        at.Reload(Plan());
        using ElectionLoopTests.Node peer =
            at.Network.InPeer(() => new ElectionLoopTests.Node("v1", NetworkPlans.Peer, priority: 150));
        peer.Start();
        TestNetwork.Eventually(
            () => peer.IsActive && at.Board("apiserver").Current is
            { State: RouterState.Backup, ActiveRouter: { } active } && active == NetworkPlans.Peer,
            milliseconds: 5000);
        TestNetwork.Eventually(() => !at.Holds(NetworkPlans.Vip));
    });

    [NetnsFact]
    public void An_address_that_the_kernel_did_not_remove_is_not_forgotten_by_the_next_reload() => Run(at =>
    {
        at.Reload(WithoutLease(Plan(addresses: [NetworkPlans.Vip, Second])));

        // And the thread knows: it has had the kernel's answer.
        TestNetwork.Eventually(() => at.Status.Held.Addresses.Count == 2);
        using (new DeafNetlink(at.Loop))
        {
            at.Reload(WithoutLease(Plan()));
            TestNetwork.Eventually(() => at.Notes("apiserver").Any(
                note => note.Text.StartsWith("RemoveAddresses: ", StringComparison.Ordinal)));
            at.Reload(WithoutLease(Plan(priority: 120)));
            Assert.True(at.Holds(Second));
        }

        TestNetwork.Eventually(() => !at.Holds(Second), milliseconds: 5000);
        TestNetwork.Eventually(
            () => at.Board("apiserver").Current.State == RouterState.Active && at.Holds(NetworkPlans.Vip),
            milliseconds: 15_000);
    });

    [NetnsFact]
    public void A_thread_that_stops_refuses() => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var at = new RunningLoop(network, Plan());
        at.Loop.Inbox.Post(new LoopMessage.Stop(TransitionCause.Shutdown));
        using Reconfiguration next = at.Loop.Prepare(at.Plans, [Plan(priority: 120)]);
        at.Loop.Inbox.Post(new LoopMessage.Reconfigure(next));
        Assert.True(at.Loop.Ended.Wait(TimeSpan.FromSeconds(10)));
        Assert.False(next.Outcome.IsCompletedSuccessfully && next.Outcome.Result);
    });

    [NetnsFact]
    public void A_hundred_reloads_leave_no_descriptor_open() => Run(at =>
    {
        at.Reload(Plan());
        int before = OpenDescriptors();
        for (int i = 0; i < 50; i++)
        {
            at.Reload(Plan(), Plan("other", vrid: 52, addresses: Second));
            at.Reload(Plan(priority: (byte)(100 + i)));
        }

        at.Reload(Plan());
        TestNetwork.Eventually(() => OpenDescriptors() <= before + 20, milliseconds: 5000);
    });

    [NetnsFact]
    public void What_a_child_still_holds_of_an_interface_that_is_closed_concerns_nobody() => Run(at =>
    {
        // Between fork and exec a hook has every descriptor, and the poll set forgets one when its last holder does.
        SafeFileHandle[] held = [.. PacketSockets().Select(number => new SafeFileHandle(Native.dup(number), true))];
        at.Reload();
        TestNetwork.Eventually(() => !at.Holds(NetworkPlans.Vip), milliseconds: 5000);
        using (ElectionLoopTests.Node peer =
            at.Network.InPeer(() => new ElectionLoopTests.Node("v1", NetworkPlans.Peer)))
        {
            peer.Start();
            TestNetwork.Eventually(() => peer.IsActive && peer.Board.Counters.AnnouncementsSent > 0, 5000);
            long pass = at.Status.Loop.LastPassNanoseconds;
            TestNetwork.Eventually(() => at.Status.Loop.LastPassNanoseconds > pass);
        }

        Assert.False(at.Loop.Ended.IsCompleted);
        foreach (SafeFileHandle one in held)
            one.Dispose();
    });

    /// <summary>Of this namespace: other tests have their own.</summary>
    private static IEnumerable<int> PacketSockets()
    {
        string[] targets =
        [
            .. File.ReadAllLines("/proc/thread-self/net/packet").Skip(1)
                .Select(line => $"socket:[{line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]}]"),
        ];
        return Directory.GetFileSystemEntries("/proc/self/fd")
            .Where(path => targets.Contains(new FileInfo(path).LinkTarget))
            .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));
    }

    private static int OpenDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>The kernel takes none away by itself.</summary>
    private static RouterPlan WithoutLease(RouterPlan plan) =>
        plan with { Identity = plan.Identity with { Lease = null } };

    private static RouterPlan Plan(string name, RouterPlan like) =>
        like with { Identity = like.Identity with { Name = name } };

    private static RouterPlan Plan(
        string name = "apiserver", byte vrid = 51, byte priority = 100, int interval = 5,
        params InternetAddress[] addresses)
    {
        RouterPlan plan = NetworkPlans.For("v0", NetworkPlans.Home, priority, interval, addresses: addresses);
        return plan with { Identity = plan.Identity with { Name = name, Vrid = new Vrid(vrid) } };
    }

    private static void Run(Action<RunningLoop> body) => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var at = new RunningLoop(network, Plan());
        TestNetwork.Eventually(() => at.Holds(NetworkPlans.Vip));
        body(at);
    });
}
