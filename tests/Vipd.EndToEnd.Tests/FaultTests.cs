using Vipd.Lab.Faults;
using Vipd.Lab.Masters;
using Vipd.Lab.Traffic;
using Xunit.Abstractions;

namespace Vipd.EndToEnd.Tests;

/// <summary>The faults of the table in README, and what must hold of each.</summary>
public class FaultTests(ITestOutputHelper output)
{
    private static readonly ClusterOptions Default = new(VipdBinary.Path);

    [NetnsFact]
    public void A_daemon_that_stood_still_for_10_s_wakes_without_disturbing_anybody()
    {
        var run = Observe(KnownFaults.Hang);
        Assert.InRange(run.Client.Lost, 0, ProbeResult.LostByTheMachine);
    }

    [NetnsFact]
    public void When_the_one_that_nobody_heard_is_heard_again_the_client_loses_nothing_more() =>
        Observe(KnownFaults.Mute);

    [NetnsFact]
    public void An_hour_forward_or_back_on_the_clock_moves_nothing()
    {
        using var cluster = Cluster.Start(KnownFaults.ClockForward.Configure(Default));
        foreach (var fault in (Fault[])[KnownFaults.ClockForward, KnownFaults.ClockBack])
        {
            var run = FaultRun.Observe(cluster, fault);
            Assert.Empty(run.Unmet(fault));
            Assert.InRange(run.Client.Lost, 0, ProbeResult.LostByTheMachine);
            Assert.Empty(run.Client.Changes);
        }
    }

    [NetnsFact]
    public void With_every_disk_full_a_planned_stop_leaves_no_gap() =>
        Assert.InRange(Observe(KnownFaults.DiskFull).Client.Lost, 0, ProbeResult.LostByTheMachine);

    [NetnsFact]
    public void With_no_file_descriptor_left_a_planned_stop_leaves_no_gap() =>
        Assert.InRange(Observe(KnownFaults.NoDescriptors).Client.Lost, 0, ProbeResult.LostByTheMachine);

    [LongFact]
    public void Every_fault_ends_with_one_node_that_answers()
    {
        foreach (var fault in KnownFaults.All) output.WriteLine($"{fault}: {Observe(fault)}");
    }

    private static FaultRun Observe(Fault fault)
    {
        using var cluster = Cluster.Start(fault.Configure(Default));
        var run = FaultRun.Observe(cluster, fault);
        Assert.True(run.Unmet(fault).Count == 0, $"{fault}: {string.Join("; ", run.Unmet(fault))}; {run}");
        return run;
    }
}
