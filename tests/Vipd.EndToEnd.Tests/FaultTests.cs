using Vipd.Lab.Faults;
using Vipd.Lab.Masters;
using Xunit.Abstractions;

namespace Vipd.EndToEnd.Tests;

/// <summary>The faults of the table in README, and what must hold of each.</summary>
public class FaultTests(ITestOutputHelper output)
{
    /// <summary>
    /// A gap of the VIP's costs hundreds of the probe's packets (Active_Down_Interval: 722); a machine with other work
    /// loses single ones on its own.
    /// </summary>
    private const int LostByTheMachine = 20;

    private static readonly ClusterOptions Default = new(VipdBinary.Path);

    [NetnsFact]
    public void A_daemon_that_stood_still_for_10_s_wakes_without_disturbing_anybody()
    {
        var run = Observe(KnownFaults.Hang);
        Assert.InRange(run.Client.Lost, 0, LostByTheMachine);
        Assert.InRange(run.Holders.TwoOrMore.TotalMilliseconds, 0, 600);
        Assert.InRange(run.AdvertisedAfterEnd, 0, 1);
        Assert.Equal(0, run.AnnouncedAfterEnd);
    }

    [NetnsFact]
    public void With_every_disk_full_a_planned_stop_leaves_no_gap() =>
        Assert.InRange(Observe(KnownFaults.DiskFull).Client.Lost, 0, LostByTheMachine);

    [NetnsFact]
    public void With_no_file_descriptor_left_a_planned_stop_leaves_no_gap() =>
        Assert.InRange(Observe(KnownFaults.NoDescriptors).Client.Lost, 0, LostByTheMachine);

    [LongFact]
    public void Every_fault_ends_with_one_node_that_answers()
    {
        foreach (var fault in KnownFaults.All)
        {
            var run = Observe(fault);
            Assert.True(run.Problem is null, $"{fault}: {run.Problem}");
            output.WriteLine($"{fault}: two {run.Holders.TwoOrMore}, none {run.Holders.None}, lost {run.Client.Lost}");
        }
    }

    private static FaultRun Observe(Fault fault)
    {
        using var cluster = Cluster.Start(fault.Configure(Default));
        var run = FaultRun.Observe(cluster, fault);
        Assert.Null(run.Problem);
        return run;
    }
}
