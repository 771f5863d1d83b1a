using Vipd.Simulation.Faults;

namespace Vipd.Simulation.Rules;

/// <summary>Asks every rule after every step. A rule's name is what a failing run reports.</summary>
internal sealed class Rulebook(Situation situation)
{
    private readonly IRule[] _rules =
    [
        new SettledRules(situation),
        new TakeOverRules(situation),
        new AddressRules(situation),
        new ClientRules(situation),
        new YieldRules(situation),
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
