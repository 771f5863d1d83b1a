using Vipd.Simulation.World;
using Vipd.Vrrp;

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
    private readonly int[] _intervals = [.. nodes.Select(node => node.Parameters.AdvertisementInterval.Value)];
    private readonly int[] _addresses = [.. nodes.Select(node => node.Parameters.AddressCount)];
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

    /// <summary>Stops, drains, priorities and reloads, one node at a time, each back before the next goes.</summary>
    public Fault[] Planned()
    {
        StartAll();
        int count = random.Between(ScenarioGenerator.FewestFaults, 16);
        for (int i = 0; i < count; i++)
        {
            _at += settling;
            TimeSpan away = random.Magnitude(ShortestGap, LongestGap);
            int node = AnyNode();
            switch (random.Below(5))
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
                case 2:
                    Reconfigure(FaultKind.Reload, node);
                    break;
                case 3:
                    Reconfigure(FaultKind.Move, node);
                    break;
                default:
                    Add(FaultKind.Priority, node, value: AnyPriority());
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
        switch (random.Below(20))
        {
            case 0: For(FaultKind.Stop, FaultKind.Start, node); break;
            case 1: For(FaultKind.Kill, FaultKind.Start, node); break;
            case 2: For(FaultKind.Crash, FaultKind.Start, node); break;
            case 3: For(FaultKind.Drain, FaultKind.Undrain, node); break;
            case 4: For(FaultKind.Pause, FaultKind.Resume, node); break;
            case 5: For(FaultKind.LinkDown, FaultKind.LinkUp, node); break;
            case 6: For(FaultKind.CutPath, FaultKind.HealPath, node, other); break;
            case 7: Partition(); break;
            case 8: For(FaultKind.BadWeather, FaultKind.FairWeather, 0, 0, random.Below(int.MaxValue)); break;
            case 9: For(FaultKind.CheckFails, FaultKind.CheckRecovers, node); break;
            case 10: Add(FaultKind.WipeAddress, node, value: address); break;
            case 11 when random.Chance(0.2): Add(FaultKind.RefuseAddress, node, value: address); break;
            case 12: For(FaultKind.Freeze, FaultKind.Resume, node); break;
            case 13: Add(FaultKind.JumpClock, node, value: AnyMilliseconds()); break;
            case 14: Flap(FaultKind.LinkDown, FaultKind.LinkUp); break;
            case 15: Flap(FaultKind.CheckFails, FaultKind.CheckRecovers); break;
            case 16: FlapHealth(); break;
            case 17: Reconfigure(FaultKind.Reload, node); break;
            case 18: Reconfigure(FaultKind.Move, node); break;
            default: Add(FaultKind.Priority, node, value: AnyPriority()); break;
        }
    }

    /// <summary>Every third one stays for so long that each part comes to rest.</summary>
    private void Partition()
    {
        int group = random.Between(1, (1 << nodes.Count) - 2);
        if (!random.Chance(0.33))
        {
            For(FaultKind.Partition, FaultKind.HealPartition, 0, 0, group);
            return;
        }

        Add(FaultKind.Partition, 0, value: group);
        Wait(toRest: true);
        Add(FaultKind.HealPartition, 0, value: group);
    }

    /// <summary>A NIC or a check that comes and goes: on one node, or on many at once (a switch, a database).</summary>
    private void Flap(FaultKind down, FaultKind up)
    {
        int times = random.Between(2, 6);
        int group = AnyGroup();
        for (int i = 0; i < times; i++)
        {
            OnEach(group, node => Add(down, node));
            Pass();
            OnEach(group, node => Add(up, node));
            Pass();
        }
    }

    /// <summary>Weights of a check that comes and goes.</summary>
    private void FlapHealth()
    {
        int times = random.Between(2, 6);
        int group = AnyGroup();
        int weight = random.Pick<int>([40, 80]);
        for (int i = 0; i < times; i++)
        {
            OnEach(group, node =>
                Add(FaultKind.Priority, node, value: nodes[node].Parameters.Priority.LoweredBy(weight).Value));
            Pass();
            OnEach(group, node => Add(FaultKind.Priority, node, value: nodes[node].Parameters.Priority.Value));
            Pass();
        }
    }

    private void Reconfigure(FaultKind how, int node)
    {
        int interval = random.Chance(0.6) ? _intervals[node] : random.Pick<int>(_intervals);
        int priority = random.Chance(0.4) ? nodes[node].Parameters.Priority.Value : AnyPriority();
        if (random.Chance(0.4))
            _addresses[node] = random.Between(1, nodes[node].Parameters.AddressCount);
        Add(how, node, value: Fault.Configuration(priority, interval, _addresses[node]));
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

    private void Pass() => _at += random.Magnitude(ShortestGap, TimeSpan.FromMilliseconds(300));

    private void OnEach(int group, Action<int> act)
    {
        for (int node = 0; node < nodes.Count; node++)
        {
            if (((group >> node) & 1) == 0)
                continue;
            act(node);
            _at += TimeSpan.FromMicroseconds(random.Below(2000));
        }
    }

    private void Add(FaultKind kind, int node, int other = 0, int value = 0) =>
        _faults.Add(new Fault(_at, kind, node, other, value));

    private void For(FaultKind begin, FaultKind end, int node, int other = 0, int value = 0)
    {
        Add(begin, node, other, value);
        _faults.Add(new Fault(_at + random.Magnitude(ShortestGap, LongestGap), end, node, other, value));
    }

    private int AnyNode() => random.Below(nodes.Count);

    private int AnyGroup() => random.Chance(0.5) ? 1 << AnyNode() : random.Between(1, (1 << nodes.Count) - 1);

    private int AnyPriority() => random.Between(1, 254);

    private int AnyMilliseconds() =>
        (int)random.Magnitude(ShortestGap, TimeSpan.FromSeconds(10)).TotalMilliseconds;

    private Fault[] InOrder() => [.. _faults.OrderBy(fault => fault.At)];
}
