using Vipd.Lab.Masters;
using Vipd.Lab.Network;
using Vipd.Lab.Traffic;
using Vipd.Lab.Wire;

namespace Vipd.Lab.Systemd;

/// <summary>Masters that are machines, on one segment with a client, all from the same layers.</summary>
public sealed class MachineCluster : IDisposable
{
    public const string Configuration = """
        virtualRouters:
          - name: apiserver
            vrid: 51
            addresses: [192.0.2.100/32]

        """;

    public const string ConfigurationFile = "/etc/vipd/vipd.yaml";

    private static readonly TimeSpan SettleBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(800);
    private readonly Holders _holders;
    private readonly List<Responder> _responders;

    private MachineCluster(Segment segment, IReadOnlyList<string> layers)
    {
        Segment = segment;
        Tap = WireTap.Start(segment);
        _holders = new Holders(segment.Masters);
        _responders = [.. segment.Masters.Select(node => Responder.Start(node))];
        Machines = [.. segment.Masters.Select(node => Machine.Boot(node, layers))];
    }

    public Segment Segment { get; }

    public IReadOnlyList<Machine> Machines { get; }

    public WireTap Tap { get; }

    /// <summary>Every machine is up; vipd is as the layers have it.</summary>
    public static MachineCluster Boot(int machines, params IReadOnlyList<string> layers)
    {
        var segment = Segment.Create(new SegmentOptions { Masters = machines });
        var cluster = new MachineCluster(segment, layers);
        try
        {
            foreach (var machine in cluster.Machines) machine.WaitUntilBooted();
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>The same, with vipd running on each.</summary>
    public static MachineCluster Start(int machines, params IReadOnlyList<string> layers)
    {
        var cluster = Boot(machines, layers);
        try
        {
            cluster.StartVipd();
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Configures and starts it everywhere, and waits for one Active Router.</summary>
    public void StartVipd(string moreOfTheRouter = "")
    {
        foreach (var machine in Machines)
        {
            File.WriteAllText(machine.PathOf(ConfigurationFile), Configuration + moreOfTheRouter);
            machine.Must("systemctl", "start", "vipd");
        }
        WaitUntilSettled();
    }

    public IReadOnlyList<Machine> HoldersOfVip()
    {
        var nodes = _holders.Of(ClusterOptions.DefaultVip.Address);
        return [.. Machines.Where(machine => nodes.Contains(machine.Node))];
    }

    /// <summary>Waits until one has the VIP and for a while nobody else has advertised.</summary>
    public Machine WaitUntilSettled()
    {
        Machine? active = null;
        Observe.Until("one Active Router, and it alone", SettleBound, () =>
        {
            active = HoldersOfVip() is [var holder] ? holder : null;
            return active is not null
                && Tap.ClaimantsSince(MonotonicClock.Now - Calm) is [var claimant]
                && claimant.Equals(active.Node.Address);
        }, Describe);
        return active!;
    }

    /// <summary>The client asks the VIP, and has got answers.</summary>
    public Probe StartProbe()
    {
        const int AnswersBefore = 200;
        var probe = Probe.Start(Segment.Client, [ClusterOptions.DefaultVip.Address]);
        Observe.Until("answers", SettleBound, () => probe.Answered >= AnswersBefore, Describe);
        return probe;
    }

    public string Describe() => string.Join('\n', Machines.Where(machine => machine.InitProcessId != 0).Select(
        machine => $"{machine.Name}: {machine.Run("journalctl", "-u", "vipd", "-n", "15", "-o", "cat")}"));

    public void Dispose()
    {
        foreach (var machine in Machines) machine.Dispose();
        foreach (var responder in _responders) responder.Dispose();
        _holders.Dispose();
        Tap.Dispose();
        Segment.Dispose();
    }
}
