using Vipd.Lab.Traffic;

namespace Vipd.Lab.Masters;

/// <summary>One failure of the Active Router as the client saw it.</summary>
/// <param name="To">Who answers now; null when nobody else did within the bound.</param>
/// <param name="Problem">Why this is no success; null when it is.</param>
/// <param name="Claimants">Nodes that advertised a priority other than 0 after the failure, the failed one not
/// counted.</param>
public sealed record TakeOver(
    Failure Failure, Master From, Master? To, TimeSpan BrokenAt, ProbeResult Client, int Claimants, string? Problem)
{
    private static readonly TimeSpan MoveBound = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan CalmBound = TimeSpan.FromSeconds(8);
    private const int AnswersBefore = 300;

    /// <summary>This one, if it is a success.</summary>
    /// <exception cref="InvalidOperationException">It is none; says why.</exception>
    public TakeOver Valid() => Problem is null ? this : throw new InvalidOperationException(Problem);

    /// <summary>From the failure to the first answer by the node that took over; NaN when none did.</summary>
    public double MillisecondsToNewAnswer =>
        To is not null && Client.FirstAnswerBy(To.Name, BrokenAt) is { } at
            ? (at - BrokenAt).TotalMilliseconds
            : double.NaN;

    /// <summary>
    /// Breaks the Active Router of a settled cluster and watches until the client has been served steadily.
    /// </summary>
    public static TakeOver Observe(Cluster cluster, Failure failure, CancellationToken stop = default) =>
        Observe(cluster, failure, MoveBound, stop);

    /// <summary>The same for one that may take longer.</summary>
    public static TakeOver Observe(
        Cluster cluster, Failure failure, TimeSpan moveBound, CancellationToken stop = default)
    {
        var active = cluster.WaitUntilSettled(stop);
        using var probe = cluster.StartProbe();
        Lab.Observe.Until(
            $"{AnswersBefore} answers by {active.Name}", MoveBound,
            () => probe.Answered >= AnswersBefore && probe.Last?.Node == active.Name, cluster.DescribeHolders, stop);

        var brokenAt = MonotonicClock.Now;
        failure.Break(cluster, active);
        var moved = Lab.Observe.Within(moveBound, () => probe.OtherAnswered(active.Name, brokenAt), stop);
        // Long enough for a second claim to show: the client's view over one more Active_Down_Interval counts too.
        var calm = moved && Lab.Observe.Steady(
            cluster.Options.ActiveDownInterval, CalmBound, () => IsServedByOneOther(cluster, probe, active), stop);
        var client = probe.Stop();

        var lastToAnswer = client.Packets.LastOrDefault(p => p.Node is not null)?.Node;
        var to = moved ? cluster.Masters.Single(m => m.Name == lastToAnswer) : null;
        var claimants = cluster.Tap.ClaimantsSince(brokenAt).Count(address => !address.Equals(active.Node.Address));
        var problem = !moved ? $"nobody took over from {active.Name}"
            : calm ? null
            : $"not calm: {cluster.DescribeHolders()}";
        return new TakeOver(failure, active, to, brokenAt, client, claimants, problem);
    }

    private static bool IsServedByOneOther(Cluster cluster, Probe probe, Master failed) =>
        probe.Last is { } last
        && MonotonicClock.Now - last.Received < TimeSpan.FromMilliseconds(100)
        && last.Node != failed.Name
        && cluster.HoldersOfVip() is [var holder] && holder.Name == last.Node;
}
