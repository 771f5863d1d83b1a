using Vipd.Simulation.World;
using Vipd.Vrrp;

namespace Vipd.Simulation.Faults;

/// <summary>Does to the world what the schedule says.</summary>
internal static class FaultInjector
{
    public static void Apply(in Fault fault, Node[] nodes, Lan lan)
    {
        Node node = nodes[fault.Node];
        switch (fault.Kind)
        {
            case FaultKind.Stop: node.Stop(); break;
            case FaultKind.Kill: node.Kill(); break;
            case FaultKind.Crash: node.Crash(); break;
            case FaultKind.Start: node.Start(); break;
            case FaultKind.Drain: node.Drain(); break;
            case FaultKind.Undrain: node.Undrain(); break;
            case FaultKind.Pause: node.Pause(); break;
            case FaultKind.Resume: node.Resume(); break;
            case FaultKind.Freeze: node.Freeze(); break;
            case FaultKind.JumpClock: node.JumpClock(TimeSpan.FromMilliseconds(fault.Value)); break;
            case FaultKind.Reload: node.Reload(Reconfigured(node, fault)); break;
            case FaultKind.Move: node.Move(Reconfigured(node, fault)); break;
            case FaultKind.LinkDown: node.SetLink(up: false); break;
            case FaultKind.LinkUp: node.SetLink(up: true); break;
            case FaultKind.CutPath: lan.Cut(fault.Node, fault.Other); break;
            case FaultKind.HealPath: lan.Heal(fault.Node, fault.Other); break;
            case FaultKind.Partition: Partition(fault.Value, nodes.Length, lan.Cut); break;
            case FaultKind.HealPartition: Partition(fault.Value, nodes.Length, lan.Heal); break;
            case FaultKind.BadWeather: lan.Weather = Weather(fault.Value); break;
            case FaultKind.FairWeather: lan.Weather = LanWeather.Fair; break;
            case FaultKind.Priority: node.SetPriority(new Priority((byte)fault.Value)); break;
            case FaultKind.CheckFails: node.SetCheckFault(failed: true); break;
            case FaultKind.CheckRecovers: node.SetCheckFault(failed: false); break;
            case FaultKind.WipeAddress: node.WipeAddress(fault.Value); break;
            case FaultKind.RefuseAddress: node.RefuseAddress(fault.Value); break;
            case FaultKind.RepairAll: RepairAll(nodes, lan); break;
        }
    }

    private static NodeSettings Reconfigured(Node node, in Fault fault) => node.Settings.With(
        new Priority((byte)fault.NewPriority), new Centiseconds(fault.NewInterval), fault.NewAddresses);

    private static void RepairAll(Node[] nodes, Lan lan)
    {
        lan.HealAll();
        foreach (Node node in nodes)
        {
            node.Resume();
            node.SetLink(up: true);
            node.Undrain();
            node.SetCheckFault(failed: false);
            node.Start();
        }
    }

    private static void Partition(int group, int nodes, Action<int, int> change)
    {
        for (int from = 0; from < nodes; from++)
        {
            for (int to = 0; to < nodes; to++)
            {
                if (((group >> from) & 1) != ((group >> to) & 1))
                    change(from, to);
            }
        }
    }

    private static LanWeather Weather(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        return new LanWeather(
            Loss: random.Pick<int>([0, 1, 10, 30, 60]) / 100.0,
            Duplication: random.Pick<int>([0, 0, 5]) / 100.0,
            Reordering: random.Pick<int>([0, 0, 10]) / 100.0,
            ShortestDelay: LanWeather.Fair.ShortestDelay,
            LongestDelay: TimeSpan.FromMilliseconds(random.Pick<int>([1, 5, 50])));
    }
}
