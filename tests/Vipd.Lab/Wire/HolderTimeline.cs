using Vipd.Lab.Masters;

namespace Vipd.Lab.Wire;

/// <summary>For how long how many nodes held the VIP, and when each was last seen to hold it.</summary>
public sealed record HolderTimes(TimeSpan None, TimeSpan TwoOrMore, IReadOnlyDictionary<Master, TimeSpan> LastSeen);

/// <summary>
/// Looks about once a millisecond which nodes hold the VIP in their kernel. A node whose cable is cut counts as dead;
/// one in another partition does not.
/// </summary>
public sealed class HolderTimeline : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(1);
    private readonly Cluster _cluster;
    private readonly Thread _thread;
    private readonly Dictionary<Master, TimeSpan> _lastSeen = [];
    private volatile bool _stop;
    private TimeSpan _none;
    private TimeSpan _twoOrMore;

    private HolderTimeline(Cluster cluster)
    {
        _cluster = cluster;
        _thread = new Thread(Look) { Name = "holder timeline", IsBackground = true };
        _thread.Start();
    }

    public static HolderTimeline Start(Cluster cluster) => new(cluster);

    public HolderTimes Stop()
    {
        Dispose();
        return new HolderTimes(_none, _twoOrMore, _lastSeen);
    }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
    }

    private void Look()
    {
        var since = MonotonicClock.Now;
        var holders = _cluster.HoldersOfVip();
        while (!_stop)
        {
            Thread.Sleep(Period);
            var now = MonotonicClock.Now;
            if (holders.Count == 0) _none += now - since;
            if (holders.Count > 1) _twoOrMore += now - since;
            (since, holders) = (now, _cluster.HoldersOfVip());
            foreach (var holder in holders) _lastSeen[holder] = now;
        }
    }
}
