using Vipd.Simulation.World;

namespace Vipd.Simulation.Faults;

/// <summary>Who takes part and what happens to them: all that a run needs beside its seed.</summary>
/// <param name="PlannedOnly">Only what an operator does on purpose, in fair weather: then nothing at all may be
/// lost.</param>
internal sealed record Scenario(
    IReadOnlyList<NodeSettings> Nodes, IReadOnlyList<Fault> Schedule, TimeSpan Duration, bool PlannedOnly)
{
    public int AddressCount => Nodes[0].Parameters.AddressCount;

    /// <summary>
    /// After this long without a fault everything has come to rest: somebody has listened and claimed, and a better
    /// one has heard that, waited its delay and claimed in its turn. Active_Down_Interval is less than four intervals.
    /// A hold-down is doubled three times at most.
    /// </summary>
    public TimeSpan Settling { get; } = SettlingOf(Nodes);

    /// <summary>That of the slowest to react.</summary>
    public TimeSpan LongestLateness { get; } = Nodes.Max(node => node.LongestLateness);

    /// <summary>
    /// The longest time between two announcements of an Active Router that has heard of no contender: in the first ten
    /// seconds it is five, then announceRefresh.
    /// </summary>
    public TimeSpan AnnounceGap { get; } = TimeSpan.FromSeconds(
        Math.Max(5, Nodes[0].Parameters.AnnounceRefresh.TotalSeconds));

    public static TimeSpan SettlingOf(IReadOnlyList<NodeSettings> nodes)
    {
        TimeSpan interval = nodes.Max(n => n.Parameters.AdvertisementInterval.ToTimeSpan());
        TimeSpan preemptDelay = nodes.Max(n => n.Parameters.PreemptDelay);
        TimeSpan holdDown = 8 * nodes.Max(n => n.Parameters.HoldDown);
        TimeSpan startupDelay = nodes.Max(n => n.Parameters.StartupDelay);
        return startupDelay + (10 * interval) + (2 * preemptDelay) + holdDown + TimeSpan.FromMilliseconds(700);
    }
}
