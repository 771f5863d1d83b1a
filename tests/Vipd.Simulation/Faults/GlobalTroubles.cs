using Vipd.Simulation.World;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.Faults;

/// <summary>A trouble that all nodes have together.</summary>
internal enum GlobalTrouble
{
    /// <summary>The quorum is kept; until there is a leader every apiserver stalls, or answers with an error.</summary>
    EtcdElection,

    /// <summary>The same for seconds, and again and again, as on a storage that all nodes share.</summary>
    SlowDisk,

    /// <summary>The power comes back: everybody starts, and each apiserver is ready when it is.</summary>
    ColdStart,

    /// <summary>A node dies, perhaps the Active Router, and etcd's leader with it; later it comes back.</summary>
    MemberDies,
}

/// <summary>
/// Draws many troubles of one kind in a row. All checks find the same class, each node at a moment of its own: they
/// fail within 300 ms of each other, and they are well again within a check's time limit of 2.5 s, since one may have
/// waited for its answer just before the trouble was over.
/// </summary>
internal sealed class GlobalTroubles(SeededRandom random, int nodes)
{
    private static readonly TimeSpan FailWithin = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan RecoverWithin = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan FirstAt = TimeSpan.FromSeconds(10);

    private readonly List<Fault> _faults = [];
    private readonly List<TimeSpan> _begins = [];
    private TimeSpan _at;

    /// <param name="Begins">When each trouble begins; it is over before the next one does.</param>
    internal sealed record Schedule(Scenario Scenario, IReadOnlyList<TimeSpan> Begins);

    public Schedule Draw(GlobalTrouble kind, int count, TimeSpan holdDown)
    {
        for (int node = 0; node < nodes; node++)
            Add(FaultKind.Start, node, random.Between(TimeSpan.Zero, FailWithin));
        _at = FirstAt;
        for (int i = 0; i < count; i++)
        {
            _begins.Add(_at);
            Happen(kind);
            _at = _faults.Max(fault => fault.At) + random.Magnitude(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(100));
        }

        NodeSettings[] settings = [.. Enumerable.Range(0, nodes).Select(number => new NodeSettings(
            number,
            new RouterParameters
            {
                PrimaryAddress = NodeSettings.AddressOf(number),
                AddressCount = 1,
                HoldDown = holdDown,
            }))];
        Fault[] schedule = [.. _faults.OrderBy(fault => fault.At)];
        return new Schedule(new Scenario(settings, schedule, _at, PlannedOnly: false), _begins);
    }

    private void Happen(GlobalTrouble kind)
    {
        switch (kind)
        {
            case GlobalTrouble.EtcdElection:
                Stall(Seconds(0.6, 1.5), except: -1);
                break;
            case GlobalTrouble.SlowDisk:
                for (int stalls = random.Between(1, 6); stalls > 0; stalls--)
                {
                    Stall(Seconds(1, 8), except: -1);
                    _at = _faults.Max(fault => fault.At) + Seconds(0.5, 5);
                }

                break;
            case GlobalTrouble.ColdStart:
                for (int node = 0; node < nodes; node++)
                {
                    Add(FaultKind.Crash, node, random.Between(TimeSpan.Zero, FailWithin));
                    Boot(node, Seconds(1, 5), mayStumble: true);
                }

                break;
            case GlobalTrouble.MemberDies:
                int dead = random.Below(nodes);
                Add(FaultKind.Crash, dead, TimeSpan.Zero);
                Stall(Seconds(0.6, 1.5), except: dead);
                Boot(dead, Seconds(5, 20), mayStumble: false);
                break;
        }
    }

    private void Stall(TimeSpan lasting, int except)
    {
        int lowered = random.Chance(0.8) ? HealthClass.Down : HealthClass.NotReady;
        for (int node = 0; node < nodes; node++)
        {
            if (node == except)
                continue;
            Add(FaultKind.Priority, node, random.Between(TimeSpan.Zero, FailWithin), lowered);
            Add(FaultKind.Priority, node, lasting + random.Between(TimeSpan.Zero, RecoverWithin), HealthClass.Ready);
        }
    }

    /// <summary>
    /// Nothing is known to be healthy before vipd starts; then the apiserver is ready, perhaps not for good yet.
    /// </summary>
    private void Boot(int node, TimeSpan after, bool mayStumble)
    {
        Add(FaultKind.Priority, node, after, HealthClass.Down);
        Add(FaultKind.Start, node, after);
        TimeSpan ready = after + Seconds(4, 60);
        Add(FaultKind.Priority, node, ready, HealthClass.Ready);
        if (!mayStumble || !random.Chance(0.3))
            return;
        TimeSpan stumbles = ready + Seconds(0.5, 5);
        Add(FaultKind.Priority, node, stumbles, HealthClass.NotReady);
        Add(FaultKind.Priority, node, stumbles + Seconds(0.25, 2.5), HealthClass.Ready);
    }

    private TimeSpan Seconds(double from, double to) =>
        random.Between(TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(to));

    private void Add(FaultKind kind, int node, TimeSpan after, int value = 0) =>
        _faults.Add(new Fault(_at + after, kind, node, Value: value));

    /// <summary>Effective priorities: 100 less the default weights.</summary>
    private static class HealthClass
    {
        public const int Ready = 100;
        public const int NotReady = 60;
        public const int Down = 20;
    }
}
