using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// Counters of one Virtual Router: plain fields with one writer, the election thread; readers may see a value that is
/// one event old, which a scrape cannot tell.
/// </summary>
public sealed class RouterCounters
{
    private static readonly int States = Enum.GetValues<RouterState>().Length;
    private static readonly int Causes = Enum.GetValues<TransitionCause>().Length;

    private static readonly PeerDifference[] Kinds = Enum.GetValues<PeerDifference>();

    private readonly long[] _discards = new long[DiscardReasons.Count];

    /// <summary>By the two states, then by the cause. Of 25 pairs a router knows a few.</summary>
    private readonly long[]?[] _transitions = new long[]?[States * States];

    private readonly long[] _differences = new long[PeerDifferences.Count];
    private long _advertisementsSent;
    private long _advertisementsReceived;
    private long _announcementsSent;
    private long _foreignAnnouncements;
    private long _secondActive;
    private long _addressesTaken;
    private long _foreignAddresses;

    public long AdvertisementsSent => Volatile.Read(ref _advertisementsSent);

    public long AdvertisementsReceived => Volatile.Read(ref _advertisementsReceived);

    /// <summary>Gratuitous ARP packets handed to the NIC: a request and a reply count as two.</summary>
    public long AnnouncementsSent => Volatile.Read(ref _announcementsSent);

    /// <summary>ARP for one of our addresses from somebody else while this router was Active.</summary>
    public long ForeignAnnouncements => Volatile.Read(ref _foreignAnnouncements);

    /// <summary>Advertisements heard from a worse router while this one was Active.</summary>
    public long SecondActive => Volatile.Read(ref _secondActive);

    /// <summary>
    /// Addresses taken off the interface by somebody else while this router was Active, and put back.
    /// </summary>
    public long AddressesTaken => Volatile.Read(ref _addressesTaken);

    /// <summary>How often a virtual address appeared that somebody else had put on the interface.</summary>
    public long ForeignAddresses => Volatile.Read(ref _foreignAddresses);

    /// <summary>
    /// Signs of somebody else at work on the addresses, and senders that are configured differently: a contract.
    /// </summary>
    public static IReadOnlyList<string> ConflictKinds { get; } =
        ["foreignArp", "secondActive", "addressTaken", "foreignAddress", .. Kinds.Select(kind => kind.Label())];

    /// <summary>By kind.</summary>
    public IReadOnlyList<(string Kind, long Count)> Conflicts =>
        [.. ConflictKinds.Select((kind, index) => (kind, ConflictsOf(index)))];

    /// <summary>From the due time of a take-over to its first Advertisement handed to the kernel.</summary>
    public BucketHistogram FailoverDetect { get; } = BucketHistogram.ForLatency();

    /// <summary>From the first Advertisement to the last address added.</summary>
    public BucketHistogram FailoverClaim { get; } = BucketHistogram.ForLatency();

    /// <summary>From the first Advertisement to every address announced once.</summary>
    public BucketHistogram FailoverAnnounce { get; } = BucketHistogram.ForLatency();

    public long Discards(DiscardReason reason) => Volatile.Read(ref _discards[(int)reason]);

    /// <summary>Messages of our VRID whose sender is configured differently in this way.</summary>
    public long Differences(PeerDifference difference) => Volatile.Read(ref _differences[(int)difference]);

    /// <summary>Of every kind.</summary>
    public long AllTransitions
    {
        get
        {
            long sum = 0;
            foreach (long[]? causes in _transitions)
                sum += causes?.Sum() ?? 0;
            return sum;
        }
    }

    /// <param name="kind">Index in <see cref="ConflictKinds"/>.</param>
    public long ConflictsOf(int kind) => kind switch
    {
        0 => ForeignAnnouncements,
        1 => SecondActive,
        2 => AddressesTaken,
        3 => ForeignAddresses,
        _ => Differences(Kinds[kind - 4]),
    };

    public long Transitions(RouterState from, RouterState to, TransitionCause cause) =>
        Volatile.Read(ref _transitions[Index(from, to)]) is { } causes ? Volatile.Read(ref causes[(int)cause]) : 0;

    internal void CountSent() => Volatile.Write(ref _advertisementsSent, _advertisementsSent + 1);

    internal void CountReceived() => Volatile.Write(ref _advertisementsReceived, _advertisementsReceived + 1);

    internal void CountAnnouncements(int packets) =>
        Volatile.Write(ref _announcementsSent, _announcementsSent + packets);

    internal void CountForeignAnnouncement() => Volatile.Write(ref _foreignAnnouncements, _foreignAnnouncements + 1);

    internal void CountSecondActive() => Volatile.Write(ref _secondActive, _secondActive + 1);

    internal void CountAddressTaken() => Volatile.Write(ref _addressesTaken, _addressesTaken + 1);

    internal void CountDiscard(DiscardReason reason) =>
        Volatile.Write(ref _discards[(int)reason], _discards[(int)reason] + 1);

    internal void CountDifference(PeerDifference difference) =>
        Volatile.Write(ref _differences[(int)difference], _differences[(int)difference] + 1);

    internal void CountTransition(RouterState from, RouterState to, TransitionCause cause)
    {
        ref long[]? known = ref _transitions[Index(from, to)];
        if (known is not { } causes)
            Volatile.Write(ref known, causes = new long[Causes]);
        Volatile.Write(ref causes[(int)cause], causes[(int)cause] + 1);
    }

    internal void CountForeignAddress() => Volatile.Write(ref _foreignAddresses, _foreignAddresses + 1);

    private static int Index(RouterState from, RouterState to) => ((int)from * States) + (int)to;
}
