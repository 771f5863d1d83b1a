using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// When the loop has to be awake next, as far as it is known. An Advertisement, which is nearly all that ever comes,
/// puts the deadline of one router off: to ask all routers then, or to set the timer anew, is work for each message. So
/// what is known stays as it is until half of the wait is over. By then most of what was waited for has been put off,
/// where Advertisements come: the timer is set once for several of them, and wakes nobody.
/// </summary>
internal struct LoopWake
{
    /// <summary>
    /// A loop that has nothing to do makes a pass all the same, so that its watchers see it alive. Half of what they
    /// bear, and longer than an interval of 1 s, the longest that is usual: what comes then is a pass, too.
    /// </summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(1500);

    private MonotonicTime _askAgainAt;
    private MonotonicTime _timerAt;

    /// <summary>No router wants the loop awake before it.</summary>
    public MonotonicTime At { get; private set; }

    /// <summary>True if the routers have to be asked, and the answer be told by <see cref="Expect"/>.</summary>
    public readonly bool IsUnknown(MonotonicTime now) => At <= now || _askAgainAt <= now;

    /// <summary>What the routers say.</summary>
    public void Expect(MonotonicTime next, MonotonicTime now)
    {
        At = MonotonicTime.Min(next, now + Heartbeat);
        _askAgainAt = now + ((At - now) / 2);
    }

    /// <summary>One router says that it wants the loop awake at <paramref name="time"/>.</summary>
    public void ExpectAlso(MonotonicTime time) => At = MonotonicTime.Min(At, time);

    /// <summary>Something has happened that may change what any router waits for.</summary>
    public void Forget() => At = MonotonicTime.Origin;

    /// <summary>True if the timer must be set to <see cref="At"/>; then it counts as set.</summary>
    public bool MustSetTimer()
    {
        if (_timerAt == At)
            return false;
        _timerAt = At;
        return true;
    }
}
