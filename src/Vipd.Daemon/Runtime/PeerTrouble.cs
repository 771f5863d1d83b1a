using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>One sender that is configured differently, and how.</summary>
/// <param name="peer">Source of its messages.</param>
/// <param name="difference">What differs.</param>
/// <param name="theirs">Version, seconds or TTL that it has, where the difference is one of these; else 0.</param>
/// <param name="firstAddress">The first address that it advertises; null where its message was not read so far.</param>
public sealed class PeerTrouble(
    InternetAddress peer, PeerDifference difference, int theirs, InternetAddress? firstAddress)
{
    private long _lastSeenNanoseconds;

    public InternetAddress Peer => peer;

    public PeerDifference Difference => difference;

    public int Theirs => theirs;

    /// <summary>When its last such message was read, on the election's clock.</summary>
    public MonotonicTime LastSeen => new(Volatile.Read(ref _lastSeenNanoseconds));

    /// <summary>What follows the peer's address in "192.0.2.12 sends version 2, this router expects 3".</summary>
    public string Describe(RouterIdentity router) => difference switch
    {
        PeerDifference.Version => $"sends version {theirs}, this router expects {router.Version}",
        PeerDifference.Authentication => "authenticates otherwise: one of both has a password, the other has none",
        PeerDifference.Password => "sends another password than this router's",
        PeerDifference.Interval =>
            $"advertises every {theirs} s, this router every {router.AdvertisementInterval.TotalSeconds} s",
        PeerDifference.Unicast => "sends by unicast, this router expects multicast",
        PeerDifference.Multicast => "sends by multicast, this router expects unicast",
        PeerDifference.Source => "sends by unicast and is none of this router's peers",
        PeerDifference.TimeToLive => $"sends from afar: its packets arrive with TTL {theirs}",
        PeerDifference.Checksum => "sends a checksum that fits in no form: are addresses translated on the way?",
        PeerDifference.Length => "sends octets behind the addresses, as who authenticates; this router does not",
        PeerDifference.Cluster =>
            $"advertises {firstAddress} and none of this router's addresses: another cluster has VRID {router.Vrid}",
        PeerDifference.AddressList => "advertises another list of addresses (older keepalived refuses ours then)",
        PeerDifference.ChecksumForm => "has the other form of checksum (checksumIpv4PseudoHeader); it may refuse ours",
        _ => difference.ToString(),
    };

    internal bool Is(InternetAddress sender, PeerDifference kind, int value) =>
        sender == peer && kind == difference && value == theirs;

    internal void See(MonotonicTime now) => Volatile.Write(ref _lastSeenNanoseconds, now.Nanoseconds);
}

/// <summary>
/// Those that one router has heard. One writer, the election thread; readers see whole lists. Bounded, and what is
/// known already allocates nothing: who floods the link with forged senders fills a short list and no memory.
/// </summary>
public sealed class PeerTroubles
{
    public const int Limit = 16;

    /// <summary>A full list forgets whoever has been silent for this long, and nobody else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private volatile PeerTrouble[] _known = [];

    /// <summary>In the order in which they were first heard.</summary>
    public IReadOnlyList<PeerTrouble> Known => _known;

    /// <summary>Returns the entry; null where the list is full.</summary>
    internal PeerTrouble? Note(
        InternetAddress peer, PeerDifference difference, int theirs, InternetAddress? firstAddress, MonotonicTime now)
    {
        PeerTrouble[] known = _known;
        PeerTrouble? oldest = null;
        foreach (PeerTrouble one in known)
        {
            if (one.Is(peer, difference, theirs))
            {
                one.See(now);
                return one;
            }

            if (oldest is null || one.LastSeen < oldest.LastSeen)
                oldest = one;
        }

        if (known.Length == Limit && oldest is not null && now - oldest.LastSeen < Patience)
            return null;
        var added = new PeerTrouble(peer, difference, theirs, firstAddress);
        added.See(now);
        _known = known.Length < Limit ? [.. known, added] : Replace(known, oldest, added);
        return added;
    }

    // Apart, as what a lambda captures is allocated on entry to its method.
    private static PeerTrouble[] Replace(PeerTrouble[] known, PeerTrouble? oldest, PeerTrouble added) =>
        [.. known.Where(one => one != oldest), added];
}
