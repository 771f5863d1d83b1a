using Vipd.Simulation.World;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.Rules;

/// <summary>
/// In a settled LAN without loss there is exactly one Active Router, it is a right one, and nothing changes; in a LAN
/// that has fallen into parts the same holds in each of them. A right one: no other router of its part would preempt it
/// (Preempt_Mode on, priority higher by at least its preemptMargin). So with equal priorities, or without preemption,
/// whoever is Active stays.
/// </summary>
internal sealed class SettledRules(Situation situation) : IRule
{
    private readonly Node?[] _activeOf = new Node?[situation.Nodes.Length];
    private readonly int[] _activesOf = new int[situation.Nodes.Length];
    private int _transitions = -1;

    public void Step()
    {
        if (!situation.IsSettledInParts)
        {
            _transitions = -1;
            return;
        }

        int transitions = 0;
        foreach (Node node in situation.Nodes)
            transitions += node.Transitions;
        // Between two transitions nothing that is judged here changes.
        if (transitions == _transitions)
            return;
        if (_transitions >= 0)
            situation.Verdict.Break("SteadyMeansStill",
                "a router changed its state although nothing was done to anybody");
        _transitions = transitions;
        OneInEachPart();
        foreach (Node node in situation.Nodes)
        {
            NobodyIsBetter(node);
            TakesPart(node);
        }
    }

    private void OneInEachPart()
    {
        Array.Clear(_activeOf);
        Array.Clear(_activesOf);
        foreach (Node node in situation.Nodes)
        {
            if (!node.IsActive)
                continue;
            _activesOf[situation.PartOf(node)]++;
            _activeOf[situation.PartOf(node)] = node;
        }

        foreach (Node node in situation.Nodes)
        {
            int count = _activesOf[situation.PartOf(node)];
            if (count != 1 && (count > 1 || node.IsEligible))
            {
                situation.Verdict.Break(
                    situation.IsSettled ? "ExactlyOneActive" : "ExactlyOneActiveInEachPart",
                    $"{count} Active Routers in a settled LAN, in the part of n{node.Number + 1}");
            }
        }
    }

    private void TakesPart(Node node)
    {
        if (!node.IsLive)
            return;
        bool isFaulty = node.CheckFails || !situation.Lan.IsLinkUp(node.Number);
        if (node.Router!.State == RouterState.Fault && !isFaulty)
            situation.Verdict.Break("NobodyStaysInFault", $"n{node.Number + 1} is well and takes no part");
        if (node.IsEligible && (node.IsDrained || isFaulty))
            situation.Verdict.Break("WhoIsOutTakesNoPart", $"n{node.Number + 1} is {node.Router.State}");
    }

    private void NobodyIsBetter(Node node)
    {
        if (!node.IsEligible || _activeOf[situation.PartOf(node)] is not { } active || node == active)
            return;
        if (node.Settings.Preempts(node.Priority, active.Priority))
        {
            situation.Verdict.Break("TheRightOneIsActive",
                $"n{active.Number + 1} is Active with priority {active.Priority}, " +
                $"but n{node.Number + 1} has {node.Priority}");
        }
    }
}
