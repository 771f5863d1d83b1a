namespace Vipd.Vrrp.Election;

/// <summary>The intervals of RFC 9568 §6.1 and vipd's three additions; pure arithmetic.</summary>
public static class ElectionTimers
{
    /// <summary>The part of Active_Adver_Interval that counts for a short wait.</summary>
    private static readonly TimeSpan ShortWaitCeiling = TimeSpan.FromMilliseconds(40);

    /// <summary>The widest spread of equal priorities.</summary>
    private static readonly TimeSpan SpreadCeiling = TimeSpan.FromMilliseconds(10);

    /// <summary>Once heard, a successor gets this long to announce its addresses.</summary>
    public static readonly TimeSpan SuccessorGrace = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Announcements of two routers that lie this close may have been sent in one order and heard in the other.
    /// </summary>
    public static readonly TimeSpan CrossingTime = TimeSpan.FromMilliseconds(10);

    /// <summary>No router holds its addresses longer than this for a successor that does not come.</summary>
    private static readonly TimeSpan HandoverCeiling = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause within a winner's burst of announcements.</summary>
    private static readonly TimeSpan LongestBurstPause = TimeSpan.FromMilliseconds(400);

    /// <summary>Skew_Time = (256 - priority) * Active_Adver_Interval / 256 (§6.1).</summary>
    public static TimeSpan SkewTime(Priority priority, TimeSpan activeAdverInterval) =>
        TimeSpan.FromTicks((256 - priority.Value) * activeAdverInterval.Ticks / 256);

    /// <summary>
    /// Active_Down_Interval = 3 * Active_Adver_Interval + Skew_Time (§6.1); VRRPv2's Skew_Time is a part of
    /// <paramref name="skewUnit"/>.
    /// </summary>
    public static TimeSpan ActiveDownInterval(
        Priority priority, TimeSpan activeAdverInterval, Centiseconds? skewUnit = null) =>
        (3 * activeAdverInterval) + SkewTime(priority, skewUnit?.ToTimeSpan() ?? activeAdverInterval);

    /// <summary>
    /// Beyond the RFC: what a Backup Router waits before it takes over from an Active Router that resigned or has
    /// become worse: (256 - priority)/256 * min(Active_Adver_Interval, 40 ms). Skew_Time alone is 122 ms at 200 ms.
    /// </summary>
    public static TimeSpan ShortWait(Priority priority, TimeSpan activeAdverInterval) =>
        SkewTime(priority, activeAdverInterval < ShortWaitCeiling ? activeAdverInterval : ShortWaitCeiling);

    /// <summary>The widest spread: min(10 ms, interval/16).</summary>
    public static TimeSpan SpreadLimit(TimeSpan activeAdverInterval)
    {
        TimeSpan sixteenth = activeAdverInterval / 16;
        return sixteenth < SpreadCeiling ? sixteenth : SpreadCeiling;
    }

    /// <summary>
    /// Beyond the RFC: equal priorities are the default, so that every Backup Router would claim at the same moment.
    /// Each adds a wait of its own in [0, <see cref="SpreadLimit"/>), a function of its address alone. Multiplying by
    /// 2^64 over the golden ratio spreads neighbours best: three consecutive addresses lie at least 0.236 of the limit
    /// apart.
    /// </summary>
    public static TimeSpan Spread(InternetAddress primaryAddress, TimeSpan activeAdverInterval)
    {
        const ulong goldenRatio = 0x9E37_79B9_7F4A_7C15;
        ulong fraction = unchecked(primaryAddress.Low * goldenRatio);
        long ticks = SpreadLimit(activeAdverInterval).Ticks;
        return TimeSpan.FromTicks((long)Math.BigMul(fraction, (ulong)ticks, out _));
    }

    /// <summary>
    /// How long a router that resigned keeps its addresses while no successor is heard: Active_Down_Interval of the
    /// least eager Backup Router, so that even a lost priority 0 costs nothing, and the successor's grace.
    /// </summary>
    public static TimeSpan HandoverLimit(TimeSpan advertisementInterval)
    {
        TimeSpan limit = (4 * advertisementInterval) + SpreadLimit(advertisementInterval) + SuccessorGrace;
        return limit < HandoverCeiling ? limit : HandoverCeiling;
    }

    /// <summary>
    /// How long a router that yields keeps addresses that it has announced, while the winner does not announce them.
    /// The winner has perhaps heard it for so long that it has put its next announcements off until the loser has been
    /// silent for three intervals; or it is between two announcements against it. Or it is gone before it announces: it
    /// has yielded too, or died, and the successor comes as after a resignation that was lost.
    /// </summary>
    /// <param name="interval">The longer of both routers' intervals.</param>
    public static TimeSpan YieldLimit(TimeSpan interval)
    {
        TimeSpan burst = LongestBurstPause + SuccessorGrace;
        TimeSpan successor = HandoverLimit(interval);
        return successor > burst ? successor : burst;
    }
}
