using Vipd.Simulation.World;

namespace Vipd.Simulation.Faults;

/// <summary>
/// Draws the schedule: faults with gaps from a millisecond to seconds, most of them with an end, overlapping as they
/// like; now and then time to come to rest; at the end everything is repaired.
/// </summary>
internal sealed class Episodes(SeededRandom random, IReadOnlyList<NodeSettings> nodes, TimeSpan settling)
{
    private static readonly TimeSpan ShortestGap = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(4);

    private readonly List<Fault> _faults = [];
    private TimeSpan _at;

    public Fault[] Anything()
    {
        StartAll();
        int count = random.Between(ScenarioGenerator.FewestFaults, 16);
        for (int i = 0; i < count; i++)
        {
            Wait(random.Chance(0.3));
            Draw();
        }

        TimeSpan end = _faults.Max(fault => fault.At) + random.Magnitude(ShortestGap, LongestGap);
        _faults.Add(new Fault(end, FaultKind.RepairAll));
        return InOrder();
    }

    /// <summary>Stops, drains and priorities, one node out at a time, each back before the next goes.</summary>
    public Fault[] Planned()
    {
        StartAll();
        int count = random.Between(ScenarioGenerator.FewestFaults, 16);
        for (int i = 0; i < count; i++)
        {
            _at += settling;
            TimeSpan away = random.Magnitude(ShortestGap, LongestGap);
            int node = AnyNode();
            switch (random.Below(3))
            {
                case 0:
                    Add(FaultKind.Drain, node);
                    _at += away;
                    Add(FaultKind.Undrain, node);
                    break;
                case 1:
                    Add(FaultKind.Stop, node);
                    _at += away + settling;
                    Add(FaultKind.Start, node);
                    break;
                default:
                    Add(FaultKind.Priority, node, value: random.Between(1, 254));
                    break;
            }
        }

        _at += settling;
        Add(FaultKind.RepairAll, 0);
        return InOrder();
    }

    private void Draw()
    {
        int node = AnyNode();
        int other = (node + random.Between(1, nodes.Count - 1)) % nodes.Count;
        int address = random.Below(nodes[0].Parameters.AddressCount);
        switch (random.Below(13))
        {
            case 0: For(FaultKind.Stop, FaultKind.Start, node); break;
            case 1: For(FaultKind.Kill, FaultKind.Start, node); break;
            case 2: For(FaultKind.Crash, FaultKind.Start, node); break;
            case 3: For(FaultKind.Drain, FaultKind.Undrain, node); break;
            case 4: For(FaultKind.Pause, FaultKind.Resume, node); break;
            case 5: For(FaultKind.LinkDown, FaultKind.LinkUp, node); break;
            case 6: For(FaultKind.CutPath, FaultKind.HealPath, node, other); break;
            case 7:
                For(FaultKind.Partition, FaultKind.HealPartition, 0, 0, random.Between(1, (1 << nodes.Count) - 2));
                break;
            case 8: For(FaultKind.BadWeather, FaultKind.FairWeather, 0, 0, random.Below(int.MaxValue)); break;
            case 9: For(FaultKind.CheckFails, FaultKind.CheckRecovers, node); break;
            case 10: Add(FaultKind.WipeAddress, node, value: address); break;
            case 11 when random.Chance(0.2): Add(FaultKind.RefuseAddress, node, value: address); break;
            default: Add(FaultKind.Priority, node, value: random.Between(1, 254)); break;
        }
    }

    private void StartAll()
    {
        bool together = random.Chance(0.5);
        for (int i = 0; i < nodes.Count; i++)
        {
            if (!together)
                _at += random.Magnitude(ShortestGap, LongestGap);
            Add(FaultKind.Start, i);
        }
    }

    private void Wait(bool toRest) =>
        _at += random.Magnitude(ShortestGap, LongestGap) + (toRest ? settling : TimeSpan.Zero);

    private void Add(FaultKind kind, int node, int other = 0, int value = 0) =>
        _faults.Add(new Fault(_at, kind, node, other, value));

    private void For(FaultKind begin, FaultKind end, int node, int other = 0, int value = 0)
    {
        Add(begin, node, other, value);
        _faults.Add(new Fault(_at + random.Magnitude(ShortestGap, LongestGap), end, node, other, value));
    }

    private int AnyNode() => random.Below(nodes.Count);

    private Fault[] InOrder() => [.. _faults.OrderBy(fault => fault.At)];
}
