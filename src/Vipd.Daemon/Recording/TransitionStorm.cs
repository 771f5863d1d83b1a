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

    private readonly Dictionary<string, Queue<(TimeSpan At, long Total)>> _looks = [];

    private TimeSpan _notBefore = TimeSpan.MinValue;

    /// <summary>True if this is the moment to record.</summary>
    /// <param name="router">Its name.</param>
    /// <param name="total">Transitions of the router since it was started.</param>
    /// <param name="now">Of a clock that goes forward.</param>
    public bool Observe(string router, long total, TimeSpan now)
    {
        if (!_looks.TryGetValue(router, out Queue<(TimeSpan At, long Total)>? looks))
            _looks.Add(router, looks = new Queue<(TimeSpan, long)>());
        looks.Enqueue((now, total));
        while (now - looks.Peek().At > Window)
            looks.Dequeue();
        if (total - looks.Peek().Total <= TransitionsAMinute || now < _notBefore)
            return false;
        _notBefore = now + Pause;
        return true;
    }
}
