using Vipd.Simulation.World;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.Rules;

/// <summary>
/// Addresses are present on a node if it is Active, hands over, or its process is dead or stopped and the kernel lease
/// still runs; and every Active Router has them all soon after its take-over.
/// </summary>
internal sealed class AddressRules(Situation situation) : IRule
{
    private readonly MonotonicTime?[] _incompleteSince = new MonotonicTime?[situation.Nodes.Length];
    private readonly MonotonicTime?[] _handingOverSince = new MonotonicTime?[situation.Nodes.Length];

    public void Step()
    {
        foreach (Node node in situation.Nodes)
        {
            Follow(node);
            if (!node.IsLive)
            {
                _incompleteSince[node.Number] = null;
                _handingOverSince[node.Number] = null;
                continue;
            }

            Complete(node);
            HandoverEnds(node);
        }
    }

    private void Follow(Node node)
    {
        if (node.Kernel.Present == 0 || node.IsFrozen)
            return;
        if (node.AbandonedAt != MonotonicTime.Never)
        {
            if (situation.Now - node.AbandonedAt > node.AbandonedFor)
                situation.Verdict.Break("ADeadProcessLosesItsAddresses",
                    $"n{node.Number + 1} still has addresses, longer than its lease");
            return;
        }

        if (node.IsLive && !node.Router!.HoldsAddresses)
            situation.Verdict.Break("AddressesFollowTheState",
                $"n{node.Number + 1} is {node.Router.State} and still has addresses");
        if (node.IsLive && node.Router!.State != RouterState.Active && !node.Router.IsHandingOver)
            situation.Verdict.Break("AddressesFollowTheState",
                $"n{node.Number + 1} is {node.Router.State}, hands nothing over and has addresses");
    }

    private void Complete(Node node)
    {
        if (!node.IsActive || node.Kernel.Present == node.Settings.Parameters.AddressCount ||
            situation.Now - node.ResumedAt <= node.Settings.LongestLateness)
        {
            _incompleteSince[node.Number] = null;
            return;
        }

        MonotonicTime since = _incompleteSince[node.Number] ??= situation.Now;
        if (situation.Now - since > situation.Claiming)
            situation.Verdict.Break("AnActiveRouterHasItsAddresses",
                $"n{node.Number + 1} is Active and lacks addresses");
    }

    private void HandoverEnds(Node node)
    {
        if (!node.Router!.IsHandingOver || situation.Now - node.ResumedAt <= node.Settings.LongestLateness)
        {
            _handingOverSince[node.Number] = null;
            return;
        }

        MonotonicTime since = _handingOverSince[node.Number] ??= situation.Now;
        // Active_Down_Interval of the least eager successor with its spread, and 100 ms to announce; never over 10 s.
        // One that has announced and yields waits by the longer of its own and the winner's interval, at least 400 ms.
        double longest = situation.Nodes.Max(other => other.LongestInterval).TotalMilliseconds;
        double milliseconds = Math.Max((4 * longest) + Math.Min(10, longest / 16), 400) + 100;
        TimeSpan limit = TimeSpan.FromMilliseconds(Math.Min(10_000, milliseconds));
        if (situation.Now - since > limit + node.Settings.LongestLateness)
            situation.Verdict.Break("HandoverEnds", $"n{node.Number + 1} waits for a successor that does not come");
    }
}
