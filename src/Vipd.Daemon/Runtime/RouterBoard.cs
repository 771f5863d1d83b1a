using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>What does not change while a Virtual Router runs.</summary>
public sealed record RouterIdentity(
    string Name,
    Vrid Vrid,
    int Version,
    string InterfaceName,
    InternetAddress PrimaryAddress,
    IReadOnlyList<InternetAddress> Addresses,
    Priority ConfiguredPriority,
    TimeSpan AdvertisementInterval,
    TimeSpan Spread,
    TimeSpan? Lease);

/// <summary>The state of a Virtual Router between two transitions; immutable, replaced as a whole.</summary>
/// <param name="State">RFC 9568 §6.4.</param>
/// <param name="Since">UTC time of the last transition, for people.</param>
/// <param name="Cause">Why it happened.</param>
/// <param name="EffectivePriority">The configured priority less the weights of what is unhealthy.</param>
/// <param name="HealthReasons">One line for each reason that lowers the priority.</param>
/// <param name="HandingOver">Addresses are still held for a successor that has not announced them yet.</param>
/// <param name="Drained">An operator took this node out.</param>
/// <param name="ActiveRouter">Primary address of the Active Router as last heard; this router's own while
/// Active.</param>
/// <param name="ActivePriority">Its priority as last heard.</param>
/// <param name="ActiveDownInterval">3 * Active_Adver_Interval + Skew_Time, without the spread.</param>
public sealed record RouterSnapshot(
    RouterState State,
    DateTimeOffset Since,
    TransitionCause Cause,
    Priority EffectivePriority,
    IReadOnlyList<string> HealthReasons,
    bool HandingOver,
    bool Drained,
    InternetAddress? ActiveRouter,
    Priority? ActivePriority,
    TimeSpan ActiveDownInterval)
{
    /// <summary>Before Startup.</summary>
    public static RouterSnapshot Initial(Priority priority, TimeSpan activeDownInterval) => new(
        RouterState.Initialize,
        DateTimeOffset.UtcNow,
        TransitionCause.Startup,
        priority,
        [],
        HandingOver: false,
        Drained: false,
        ActiveRouter: null,
        ActivePriority: null,
        activeDownInterval);
}

/// <summary>One transition, for `status` and the log.</summary>
/// <param name="SinceTrigger">
/// From what set it off (the deadline of the take-over, the Advertisement that ended it) to the state change being
/// acted on.
/// </param>
public sealed record TransitionRecord(
    DateTimeOffset At,
    RouterState From,
    RouterState To,
    TransitionCause Cause,
    InternetAddress? Peer,
    TimeSpan SinceTrigger);

/// <summary>Everything that is shown of one Virtual Router. Only the election thread writes.</summary>
public sealed class RouterBoard(RouterIdentity identity, RouterSnapshot initial)
{
    /// <summary>Transitions kept for `status`.</summary>
    public const int HistoryLength = 20;

    private readonly Queue<TransitionRecord> _history = new();
    private volatile RouterSnapshot _current = initial;
    private volatile TransitionRecord[] _transitions = [];

    public RouterIdentity Identity { get; } = identity;

    public RouterCounters Counters { get; } = new(identity.Addresses.Count);

    public RouterSnapshot Current => _current;

    /// <summary>The last <see cref="HistoryLength"/> transitions, oldest first.</summary>
    public IReadOnlyList<TransitionRecord> Transitions => _transitions;

    internal void Publish(RouterSnapshot snapshot) => _current = snapshot;

    internal void Record(TransitionRecord transition)
    {
        if (_history.Count == HistoryLength)
            _history.Dequeue();
        _history.Enqueue(transition);
        _transitions = [.. _history];
        Counters.CountTransition(transition.From, transition.To, transition.Cause);
    }
}
