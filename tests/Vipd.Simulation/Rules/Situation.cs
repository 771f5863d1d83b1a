using Vipd.Simulation.Faults;
using Vipd.Simulation.World;
using Vipd.Vrrp;

namespace Vipd.Simulation.Rules;

/// <summary>The world as the rules see it.</summary>
internal sealed class Situation(Scenario scenario, Agenda agenda, Lan lan, Node[] nodes, Client client, Verdict verdict)
{
    private readonly int[] _partOf = new int[nodes.Length];
    private bool _fallsIntoParts;
    private MonotonicTime _quietSince = agenda.Now;

    public Scenario Scenario => scenario;

    public Lan Lan => lan;

    public Node[] Nodes => nodes;

    public Client Client => client;

    public Verdict Verdict => verdict;

    public MonotonicTime Now => agenda.Now;

    /// <summary>Two passes for each 64 addresses, and the answer to one that was removed by hand.</summary>
    public TimeSpan Claiming { get; } =
        (4 + (2 * ((scenario.AddressCount + 63) / 64))) * scenario.LongestLateness;

    /// <summary>When something was last done to somebody, or came to its end.</summary>
    public MonotonicTime LastFaultAt => _quietSince;

    public MonotonicTime LastTakeOverAt
    {
        get
        {
            MonotonicTime last = MonotonicTime.Origin;
            foreach (Node node in nodes)
                last = MonotonicTime.Max(last, node.BecameActiveAt);
            return last;
        }
    }

    /// <summary>
    /// Nothing was done to anybody for long enough, everybody reaches everybody, nobody stands still.
    /// </summary>
    public bool IsSettled => IsSettledInParts && lan.CutPaths == 0;

    /// <summary>
    /// The same, but the LAN may have fallen into parts: inside each everybody reaches everybody, between them nobody
    /// does. A one-way cut makes no parts and never settles.
    /// </summary>
    public bool IsSettledInParts =>
        agenda.Now - _quietSince >= scenario.Settling && _fallsIntoParts && lan.Weather.IsFair && NobodyStandsStill;

    /// <summary>The only Active Router; null if there is none or more than one.</summary>
    public Node? TheActive
    {
        get
        {
            Node? found = null;
            foreach (Node node in nodes)
            {
                if (!node.IsActive)
                    continue;
                if (found is not null)
                    return null;
                found = node;
            }

            return found;
        }
    }

    public bool NobodyStandsStill
    {
        get
        {
            foreach (Node node in nodes)
            {
                if (node.IsPaused)
                    return false;
            }

            return true;
        }
    }

    /// <summary>The part that a node is in: the number of its first member.</summary>
    public int PartOf(Node node) => _partOf[node.Number];

    /// <summary>Something was done to somebody; it lasts for <paramref name="lasting"/>.</summary>
    public void Disturb(TimeSpan lasting)
    {
        _quietSince = MonotonicTime.Max(_quietSince, agenda.Now + lasting);
        _fallsIntoParts = FindParts();
    }

    /// <summary>
    /// An operator has taken the address from a node, and whoever takes over may be that one; or has given it to one
    /// only now, which is claiming it.
    /// </summary>
    public bool IsNotMeantToBeAnswered(int address)
    {
        foreach (Node node in nodes)
        {
            if (address >= node.Settings.Parameters.AddressCount ||
                agenda.Now - node.AddressesChangedAt <= Claiming)
                return true;
        }

        return false;
    }

    private bool FindParts()
    {
        for (int node = 0; node < nodes.Length; node++)
        {
            _partOf[node] = node;
            for (int other = node - 1; other >= 0; other--)
            {
                if (lan.IsPathOpen(node, other))
                    _partOf[node] = other;
            }
        }

        for (int from = 0; from < nodes.Length; from++)
        {
            for (int to = 0; to < nodes.Length; to++)
            {
                if (from != to && lan.IsPathOpen(from, to) != (_partOf[from] == _partOf[to]))
                    return false;
            }
        }

        return true;
    }
}
