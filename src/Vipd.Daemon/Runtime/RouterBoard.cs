using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>What a Virtual Router is configured to be, on this machine; only a reload changes it.</summary>
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
    TimeSpan? Lease)
{
    /// <summary>The macvlan that carries the addresses under the Virtual Router MAC Address; null: the interface does,
    /// under its own.</summary>
    public string? VirtualMacLink { get; init; }

    /// <summary>What it carries then.</summary>
    public MacAddress? VirtualMac => VirtualMacLink is null ? null : VirtualRouterMac;

    /// <summary>The Virtual Router MAC Address, whether this node uses it or not.</summary>
    public MacAddress VirtualRouterMac => MacAddress.OfVirtualRouter(Vrid, PrimaryAddress.IsIPv6);

    /// <summary>Where the addresses are.</summary>
    public string AddressInterface => VirtualMacLink ?? InterfaceName;
}

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
    /// <summary>Until when it lets a worse Active Router be; null: no hold-down runs.</summary>
    public MonotonicTime? HeldDownUntil { get; init; }

    /// <summary>How long that still is; null: no hold-down runs.</summary>
    public TimeSpan? HoldDownLeft(MonotonicTime now) =>
        HeldDownUntil - now is { Ticks: > 0 } left ? left : null;

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
public sealed class RouterBoard
{
    /// <summary>Transitions kept for `status`.</summary>
    public const int HistoryLength = 20;

    private readonly TransitionHistory _history;
    private readonly bool[] _addressPresent;
    private readonly bool[] _addressForeign;
    private volatile RouterSnapshot _current;

    public RouterBoard(RouterIdentity identity, RouterSnapshot initial)
        : this(identity, initial, new RouterCounters(), new TransitionHistory())
    {
    }

    private RouterBoard(
        RouterIdentity identity, RouterSnapshot initial, RouterCounters counters, TransitionHistory history)
    {
        Identity = identity;
        Counters = counters;
        _history = history;
        _current = initial;
        _addressPresent = new bool[identity.Addresses.Count];
        _addressForeign = new bool[identity.Addresses.Count];
    }

    /// <summary>Of a router that has not started; of one that waits, with the reason.</summary>
    internal static RouterBoard For(RouterPlan plan) => new(plan.Identity, Initial(plan));

    internal static RouterSnapshot Initial(RouterPlan plan)
    {
        var initial = RouterSnapshot.Initial(
            plan.Parameters.Priority,
            ElectionTimers.ActiveDownInterval(
                plan.Parameters.Priority, plan.Identity.AdvertisementInterval, plan.Parameters.SkewUnit));
        return plan.WaitsFor is not { } missing ? initial : initial with
        {
            State = RouterState.Fault,
            Cause = TransitionCause.InterfaceDown,
            HealthReasons = [missing],
        };
    }

    public RouterIdentity Identity { get; }

    public RouterCounters Counters { get; }

    /// <summary>The transitions again, for one reader.</summary>
    public TransitionFeed Feed => _history.Feed;

    /// <summary>Who is configured differently.</summary>
    public PeerTroubles Troubles { get; } = new();

    public RouterSnapshot Current => _current;

    /// <summary>The last <see cref="HistoryLength"/> transitions, oldest first.</summary>
    public IReadOnlyList<TransitionRecord> Transitions => _history.Last;

    /// <summary>What the kernel says, not what we wish.</summary>
    public bool AddressPresent(int address) => Volatile.Read(ref _addressPresent[address]);

    /// <summary>Somebody else has put the address on the interface.</summary>
    public bool AddressForeign(int address) => Volatile.Read(ref _addressForeign[address]);

    internal void SetAddressPresent(int address, bool present) => Volatile.Write(ref _addressPresent[address], present);

    /// <summary>True if that is news.</summary>
    internal bool SetAddressForeign(int address, bool foreign)
    {
        if (_addressForeign[address] == foreign)
            return false;
        Volatile.Write(ref _addressForeign[address], foreign);
        if (foreign)
            Counters.CountForeignAddress();
        return true;
    }

    internal void Publish(RouterSnapshot snapshot) => _current = snapshot;

    internal void Record(TransitionRecord transition)
    {
        _history.Add(transition);
        Counters.CountTransition(transition.From, transition.To, transition.Cause);
    }

    /// <summary>
    /// The board of the same router after a reload: counters and transitions go on, for both boards as long as
    /// somebody writes to the former one.
    /// </summary>
    internal RouterBoard ContinueAs(RouterIdentity identity)
    {
        var next = new RouterBoard(identity, Current, Counters, _history);
        var former = new AddressIndex(Identity.Addresses);
        for (int i = 0; i < identity.Addresses.Count; i++)
        {
            bool isKnown = former.TryFind(identity.Addresses[i], out int number);
            next._addressPresent[i] = isKnown && AddressPresent(number);
            next._addressForeign[i] = isKnown && AddressForeign(number);
        }

        return next;
    }

    private sealed class TransitionHistory
    {
        private readonly Queue<TransitionRecord> _queue = new();
        private volatile TransitionRecord[] _last = [];

        public TransitionRecord[] Last => _last;

        public TransitionFeed Feed { get; } = new();

        public void Add(TransitionRecord transition)
        {
            if (_queue.Count == HistoryLength)
                _queue.Dequeue();
            _queue.Enqueue(transition);
            _last = [.. _queue];
            Feed.Add(transition);
        }
    }
}
