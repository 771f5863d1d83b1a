using System.Collections.Concurrent;
using System.Diagnostics;
using Vipd.Simulation.Faults;

namespace Vipd.Simulation;

/// <summary>Many runs, and what they add up to. Only what broke a rule is remembered one by one.</summary>
internal sealed class Campaign
{
    /// <summary>The first one shows what is wrong, the others whether it is one cause or several.</summary>
    private const int SeedsNamedOfEachRule = 10;

    private readonly ConcurrentBag<SimulationResult> _broken = [];
    private readonly long _begin = Stopwatch.GetTimestamp();
    private long _schedules;
    private long _faults;
    private long _events;
    private long _announcementEvents;
    private long _simulatedTicks;
    private long _nodeTicks;
    private TimeSpan _took;

    private Campaign()
    {
    }

    public long Schedules => _schedules;

    /// <summary>Events that an election has handled.</summary>
    public long Events => _events;

    /// <summary>The same without the cheap ones: one for each address that somebody else announces.</summary>
    public long EventsWithoutAnnouncements => _events - _announcementEvents;

    /// <summary>What broke and how to see it happen again, first seed first; null if nothing broke.</summary>
    public string? HowToReplay => _broken.MinBy(result => result.Seed)?.HowToReplay;

    /// <summary>
    /// Figures a person can compare: the clock of the simulation leaps over the time in which nothing happens, so hours
    /// say how long the nodes lived, not how long anybody waited.
    /// </summary>
    public string Report
    {
        get
        {
            double seconds = _took.TotalSeconds;
            var lines = new List<string>
            {
                $"{_schedules} schedules with {_faults} faults and repairs (at least " +
                $"{ScenarioGenerator.FewestFaults} each), {_events / 1e6:F1} million handled events " +
                $"({100.0 * _announcementEvents / Math.Max(1, _events):F0} % of them announcements)",
                $"{new TimeSpan(_simulatedTicks).TotalHours:F1} simulated hours, " +
                $"{new TimeSpan(_nodeTicks).TotalHours:F1} node-hours (idle time is leapt over) in {seconds:F1} s: " +
                $"{_events / seconds / 1e6:F2} million events a second; {_broken.Count} violations",
            };
            foreach (IGrouping<string?, SimulationResult> rule in _broken.GroupBy(result => result.BrokenRule))
            {
                SimulationResult[] named = [.. rule.OrderBy(result => result.Seed).Take(SeedsNamedOfEachRule)];
                string seeds = string.Join(' ', named.Select(result => result.Seed));
                lines.Add($"{rule.Key}: {rule.Count()} seeds ({seeds}{(rule.Count() > named.Length ? " …" : "")}), " +
                    $"for example {named[0].HowToReplay}");
            }

            return string.Join('\n', lines);
        }
    }

    public static Campaign Of(ulong firstSeed, int count)
    {
        var campaign = new Campaign();
        Parallel.For(0, count, BothProcessors, i => campaign.Add(SimulationRun.Of(firstSeed + (ulong)i)));
        campaign._took = Stopwatch.GetElapsedTime(campaign._begin);
        return campaign;
    }

    public static Campaign For(ulong firstSeed, TimeSpan duration)
    {
        var campaign = new Campaign();
        Parallel.For(0, long.MaxValue, BothProcessors, (i, loop) =>
        {
            if (Stopwatch.GetElapsedTime(campaign._begin) > duration)
                loop.Stop();
            else
                campaign.Add(SimulationRun.Of(firstSeed + (ulong)i));
        });
        campaign._took = Stopwatch.GetElapsedTime(campaign._begin);
        return campaign;
    }

    private static ParallelOptions BothProcessors => new() { MaxDegreeOfParallelism = 2 };

    private void Add(SimulationResult result)
    {
        Interlocked.Increment(ref _schedules);
        Interlocked.Add(ref _faults, result.Faults);
        Interlocked.Add(ref _events, result.Events);
        Interlocked.Add(ref _announcementEvents, result.AnnouncementEvents);
        Interlocked.Add(ref _simulatedTicks, result.SimulatedTime.Ticks);
        Interlocked.Add(ref _nodeTicks, result.NodeTime.Ticks);
        if (result.BrokenRule is not null)
            _broken.Add(result);
    }
}
