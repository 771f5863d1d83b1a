using Vipd.Simulation.World;

namespace Vipd.Simulation.Rules;

/// <summary>
/// In a settled, connected LAN without loss there is exactly one Active Router, it is a right one, and nothing changes.
/// A right one: no other router of the election would preempt it (Preempt_Mode on, priority higher by at least its
/// preemptMargin). So with equal priorities, or without preemption, whoever is Active stays.
/// </summary>
internal sealed class SettledRules(Situation situation) : IRule
{
    private int _transitions = -1;

    public void Step()
    {
        if (!situation.IsSettled)
        {
            _transitions = -1;
            return;
        }

        int eligible = 0;
        int transitions = 0;
        foreach (Node node in situation.Nodes)
        {
            eligible += node.IsEligible ? 1 : 0;
            transitions += node.Transitions;
        }

        if (_transitions < 0)
            _transitions = transitions;
        else if (transitions != _transitions)
            situation.Verdict.Break(
                "SteadyMeansStill", "a router changed its state although nothing was done to anybody");
        if (eligible > 0)
            OneAndTheRightOne();
    }

    private void OneAndTheRightOne()
    {
        if (situation.TheActive is not { } active)
        {
            int count = situation.Nodes.Count(node => node.IsActive);
            situation.Verdict.Break("ExactlyOneActive", $"{count} Active Routers in a settled LAN");
            return;
        }

        foreach (Node node in situation.Nodes)
        {
            if (node.IsEligible && node != active && WouldPreempt(node, active))
            {
                situation.Verdict.Break(
                    "TheRightOneIsActive", $"n{active.Number + 1} is Active with priority {active.Priority}, " +
                    $"but n{node.Number + 1} has {node.Priority}");
            }
        }
    }

    internal static bool WouldPreempt(Node node, Node active) => node.Settings.Parameters.Preempt &&
        node.Priority.Value - active.Priority.Value >= node.Settings.Parameters.PreemptMargin;
}
