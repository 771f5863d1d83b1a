using Vipd.Simulation.World;
using Vipd.Vrrp;

namespace Vipd.Simulation.Rules;

/// <summary>
/// Whatever happens, nobody floods the LAN: counted for each node in windows of a second and of ten seconds.
/// </summary>
internal sealed class RateRules(Situation situation) : IRule
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    private readonly Tally[] _second = new Tally[situation.Nodes.Length];
    private readonly Tally[] _tenSeconds = new Tally[situation.Nodes.Length];
    private readonly int[] _takeOversBefore = new int[situation.Nodes.Length];
    private MonotonicTime _secondEnds = situation.Now + Second;
    private MonotonicTime _tenSecondsEnd = situation.Now + TenSeconds;

    public void Step()
    {
        if (situation.Now >= _secondEnds)
        {
            foreach (Node node in situation.Nodes)
            {
                if (!node.Settings.IsKeepalived)
                    Advertisements(node);
            }

            _secondEnds = situation.Now + Second;
        }

        if (situation.Now >= _tenSecondsEnd)
        {
            foreach (Node node in situation.Nodes)
            {
                if (!node.Settings.IsKeepalived)
                    Announcements(node);
            }

            _tenSecondsEnd = situation.Now + TenSeconds;
        }
    }

    /// <summary>The periodic ones, and one for each pass of the loop that heard something worth an answer.</summary>
    private void Advertisements(Node node)
    {
        Tally before = _second[node.Number];
        Tally now = _second[node.Number] = Tally.Of(node, situation.Now);
        if (before.At == default)
            return;
        long allowed = (long)(now.Periods - before.Periods) + 2 + now.Occasions - before.Occasions;
        if (now.Advertisements - before.Advertisements > allowed)
            situation.Verdict.Break("AdvertisementsAreBounded", $"n{node.Number + 1} sent " +
                $"{now.Advertisements - before.Advertisements} in " +
                $"{(now.At - before.At).TotalMilliseconds:F0} ms, {allowed} were due");
    }

    /// <summary>
    /// Each take-over announces nine times and each lost address once; against contenders bursts of four: in ten
    /// seconds five by the clock, and after each silence of a contender another (hardly more than one a second).
    /// </summary>
    private void Announcements(Node node)
    {
        Tally before = _tenSeconds[node.Number];
        Tally now = _tenSeconds[node.Number] = Tally.Of(node, situation.Now);
        int takeOvers = now.TakeOvers - before.TakeOvers;
        long rounds = (9L * (takeOvers + _takeOversBefore[node.Number])) + (4 * 5 * (takeOvers + 1)) + (4 * 10) + 6;
        _takeOversBefore[node.Number] = takeOvers;
        long allowed = (rounds * situation.Scenario.AddressCount) + now.Lost - before.Lost;
        if (before.At != default && now.Announced - before.Announced > allowed)
            situation.Verdict.Break("AnnouncementsAreBounded",
                $"n{node.Number + 1} announced {now.Announced - before.Announced} " +
                $"addresses in {(now.At - before.At).TotalSeconds:F0} s");
    }

    private readonly record struct Tally(
        MonotonicTime At, long Advertisements, double Periods, long Occasions, long Announced, int TakeOvers, int Lost)
    {
        public static Tally Of(Node node, MonotonicTime now) => new(
            now, node.AdvertisementsSent, node.PeriodsToAdvertise, node.OccasionsToAdvertise, node.AddressesAnnounced,
                node.TakeOvers, node.AddressesLost);
    }
}
