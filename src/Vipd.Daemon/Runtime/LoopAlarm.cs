using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// Whether the loop's timer has to be set anew. Each Advertisement moves the deadline of a Backup Router on, and to set
/// the timer each time is a system call more for each; to leave it and be woken too early is a few. So one that is set
/// for an earlier time stays so as long as more than half of the wait is before it: it is set once for several
/// Advertisements, and wakes nobody while they come.
/// </summary>
internal struct LoopAlarm
{
    private MonotonicTime? _setFor;

    /// <summary>True if the timer must be set for <paramref name="until"/>; then it counts as set.</summary>
    public bool MustSet(MonotonicTime now, MonotonicTime until)
    {
        if (_setFor is { } setFor && setFor <= until && setFor - now > (until - now) / 2)
            return false;
        _setFor = until;
        return true;
    }

    public void Fired() => _setFor = null;
}
