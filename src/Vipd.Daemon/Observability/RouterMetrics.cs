using Vipd.Daemon.Runtime;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Observability;

/// <summary>The metrics of the Virtual Routers, read from their boards at each scrape.</summary>
internal sealed class RouterMetrics(StatusBoard board)
{
    private static readonly Label[] States = LabelsOf<RouterState>("state", Labels.Of);
    private static readonly Label[] Origins = LabelsOf<RouterState>("from", Labels.Of);
    private static readonly Label[] Targets = LabelsOf<RouterState>("to", Labels.Of);
    private static readonly Label[] Causes = LabelsOf<TransitionCause>("cause", Labels.Of);

    private static readonly Label[] ConflictKinds =
        [.. RouterCounters.ConflictKinds.Select(static kind => new Label("kind", kind))];

    private static readonly (DiscardReason Reason, Label Label)[] DiscardLabels =
    [
        .. Enumerable.Range(1, DiscardReasons.Count - 1).Select(static index => (DiscardReason)index)
            .Select(static reason => (reason, new Label("reason", reason.Label()))),
    ];

    private static readonly Label NoRouter = new("router", "");
    private static readonly Label Detect = new("phase", "detect");
    private static readonly Label Claim = new("phase", "claim");
    private static readonly Label Announce = new("phase", "announce");

    private readonly BucketLabels _failoverBounds = new();
    private volatile Known _known = new([], []);

    public IReadOnlyList<MetricFamily> Families =>
    [
        Gauge("vipd_state", "1 for the state that the virtual router is in, 0 for the others.", WriteState),
        Gauge("vipd_priority", "Effective priority: the configured one less the weights of what is unhealthy.",
            static (to, router) => to.Write(router.Board.Current.EffectivePriority.Value, router.Name)),
        Gauge("vipd_priority_configured", "Priority as configured.",
            static (to, router) => to.Write(router.Board.Identity.ConfiguredPriority.Value, router.Name)),
        Gauge("vipd_hold_down_seconds",
            "For how much longer a better Backup Router lets a worse Active Router be; 0: no hold-down runs.",
            static (to, router) => to.Write(HoldDownSeconds(router.Board.Current), router.Name)),
        Counter("vipd_transitions_total", "State changes, by cause.", WriteTransitions),
        Counter("vipd_advertisements_sent_total", "VRRP Advertisements handed to the kernel.",
            static (to, router) => to.Write(router.Board.Counters.AdvertisementsSent, router.Name)),
        Counter("vipd_advertisements_received_total", "VRRP Advertisements accepted for this virtual router.",
            static (to, router) => to.Write(router.Board.Counters.AdvertisementsReceived, router.Name)),
        MetricFamily.Counter("vipd_discards_total",
            "Received messages that were dropped, by reason; router is empty where the message is for none of ours.",
            static () => DiscardLabels, WriteDiscards),
        Gauge("vipd_virtual_address_present",
            "1 where the kernel has the address on the interface: the router's, or its macvlan (virtualMac).",
            WriteAddresses),
        Counter("vipd_announcements_sent_total",
            "Gratuitous ARP and unsolicited NA packets handed to the network card.",
            static (to, router) => to.Write(router.Board.Counters.AnnouncementsSent, router.Name)),
        Counter("vipd_conflicts_total",
            "Signs of somebody else at work on the addresses (all but foreignAddress while this router was Active), "
            + "and messages of senders that are configured differently.",
            WriteConflicts),
        MetricFamily.Gauge("vipd_tracked_interface_up",
            "1 where an interface that a virtual router tracks is up, with carrier.", () => board.Tracked,
            static (to, link) =>
                to.Write(link.Condition == LinkCondition.Usable ? 1 : 0, new Label("interface", link.Name))),
    ];

    /// <summary>How long the steps of a take-over took.</summary>
    public MetricFamily Failover => MetricFamily.Histogram(
        "vipd_failover_seconds",
        "Steps of a take-over: detect (due time to first Advertisement), claim (from there to the last address), "
        + "announce (from there to every address announced).",
        Routers,
        (to, router) =>
        {
            RouterCounters counters = router.Board.Counters;
            to.Write(counters.FailoverDetect, _failoverBounds, router.Name, Detect);
            to.Write(counters.FailoverClaim, _failoverBounds, router.Name, Claim);
            to.Write(counters.FailoverAnnounce, _failoverBounds, router.Name, Announce);
        });

    private static Label[] LabelsOf<TEnum>(string name, Func<TEnum, string> value)
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(member => new Label(name, value(member)))];

    private static double HoldDownSeconds(RouterSnapshot current) => current.HeldDownUntil is null
        ? 0
        : (current.HoldDownLeft(LoopClock.Now) ?? TimeSpan.Zero).TotalSeconds;

    private static void WriteState(ExpositionWriter to, RouterSeries router)
    {
        int current = (int)router.Board.Current.State;
        for (int state = 0; state < States.Length; state++)
            to.Write(state == current ? 1 : 0, router.Name, States[state]);
    }

    // Every combination would be 4 * 4 * 22 series a router, nearly all impossible: only those that happened.
    private static void WriteTransitions(ExpositionWriter to, RouterSeries router)
    {
        RouterCounters counters = router.Board.Counters;
        for (int origin = 0; origin < Origins.Length; origin++)
        {
            for (int target = 0; target < Targets.Length; target++)
            {
                for (int cause = 0; cause < Causes.Length; cause++)
                {
                    long count = counters.Transitions((RouterState)origin, (RouterState)target, (TransitionCause)cause);
                    if (count != 0)
                        to.Write(count, router.Name, Origins[origin], Targets[target], Causes[cause]);
                }
            }
        }
    }

    private static void WriteAddresses(ExpositionWriter to, RouterSeries router)
    {
        for (int index = 0; index < router.Addresses.Length; index++)
        {
            to.Write(
                router.Board.AddressPresent(index) ? 1 : 0,
                router.Name,
                router.Addresses[index],
                router.AddressInterface);
        }
    }

    private static void WriteConflicts(ExpositionWriter to, RouterSeries router)
    {
        for (int kind = 0; kind < ConflictKinds.Length; kind++)
            to.Write(router.Board.Counters.ConflictsOf(kind), router.Name, ConflictKinds[kind]);
    }

    // All reasons from the start, at 0: rate() and increase() miss the first event of a series that appears with it.
    private void WriteDiscards(ExpositionWriter to, (DiscardReason Reason, Label Label) of)
    {
        to.Write(board.Loop.Discards(of.Reason), NoRouter, of.Label);
        foreach (RouterSeries router in Routers())
            to.Write(router.Board.Counters.Discards(of.Reason), router.Name, of.Label);
    }

    private MetricFamily Gauge(string name, string help, Action<ExpositionWriter, RouterSeries> write) =>
        MetricFamily.Gauge(name, help, Routers, write);

    private MetricFamily Counter(string name, string help, Action<ExpositionWriter, RouterSeries> write) =>
        MetricFamily.Counter(name, help, Routers, write);

    // A reload puts another list in the place of the former one.
    private RouterSeries[] Routers()
    {
        Known known = _known;
        IReadOnlyList<RouterBoard> boards = board.Routers;
        if (!ReferenceEquals(known.Boards, boards))
            _known = known = new Known(boards, [.. boards.Select(static router => new RouterSeries(router))]);
        return known.Series;
    }

    private sealed record Known(IReadOnlyList<RouterBoard> Boards, RouterSeries[] Series);
}
