namespace Vipd.Daemon.Recording;

/// <summary>
/// More transitions in a minute than a router makes for good reasons: a start, a drain and an undrain are six.
/// </summary>
internal sealed class TransitionStorm
{
    /// <summary>Of one router.</summary>
    public const int TransitionsAMinute = 10;

    /// <summary>One recording tells of the storm; later ones would drive out the first.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, LastMinute> _routers = [];

    private TimeSpan _notBefore = TimeSpan.MinValue;

    /// <summary>True if this is the moment to record. Called soon after each transition.</summary>
    /// <param name="router">Its name.</param>
    /// <param name="total">Transitions of the router since it was started.</param>
    /// <param name="now">Of a clock that goes forward.</param>
    public bool Observe(string router, long total, TimeSpan now)
    {
        if (!_routers.TryGetValue(router, out LastMinute? last))
            _routers.Add(router, last = new LastMinute());
        if (last.Count(total, now) <= TransitionsAMinute || now < _notBefore)
            return false;
        _notBefore = now + Pause;
        return true;
    }

    /// <summary>Of one router.</summary>
    private sealed class LastMinute
    {
        private readonly Queue<(TimeSpan At, long Total)> _changes = new();
        private long _total;
        private long _before;

        /// <summary>How many transitions there were in it; 0 if there is no new one.</summary>
        public long Count(long total, TimeSpan now)
        {
            if (total == _total)
                return 0;
            _total = total;
            _changes.Enqueue((now, total));
            while (now - _changes.Peek().At > Window)
                _before = _changes.Dequeue().Total;
            return total - _before;
        }
    }
}
