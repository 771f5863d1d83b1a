using Vipd.Simulation.Faults;
using Vipd.Simulation.World;
using Vipd.Vrrp;

namespace Vipd.Simulation.Rules;

/// <summary>Asks every rule after every step. A rule's name is what a failing run reports.</summary>
internal sealed class Rulebook
{
    private readonly IRule[] _rules;

    public Rulebook(Situation situation) => _rules =
    [
        new SettledRules(situation),
        new TakeOverRules(situation),
        new AddressRules(situation),
        new ClientRules(situation),
        new RateRules(situation),
        new DeadlineRule(situation),
    ];

    public void Fault(in Fault fault)
    {
        foreach (IRule rule in _rules)
            rule.Fault(fault);
    }

    public void Step()
    {
        foreach (IRule rule in _rules)
            rule.Step();
    }
}

/// <summary>What has to hold.</summary>
internal interface IRule
{
    /// <summary>A fault is about to happen; the world still is as it was before.</summary>
    void Fault(in Fault fault)
    {
    }

    /// <summary>Something has happened.</summary>
    void Step();
}

/// <summary>The world as the rules see it.</summary>
internal sealed class Situation(Scenario scenario, Agenda agenda, Lan lan, Node[] nodes, Client client, Verdict verdict)
{
    public Scenario Scenario => scenario;

    public Lan Lan => lan;

    public IReadOnlyList<Node> Nodes => nodes;

    public Client Client => client;

    public Verdict Verdict => verdict;

    public MonotonicTime Now => agenda.Now;

    /// <summary>When something was last done to somebody, or came to its end.</summary>
    public MonotonicTime LastFaultAt { get; private set; } = agenda.Now;

    /// <summary>
    /// Nothing was done to anybody for long enough, everybody reaches everybody, nobody stands still.
    /// </summary>
    public bool IsSettled =>
        Now - LastFaultAt >= scenario.Settling && lan.IsCalm && Array.TrueForAll(nodes, n => !n.IsPaused);

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

    public void Disturb(TimeSpan lasting) => LastFaultAt = MonotonicTime.Max(LastFaultAt, Now + lasting);
}
