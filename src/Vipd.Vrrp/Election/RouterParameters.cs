using System.Collections.Immutable;

namespace Vipd.Vrrp.Election;

/// <summary>The parameters of one Virtual Router (RFC 9568 §6.1) and vipd's own. Immutable.</summary>
public sealed record RouterParameters
{
    /// <summary>
    /// Repetitions of the announcements after a take-over, ascending; the first one is always made at once.
    /// </summary>
    public static ImmutableArray<TimeSpan> DefaultAnnounceAfter { get; } =
        [.. new[] { 0, 50, 150, 500, 1000, 2000, 5000, 10000 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    /// <summary>
    /// Longer than a check's time limit of 2.5 s: so far apart nodes notice that the same trouble is over.
    /// </summary>
    public static TimeSpan DefaultHoldDown { get; } = TimeSpan.FromSeconds(3);

    /// <summary>Priority before health is taken into account, 1..255.</summary>
    public Priority Priority { get; init; } = Priority.Default;

    /// <summary>Advertisement_Interval: what this router sends when Active.</summary>
    public Centiseconds AdvertisementInterval { get; init; } = new(20);

    /// <summary>
    /// What Skew_Time is a part of: null is Active_Adver_Interval; VRRPv2 takes 1 s at any interval (RFC 3768 §6.1).
    /// </summary>
    public Centiseconds? SkewUnit { get; init; }

    /// <summary>The address Advertisements are sent from; decides between equal priorities.</summary>
    public required InternetAddress PrimaryAddress { get; init; }

    /// <summary>Number of virtual addresses, at least 1. The election knows them by index alone.</summary>
    public required int AddressCount { get; init; }

    /// <summary>Preempt_Mode.</summary>
    public bool Preempt { get; init; } = true;

    /// <summary>Preempt only an Active Router whose priority is lower by at least this, 1..255.</summary>
    public int PreemptMargin { get; init; } = 1;

    /// <summary>How long an Active Router of lower priority must have been heard before it is preempted.</summary>
    public TimeSpan PreemptDelay { get; init; }

    /// <summary>The same after a first move; further moves within a minute make it longer. Zero: never.</summary>
    public TimeSpan HoldDown { get; init; } = DefaultHoldDown;

    /// <summary>How long after Startup this router only listens.</summary>
    public TimeSpan StartupDelay { get; init; }

    /// <summary>When to announce, counted from the take-over.</summary>
    public ImmutableArray<TimeSpan> AnnounceAfter { get; init; } = DefaultAnnounceAfter;

    /// <summary>
    /// Period of the announcements after the last of <see cref="AnnounceAfter"/>; zero switches them off.
    /// </summary>
    public TimeSpan AnnounceRefresh { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The place in a sync group.</summary>
    public SyncPlace Sync { get; init; }

    /// <summary>
    /// What is added to every wait for a take-over, so that equal priorities don't claim at once. In a sync group the
    /// first member's counts for all: of two nodes, each later in one family, both would claim at the same moment.
    /// </summary>
    public TimeSpan SpreadAt(TimeSpan activeAdverInterval) =>
        Sync == SyncPlace.Other ? TimeSpan.Zero : ElectionTimers.Spread(PrimaryAddress, activeAdverInterval);
}

/// <summary>The place of a Virtual Router in a sync group, see <see cref="SyncGroup"/>.</summary>
public enum SyncPlace : byte
{
    /// <summary>In none: it decides for itself.</summary>
    None,

    /// <summary>The first member: between equal priorities its primary address decides for all.</summary>
    First,

    /// <summary>Another member.</summary>
    Other,
}
