using System.Globalization;
using System.Text.Json;
using Vipd.Lab;
using Vipd.Lab.Systemd;
using Vipd.Lab.Traffic;
using Xunit.Abstractions;

namespace Vipd.Packaging.Tests;

/// <summary>Three machines, systemd as process 1 and vipd from its package; the client's view decides.</summary>
[Collection(OneAtATime.Name)]
public class ServiceTests(Packages packages, ITestOutputHelper output)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [NetnsFact]
    public void Upgrading_the_Active_Router_and_the_others_loses_no_packet()
    {
        using var cluster = Start();
        var active = cluster.WaitUntilSettled();
        var client = WhileAsking(cluster, () =>
        {
            foreach (var machine in cluster.Machines.OrderByDescending(machine => machine == active))
            {
                Packages.Install(machine, packages.Deb);
                Assert.Equal("active", machine.UnitProperty("ActiveState"));
            }
            cluster.WaitUntilSettled();
        });
        Assert.Equal(0, client.Lost);
        Assert.NotEmpty(client.Changes);
    }

    [NetnsFact]
    public void Removing_it_from_the_Active_Router_loses_no_packet()
    {
        using var cluster = Start();
        var active = cluster.WaitUntilSettled();
        var client = WhileAsking(cluster, () =>
        {
            active.Must("apt-get", "remove", "--yes", "--quiet", "vipd");
            Assert.NotSame(active, cluster.WaitUntilSettled());
        });
        Assert.Equal(0, client.Lost);
        Assert.DoesNotContain("192.0.2.100", active.Must("ip", "address"), StringComparison.Ordinal);
    }

    [NetnsFact]
    public void Powering_the_Active_Router_off_loses_no_packet()
    {
        using var cluster = Start();
        var active = cluster.WaitUntilSettled();
        var client = WhileAsking(cluster, () =>
        {
            active.PowerOff();
            Assert.NotSame(active, cluster.WaitUntilSettled());
        });
        Assert.Equal(0, client.Lost);
    }

    [NetnsFact]
    public void After_kill_9_release_takes_the_VIP_and_systemd_starts_vipd_again_as_a_Backup()
    {
        using var cluster = MachineCluster.Boot(3, [.. packages.WithPreviousInstalled]);
        // So long that within the test the kernel takes nothing away by itself.
        cluster.StartVipd("    lease: 300s\n");
        var active = cluster.WaitUntilSettled();
        var client = WhileAsking(cluster, () =>
        {
            active.Must("systemctl", "kill", "--kill-whom", "main", "--signal", "KILL", "vipd");
            Observe.Until("VIP gone", Bound, () => !cluster.HoldersOfVip().Contains(active), cluster.Describe);
            var gone = MonotonicClock.Now;
            WaitUntilRestarted(cluster, active);
            output.WriteLine($"VIP gone {(gone - TimeOfDeath(active)).TotalMilliseconds:F0} ms after the daemon");
            Assert.NotSame(active, cluster.WaitUntilSettled());
        });
        // From the one that died to its successor, who keeps it when the first is back.
        Assert.Single(client.Changes);
    }

    [NetnsFact]
    public void A_hung_election_thread_loses_the_VIP_and_systemd_starts_vipd_again()
    {
        using var cluster = MachineCluster.Boot(3, [.. packages.WithPreviousInstalled]);
        foreach (var machine in cluster.Machines)
        {
            // The unit's ten seconds are a long time for a test.
            Directory.CreateDirectory(machine.PathOf("/run/systemd/system/vipd.service.d"));
            File.WriteAllText(
                machine.PathOf("/run/systemd/system/vipd.service.d/watchdog.conf"), "[Service]\nWatchdogSec=4s\n");
            machine.Must("systemctl", "daemon-reload");
        }
        cluster.StartVipd();
        var active = cluster.WaitUntilSettled();
        using var stopped = StoppedThread.Of(active, "vipd-election");
        Observe.Until(
            "moved", Bound, () => cluster.HoldersOfVip() is [var holder] && holder != active, cluster.Describe);
        WaitUntilRestarted(cluster, active);
        Assert.Contains(
            "watchdog", active.Must("journalctl", "--unit", "vipd", "--output", "cat"),
            StringComparison.OrdinalIgnoreCase);
        Assert.NotSame(active, cluster.WaitUntilSettled());
    }

    [NetnsFact]
    public void Starting_it_does_not_wait_for_the_election()
    {
        using var cluster = MachineCluster.Start(1, [.. packages.WithPreviousInstalled]);
        var machine = cluster.Machines[0];
        var starts = Enumerable.Range(0, 7).Select(_ =>
        {
            machine.Must("systemctl", "restart", "vipd");
            return (At("ActiveEnterTimestampMonotonic") - At("ExecMainStartTimestampMonotonic")).TotalMilliseconds;
        }).Order().ToList();
        output.WriteLine($"start to READY: {starts[3]:F0} ms [{starts[0]:F0}..{starts[^1]:F0}]");
        // A lonely node claims after 731 ms at the defaults.
        Assert.InRange(starts[0], 1, 500);

        TimeSpan At(string property) => TimeSpan.FromMicroseconds(
            long.Parse(machine.UnitProperty(property), CultureInfo.InvariantCulture));
    }

    private static void WaitUntilRestarted(MachineCluster cluster, Machine machine) => Observe.Until(
        "restarted", Bound,
        () => machine.UnitProperty("NRestarts") == "1" && machine.UnitProperty("ActiveState") == "active",
        cluster.Describe);

    /// <summary>When systemd noticed, by the clock that this process uses too.</summary>
    private static TimeSpan TimeOfDeath(Machine machine)
    {
        var line = machine.Must("journalctl", "--unit", "vipd", "--output", "json", "--grep", "Main process exited");
        using var entry = JsonDocument.Parse(line);
        return TimeSpan.FromMicroseconds(long.Parse(
            entry.RootElement.GetProperty("__MONOTONIC_TIMESTAMP").GetString()!, CultureInfo.InvariantCulture));
    }

    private MachineCluster Start() => MachineCluster.Start(3, [.. packages.WithPreviousInstalled]);

    private ProbeResult WhileAsking(MachineCluster cluster, Action action)
    {
        using var probe = cluster.StartProbe();
        action();
        var client = probe.Stop();
        output.WriteLine(
            $"{client.Sent} sent, {client.Lost} lost, longest gap {client.LongestGapMilliseconds:F0} ms, "
            + $"{client.Changes.Count} changes, probe late by {client.WorstSendLatenessMilliseconds:F0} ms");
        return client;
    }
}
