using System.Diagnostics.Metrics;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Vipd.Daemon.Observability;

/// <summary>The metrics of the Virtual Routers, read from their boards at each scrape.</summary>
internal sealed class RouterInstruments
{
    private static readonly RouterState[] States = Enum.GetValues<RouterState>();

    private static readonly (RouterState From, RouterState To, TransitionCause Cause)[] Transitions =
    [
        .. from origin in States
           from target in States
           from cause in Enum.GetValues<TransitionCause>()
           select (origin, target, cause),
    ];

    private readonly StatusBoard _board;

    public RouterInstruments(Meter meter, StatusBoard board)
    {
        _board = board;
        meter.CreateObservableGauge(
            "vipd_state", ObserveState, null, "1 for the state that the virtual router is in, 0 for the others.");
        Gauge("vipd_priority", static router => router.Current.EffectivePriority.Value,
            "Effective priority: the configured one less the weights of what is unhealthy.");
        Gauge("vipd_priority_configured", static router => router.Identity.ConfiguredPriority.Value,
            "Priority as configured.");
        meter.CreateObservableGauge(
            "vipd_hold_down_seconds", ObserveHoldDowns, null,
            "For how much longer a better Backup Router lets a worse Active Router be; 0: no hold-down runs.");
        meter.CreateObservableCounter(
            "vipd_transitions_total", ObserveTransitions, null, "State changes, by cause.");
        Counter("vipd_advertisements_sent_total", static counters => counters.AdvertisementsSent,
            "VRRP Advertisements handed to the kernel.");
        Counter("vipd_advertisements_received_total", static counters => counters.AdvertisementsReceived,
            "VRRP Advertisements accepted for this virtual router.");
        meter.CreateObservableCounter("vipd_discards_total", ObserveDiscards, null,
            "Received messages that were dropped, by reason; router is empty where the message is for none of ours.");
        meter.CreateObservableGauge("vipd_virtual_address_present", ObserveAddresses, null,
            "1 where the kernel has the address on the interface: the router's, or its macvlan (virtualMac).");
        Counter("vipd_announcements_sent_total", static counters => counters.AnnouncementsSent,
            "Gratuitous ARP and unsolicited NA packets handed to the network card.");
        meter.CreateObservableCounter("vipd_conflicts_total", ObserveConflicts, null,
            "Signs of somebody else at work on the addresses (all but foreignAddress while this router was Active), "
            + "and messages of senders that are configured differently.");
        meter.CreateObservableGauge("vipd_tracked_interface_up", ObserveTracked, null,
            "1 where an interface that a virtual router tracks is up, with carrier.");

        void Gauge(string name, Func<RouterBoard, long> value, string help) =>
            meter.CreateObservableGauge(name, () => EachRouter(value), null, help);

        void Counter(string name, Func<RouterCounters, long> value, string help) =>
            meter.CreateObservableCounter(name, () => EachRouter(router => value(router.Counters)), null, help);
    }

    /// <summary>How long the steps of a take-over took.</summary>
    public static HistogramFamily Failover(StatusBoard board) => new(
        "vipd_failover_seconds",
        "Steps of a take-over: detect (due time to first Advertisement), claim (from there to the last address), "
        + "announce (from there to every address announced).",
        () => board.Routers.SelectMany(static router => new HistogramSeries[]
        {
            new(router.Counters.FailoverDetect, NameOf(router), new Tag("phase", "detect")),
            new(router.Counters.FailoverClaim, NameOf(router), new Tag("phase", "claim")),
            new(router.Counters.FailoverAnnounce, NameOf(router), new Tag("phase", "announce")),
        }));

    private static Tag NameOf(RouterBoard router) => new("router", router.Identity.Name);

    private IEnumerable<Measurement<long>> EachRouter(Func<RouterBoard, long> value) =>
        _board.Routers.Select(router => new Measurement<long>(value(router), NameOf(router)));

    private IEnumerable<Measurement<double>> ObserveHoldDowns() =>
        from router in _board.Routers
        let left = router.Current.HoldDownLeft(LoopClock.Now) ?? TimeSpan.Zero
        select new Measurement<double>(left.TotalSeconds, NameOf(router));

    private IEnumerable<Measurement<long>> ObserveState() =>
        from router in _board.Routers
        let current = router.Current.State
        from state in States
        select new Measurement<long>(state == current ? 1 : 0, NameOf(router), new Tag("state", Labels.Of(state)));

    // Every combination would be 4 * 4 * 16 series a router, nearly all impossible: only those that happened.
    private IEnumerable<Measurement<long>> ObserveTransitions()
    {
        foreach (RouterBoard router in _board.Routers)
        {
            foreach ((RouterState origin, RouterState target, TransitionCause cause) in Transitions)
            {
                long count = router.Counters.Transitions(origin, target, cause);
                if (count == 0)
                    continue;
                yield return new Measurement<long>(
                    count,
                    NameOf(router),
                    new Tag("from", Labels.Of(origin)),
                    new Tag("to", Labels.Of(target)),
                    new Tag("cause", Labels.Of(cause)));
            }
        }
    }

    // All reasons from the start, at 0: rate() and increase() miss the first event of a series that appears with it.
    private IEnumerable<Measurement<long>> ObserveDiscards()
    {
        for (int index = 1; index < DiscardReasons.Count; index++)
        {
            DiscardReason reason = (DiscardReason)index;
            Tag label = new("reason", DiscardReasons.Label(reason));
            yield return new Measurement<long>(_board.Loop.Discards(reason), new Tag("router", ""), label);
            foreach (RouterBoard router in _board.Routers)
                yield return new Measurement<long>(router.Counters.Discards(reason), NameOf(router), label);
        }
    }

    private IEnumerable<Measurement<long>> ObserveAddresses()
    {
        foreach (RouterBoard router in _board.Routers)
        {
            for (int index = 0; index < router.Identity.Addresses.Count; index++)
            {
                yield return new Measurement<long>(
                    router.AddressPresent(index) ? 1 : 0,
                    NameOf(router),
                    new Tag("address", router.Identity.Addresses[index].ToString()),
                    new Tag("interface", router.Identity.AddressInterface));
            }
        }
    }

    private IEnumerable<Measurement<long>> ObserveTracked() => _board.Tracked.Select(static link =>
        new Measurement<long>(link.Condition == LinkCondition.Usable ? 1 : 0, new Tag("interface", link.Name)));

    private IEnumerable<Measurement<long>> ObserveConflicts() =>
        from router in _board.Routers
        from conflict in router.Counters.Conflicts
        select new Measurement<long>(conflict.Count, NameOf(router), new Tag("kind", conflict.Kind));
}
