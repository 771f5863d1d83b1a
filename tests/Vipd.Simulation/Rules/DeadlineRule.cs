using Vipd.Simulation.World;
using Vipd.Vrrp;

namespace Vipd.Simulation.Rules;

/// <summary>A process that runs never lets NextDeadline pass by more than a busy machine's lateness.</summary>
internal sealed class DeadlineRule(Situation situation) : IRule
{
    public void Step()
    {
        foreach (Node node in situation.Nodes)
        {
            if (!node.IsLive || situation.Now - node.ResumedAt <= Node.LongestLateness)
                continue;
            TimeSpan late = situation.Now - node.Router!.NextDeadline;
            // A deadline that came into being only now is due from now on: "at once" is a deadline that is due.
            if (late > Node.LongestLateness && situation.Now - node.LastPassAt > Node.LongestLateness)
                situation.Verdict.Break(
                    "DeadlinesAreKept", $"n{node.Number + 1} is {late.TotalMilliseconds:F3} ms late");
        }
    }
}
