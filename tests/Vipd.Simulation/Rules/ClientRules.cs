using Vipd.Simulation.World;
using Vipd.Vrrp;

namespace Vipd.Simulation.Rules;

/// <summary>
/// The client's view decides, not the daemon's. Once all is settled its cache points at the Active Router; at once if
/// it has missed no announcement since the take-over, after the next refresh if it has. Planned work in fair weather
/// never leaves it with an address that nobody answers.
/// </summary>
internal sealed class ClientRules(Situation situation) : IRule
{
    private readonly MonotonicTime?[] _unansweredSince = new MonotonicTime?[situation.Scenario.AddressCount];
    private bool _wasAnswered;

    public void Step()
    {
        if (situation.IsSettled && situation.TheActive is { } active)
            PointsAt(active);
        if (situation.Scenario.PlannedOnly && _wasAnswered)
            IsAnswered();
    }

    private void PointsAt(Node active)
    {
        bool missedNothing = situation.Lan.ClientMissedAt < active.BecameActiveAt;
        bool refreshed =
            situation.Now - situation.LastFaultAt > situation.Scenario.Settling + situation.Scenario.AnnounceRefresh;
        if (!missedNothing && !refreshed)
            return;
        _wasAnswered = true;
        foreach (int node in situation.Client.Cache)
        {
            if (node != active.Number)
                situation.Verdict.Break(
                    "TheClientFollows", $"n{active.Number + 1} is Active, the client believes n{node + 1}");
        }
    }

    private void IsAnswered()
    {
        for (int address = 0; address < _unansweredSince.Length; address++)
        {
            Node believed = situation.Nodes[situation.Client.Cache[address]];
            if (believed.Kernel.Has(address) && situation.Lan.IsLinkUp(believed.Number))
            {
                _unansweredSince[address] = null;
                continue;
            }

            MonotonicTime since = _unansweredSince[address] ??= situation.Now;
            // The successor's announcement may reach the predecessor a LAN delay earlier than the client.
            if (situation.Now - since > LanWeather.Fair.LongestDelay)
                situation.Verdict.Break(
                    "MakeBeforeBreak",
                    $"the client believes n{believed.Number + 1}, which no longer has address {address}");
        }
    }
}
