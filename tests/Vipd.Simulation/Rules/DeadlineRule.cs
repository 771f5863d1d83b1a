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
            if (!node.IsLive)
                continue;
            TimeSpan late = node.RouterNow - node.Router!.NextDeadline;
            if (late <= TimeSpan.Zero || situation.Now - node.ResumedAt <= node.Settings.LongestLateness)
                continue;
            // A deadline that came into being only now is due from now on: "at once" is a deadline that is due.
            if (late > node.Settings.LongestLateness && situation.Now - node.LastPassAt > node.Settings.LongestLateness)
                situation.Verdict.Break("DeadlinesAreKept",
                    $"n{node.Number + 1} is {late.TotalMilliseconds:F3} ms late");
        }
    }
}
