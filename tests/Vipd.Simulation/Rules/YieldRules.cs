using Vipd.Simulation.World;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.Rules;

/// <summary>
/// Two Active Routers meet, after a partition or a one-way cut, and one of them yields: as long as clients believe it,
/// it answers them. Judged from the moment in which it yields to the next fault, and only between vipd's.
/// </summary>
internal sealed class YieldRules(Situation situation) : IRule
{
    private readonly MonotonicTime?[] _unansweredSince = new MonotonicTime?[situation.Scenario.AddressCount];
    private readonly bool _isMixed = situation.Nodes.Any(node => node.Settings.IsKeepalived);

    public void Step()
    {
        if (_isMixed)
            return;
        for (int address = 0; address < _unansweredSince.Length; address++)
        {
            int believed = situation.Client.Cache[address];
            if (believed < 0 || !HasYielded(situation.Nodes[believed]) ||
                situation.Nodes[believed].Kernel.Has(address) || situation.IsNotMeantToBeAnswered(address))
            {
                _unansweredSince[address] = null;
                continue;
            }

            MonotonicTime since = _unansweredSince[address] ??= situation.Now;
            if (situation.Now - since > AllowedFor(situation.Nodes[believed]))
                situation.Verdict.Break("WhoYieldsAnswersUntilTheWinnerDoes",
                    $"the client believes n{believed + 1}, which has yielded and no longer has address {address}");
        }
    }

    /// <summary>
    /// The winner's announcement may reach the loser a LAN delay earlier than the client. Where both announced within
    /// the same millisecond, the client may hear the loser last: until the winner announces next.
    /// </summary>
    private TimeSpan AllowedFor(Node node) => node.LostClaimAt < node.YieldedAt
        ? LanWeather.Fair.LongestDelay
        : ElectionTimers.YieldLimit(situation.Nodes.Max(other => other.LongestInterval));

    /// <summary>
    /// To one that is there, and nothing has happened since, nor so shortly before that the same pass hears of both: an
    /// address that was wiped. A router whose link went down just before it yields cannot answer, whatever it holds.
    /// </summary>
    private bool HasYielded(Node node) =>
        node.YieldedAt > situation.LastFaultAt + node.Settings.LongestLateness && node.IsLive && !node.IsActive &&
        situation.TheActive is not null && situation.Lan.IsLinkUp(node.Number) && situation.Lan.IsCalm &&
        node.YieldedAt > situation.Lan.RoughUntil && situation.NobodyStandsStill;
}
