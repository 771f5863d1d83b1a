namespace Vipd.Daemon.Recording;

/// <summary>
/// More transitions in a minute than a router makes for good reasons: a start, a drain and an undrain are six.
/// </summary>
internal sealed class TransitionStorm(int routers)
{
    /// <summary>Of one router.</summary>
    public const int TransitionsAMinute = 10;

    /// <summary>One recording tells of the storm; later ones would drive out the first.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<(TimeSpan At, long Total)>[] _looks =
        [.. Enumerable.Range(0, routers).Select(_ => new Queue<(TimeSpan, long)>())];

    private TimeSpan _notBefore = TimeSpan.MinValue;

    /// <summary>True if this is the moment to record.</summary>
    /// <param name="total">Transitions of the router since it was started.</param>
    /// <param name="now">Of a clock that goes forward.</param>
    public bool Observe(int router, long total, TimeSpan now)
    {
        Queue<(TimeSpan At, long Total)> looks = _looks[router];
        looks.Enqueue((now, total));
        while (now - looks.Peek().At > Window)
            looks.Dequeue();
        if (total - looks.Peek().Total <= TransitionsAMinute || now < _notBefore)
            return false;
        _notBefore = now + Pause;
        return true;
    }
}
