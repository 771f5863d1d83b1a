namespace Vipd.Daemon.Health;

/// <summary>What to do with the watched connection next.</summary>
public enum WatchAction
{
    /// <summary>None is open, and none is opened until a probe has been answered.</summary>
    Rest,

    /// <summary>Open one, after <see cref="WatchStep.For"/>.</summary>
    Connect,

    /// <summary>Keep the open one until the target ends it, at most <see cref="WatchStep.For"/>.</summary>
    Hold,
}

/// <summary>What the connection has shown.</summary>
public enum WatchFinding
{
    None,

    /// <summary>The target ended it: a death, a restart or an idle limit. A probe tells.</summary>
    Broken,

    /// <summary>The target ended it and refuses the next one: it is down.</summary>
    Dead,
}

public readonly record struct WatchStep(WatchAction Action, TimeSpan For, WatchFinding Finding);

/// <summary>
/// Decides over one idle TCP connection to the target of a check. The kernel ends it in the moment in which the target
/// dies; a probe would come to know an interval later. What ends it otherwise must not be taken for a death, nor lead
/// to a storm of connections:
/// <list type="bullet">
/// <item>ended, and the next attempt refused: dead;</item>
/// <item>ended, and accepted: a probe is asked. Until it has been answered the attempts go on for a while, as a dying
/// process may close its listener long after its connections (0.13 to 0.24 s with a real apiserver);</item>
/// <item>ended, and a probe is answered that began after that: the target lives and does not bear an idle connection
/// for so long. From then on ours is renewed before that time, and after one that hardly lasted there is a pause, ever
/// longer.</item>
/// </list>
/// A function of what it is told and when; it does nothing by itself. Times are of one clock that does not go back.
/// </summary>
public sealed class DeathWatch
{
    /// <summary>From one attempt to connect to the next, at least.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(20);

    /// <summary>How long attempts go on while they are accepted and no probe is answered.</summary>
    public static readonly TimeSpan ProvingTime = TimeSpan.FromSeconds(1);

    /// <summary>
    /// An apiserver (Go's net/http with ReadHeaderTimeout 32 s) gives up an unfinished TLS handshake after 32 s and
    /// logs that as an error; when the client closes first it says nothing.
    /// </summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(20);

    public static readonly TimeSpan ShortestHold = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>So many connections in a row that were kept as long as wanted allow a longer wish.</summary>
    private const int HoldsUntilLonger = 32;

    private TimeSpan _attemptedAt;
    private TimeSpan _openedAt;
    private TimeSpan? _brokenAt;
    private TimeSpan _lasted;
    private TimeSpan _pause;
    private int _holds;

    /// <summary>For how long a connection is kept before it is renewed.</summary>
    public TimeSpan HoldTime { get; private set; } = LongestHold;

    /// <summary>An attempt begins.</summary>
    public void Attempting(TimeSpan now) => _attemptedAt = now;

    public WatchStep Accepted(TimeSpan now)
    {
        _openedAt = now;
        return new WatchStep(WatchAction.Hold, _brokenAt is null ? HoldTime : Spacing, WatchFinding.None);
    }

    public WatchStep Refused()
    {
        WatchFinding finding = _brokenAt is null ? WatchFinding.None : WatchFinding.Dead;
        _brokenAt = null;
        return new WatchStep(WatchAction.Rest, TimeSpan.Zero, finding);
    }

    /// <summary>Neither accepted nor refused: no route, no answer. That proves nothing; the probes decide.</summary>
    public WatchStep Unreachable()
    {
        _brokenAt = null;
        return new WatchStep(WatchAction.Rest, TimeSpan.Zero, WatchFinding.None);
    }

    /// <summary>The target has ended the open connection.</summary>
    public WatchStep Ended(TimeSpan now)
    {
        if (_brokenAt is not null)
            return Reconnect(now, IsProving(now) ? TimeSpan.Zero : GiveUpProving());
        _brokenAt = now;
        _lasted = now - _openedAt;
        _holds = 0;
        return Reconnect(now, _pause) with { Finding = WatchFinding.Broken };
    }

    /// <summary>The open connection was kept as long as wanted, and we have closed it.</summary>
    public WatchStep HeldOut(TimeSpan now)
    {
        if (_brokenAt is not null)
            return Reconnect(now, IsProving(now) ? TimeSpan.Zero : GiveUpProving());
        _pause = TimeSpan.Zero;
        if (++_holds % HoldsUntilLonger == 0)
            HoldTime = Least(2 * HoldTime, LongestHold);
        return Reconnect(now, TimeSpan.Zero);
    }

    /// <summary>A probe that began at <paramref name="startedAt"/> has been answered: the target lives.</summary>
    public void Answered(TimeSpan startedAt)
    {
        if (_brokenAt is not { } brokenAt || startedAt < brokenAt)
            return;
        _brokenAt = null;
        if (_lasted >= ShortestHold)
        {
            _pause = TimeSpan.Zero;
            HoldTime = Most(ShortestHold, Least(HoldTime, 0.75 * _lasted));
        }
        else
        {
            _pause = _pause == TimeSpan.Zero ? ShortestHold : Least(2 * _pause, LongestPause);
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Most(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private bool IsProving(TimeSpan now) => now - _brokenAt < ProvingTime;

    /// <summary>Accepted all the time and never answered: it hangs, or starts. That is for the probes to say.</summary>
    private TimeSpan GiveUpProving()
    {
        _brokenAt = null;
        return ShortestHold;
    }

    private WatchStep Reconnect(TimeSpan now, TimeSpan pause) => new(
        WatchAction.Connect, Most(pause, Most(TimeSpan.Zero, _attemptedAt + Spacing - now)), WatchFinding.None);
}
