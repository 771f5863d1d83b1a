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
        bool refreshed = situation.Now - situation.LastFaultAt > situation.Scenario.Settling +
            situation.Scenario.AnnounceGap;
        if (!missedNothing && !refreshed)
            return;
        _wasAnswered = true;
        // keepalived repeats its announcements once, after 5 s, and never against what its clients were told meanwhile.
        if (active.Settings.IsKeepalived)
            return;
        foreach (int node in situation.Client.Cache[..active.Settings.Parameters.AddressCount])
        {
            // An Active Router of another partition that died there is known to the client alone, until the refresh.
            bool leftUnheard = node >= 0 && situation.Nodes[node].LeftUnheardAt > active.BecameActiveAt;
            if (node != active.Number && (refreshed || !leftUnheard))
                situation.Verdict.Break("TheClientFollows",
                    $"n{active.Number + 1} is Active, the client believes n{node + 1}");
        }
    }

    private void IsAnswered()
    {
        for (int address = 0; address < _unansweredSince.Length; address++)
        {
            Node believed = situation.Nodes[situation.Client.Cache[address]];
            // keepalived breaks before it makes; that is not vipd's to answer for.
            if (believed.Settings.IsKeepalived || situation.IsNotMeantToBeAnswered(address) ||
                (believed.Kernel.Has(address) && situation.Lan.IsLinkUp(believed.Number)))
            {
                _unansweredSince[address] = null;
                continue;
            }

            MonotonicTime since = _unansweredSince[address] ??= situation.Now;
            // The successor's announcement may reach the predecessor a LAN delay earlier than the client.
            // Of two that claimed at the same moment the loser's may come last: the winner repeats its own 20 ms later.
            TimeSpan allowed = LanWeather.Fair.LongestDelay;
            if (situation.Now - believed.LostClaimAt < TimeSpan.FromMilliseconds(25))
                allowed += TimeSpan.FromMilliseconds(20) + believed.Settings.LongestLateness;
            if (situation.Now - since > allowed)
                situation.Verdict.Break("MakeBeforeBreak",
                    $"the client believes n{believed.Number + 1}, which no longer has address {address}");
        }
    }
}
