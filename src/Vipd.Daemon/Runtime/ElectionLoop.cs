using Vipd.Daemon.Ports;
using Vipd.Daemon.Recording;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Polling;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// The election thread: owns every Virtual Router and every VRRP and netlink descriptor. Nobody else touches them, so
/// there are no locks; nothing here waits but epoll; once running, a pass allocates nothing.
/// <code>
///   checks, pages, signals                  vipd-election (SCHED_FIFO where allowed)
///   ----------------------                  ----------------------------------------------------------
///   LoopInbox.Post ---- eventfd ---->  epoll_wait until min(NextDeadline), timerfd, CLOCK_BOOTTIME
///                                           |  1  read the clock, once
///                                           |  2  take the inbox
///            raw socket, protocol 112 ----> |  3  drain Advertisements   -> VirtualRouter.Handle -> actions
///            packet socket, ARP ----------> |     drain announcements    -> ...
///            netlink monitor -------------> |     drain link and address changes
///                                           |  4  fire what is due       -> ...
///                                           |     (before and after it: sync groups are brought together)
///                                           |  5  take over another configuration, if there is one
///   StatusBoard, LoopJournal  &lt;------------ |  6  counters, snapshots, notes
/// </code>
/// </summary>
/// <remarks>
/// Sockets are drained before deadlines fire: a process that was stalled finds the Active Router's Advertisements in
/// its socket and does not usurp it. A take-over is a row of deadlines that are due at once (add, announce, add …), so
/// between any two of its steps the loop comes by here and hears a better router. Work in one pass is bounded: by
/// datagrams a socket, by addresses a step, by renewals a slice.
/// </remarks>
public sealed partial class ElectionLoop : IDisposable
{
    private const int RealtimePriority = 50;
    private const int TimerToken = 0;
    private const int InboxToken = 1;
    private const int MonitorToken = 2;
    private const int FirstInterfaceToken = 3;
    private const int ChangesAWake = 4096;

    /// <summary>Descriptors that one wake tells of; of more the next wake tells at once.</summary>
    private const int ReadyAWake = 64;

    /// <summary>How long after a listing that the kernel refused.</summary>
    private static readonly TimeSpan ResynchroniseRetry = TimeSpan.FromMilliseconds(100);

    /// <summary>Several addresses that change at once are one reason to look at their order.</summary>
    private static readonly TimeSpan OrderCheckDelay = TimeSpan.FromMilliseconds(5);

    private readonly StatusBoard _board;
    private readonly LoopJournal _journal;
    private readonly ElectionNetwork _network;
    private readonly EventPoll _poll;
    private readonly DeadlineTimer _timer = new();
    private readonly WakeUp _wakeUp = new();
    private readonly GarbageGap _garbage = new(static () => GC.GetTotalAllocatedBytes());
    private readonly int[] _ready = new int[ReadyAWake];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoopWake _wake;

    private MonotonicTime _resynchroniseAt = MonotonicTime.Never;
    private bool _stopping;

    /// <summary>Opens every descriptor; the thread does not run yet.</summary>
    /// <exception cref="LinuxException">The kernel refused one; the message says what is missing.</exception>
    /// <param name="machineChanged">
    /// Told, on the election thread, that plans may have to be made anew: a router's interface has gone, or one waits
    /// and something has changed. It must not block.
    /// </param>
    /// <param name="formerLife">What a vipd that is gone has recorded as its addresses.</param>
    internal ElectionLoop(
        IReadOnlyList<RouterPlan> plans,
        StatusBoard board,
        LoopJournal journal,
        Action? machineChanged = null,
        IReadOnlySet<RecordedAddress>? formerLife = null)
    {
        _board = board;
        _journal = journal;
        _network = new ElectionNetwork(plans, board, journal, Recorder, () => LoopClock.Now, formerLife);
        _machineChanged = machineChanged;
        _isWaiting = plans.Any(plan => plan.WaitsFor is not null);
        _poll = new EventPoll(_ready.Length);
        Inbox = new LoopInbox(_wakeUp.Signal);
        _poll.AddEdge(_timer.Descriptor, TimerToken);
        _poll.Add(_wakeUp.Descriptor, InboxToken);
        _poll.Add(_network.Monitor.Descriptor, MonitorToken);
        ListenToInterfaces();
    }

    public LoopInbox Inbox { get; }

    /// <summary>The last minutes of this thread; anybody may take them.</summary>
    public FlightRecorder Recorder { get; } = new(() => LoopClock.Now);

    /// <summary>
    /// Ends when the thread has: after <see cref="LoopMessage.Stop"/>, once every address is handed over.
    /// </summary>
    public Task Ended => _ended.Task;

    /// <summary>
    /// Starts the thread and says what the kernel made of its wish for realtime; null if it was not wished for.
    /// </summary>
    public RealTimeOutcome? Start(bool realtime)
    {
        RealTimeOutcome? outcome = null;
        using var prepared = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            outcome = realtime ? RealTime.TrySetFifo(RealtimePriority) : null;
            _board.Loop.SetRealtimeRefusal(outcome is { Granted: false, Cause: var cause } ? cause : null);
            prepared.Set();
            Run();
        })
        {
            Name = "vipd-election",
        };
        thread.Start();
        prepared.Wait();
        return outcome;
    }

    public void Dispose()
    {
        _network.Dispose();
        _poll.Dispose();
        _timer.Dispose();
        _wakeUp.Dispose();
    }

    private void Run()
    {
        _network.Rehearse();
        Resynchronise(LoopClock.Now);

        // What the checks know comes first: a router must not start with a priority that it has not earned. And a node
        // that was drained before a restart of the daemon does not start at all, nor one that is stopped already.
        TakeInbox(LoopClock.Now);
        SettleGroups(LoopClock.Now);
        foreach (RouterRuntime router in _stopping ? [] : _network.Routers)
            router.Start(LoopClock.Now);
        _board.Loop.SetRunning(true);
        _board.Loop.EndPass(LoopClock.Now.Nanoseconds, allocatedBytes: 0); // The next may be a second away.
        long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        do
        {
            int ready = Sleep(out MonotonicTime now);
            Drain(_ready.AsSpan(0, ready), now);
            SettleGroups(now);
            FireDeadlines(now);
            TakeReload(now);
            SettleGroups(now);
            _board.Loop.EndPass(now.Nanoseconds, GC.GetAllocatedBytesForCurrentThread() - allocatedBefore);
        }
        while (!_stopping || !IsReleased());
        _board.Loop.SetRunning(false);
        _ended.SetResult();
    }

    private void Drain(ReadOnlySpan<int> ready, MonotonicTime now)
    {
        foreach (int token in ready)
        {
            switch (token)
            {
                case TimerToken:
                    break; // What was due then is found below.
                case InboxToken:
                    _wakeUp.Acknowledge();
                    TakeInbox(now);
                    _wake.Forget();
                    break;
                case MonitorToken when IsClaiming():
                    break; // The echo of what is being added, nearly all of it: it can wait, and is told of again.
                case MonitorToken:
                    DrainMonitor(now);
                    _wake.Forget();
                    break;
                default:
                    DrainInterface(token - FirstInterfaceToken, now);
                    break;
            }
        }
    }

    private void DrainInterface(int number, MonotonicTime now)
    {
        // Closed, but a child on its way to exec still holds the socket, and with it its place in the poll set.
        if (_listened[number / 2] is not { } at)
            return;
        _wake.ExpectAlso(number % 2 == 0 ? at.DrainAdvertisements(now) : at.DrainAnnouncements(now));
    }

    /// <summary>
    /// The kernel's changes came faster than they were read, or nothing is known yet: ask for everything.
    /// </summary>
    private void Resynchronise(MonotonicTime now)
    {
        _resynchroniseAt = _network.TryResynchronise(now) ? MonotonicTime.Never : now + ResynchroniseRetry;
        if (!_network.IsOrdered)
            _resynchroniseAt = MonotonicTime.Min(_resynchroniseAt, now + OrderCheckDelay);
        if (Array.Exists(_network.Interfaces, at => at.HasOtherSource))
            _machineChanged?.Invoke();
    }

    private void TakeInbox(MonotonicTime now)
    {
        while (_reload is null && Inbox.TryTake(out LoopMessage? message))
        {
            switch (message)
            {
                case LoopMessage.HealthChanged health when !_stopping: // After a refused reload they count otherwise.
                    _network.Numbered[health.Router]?.ChangeHealth(health, now);
                    break;
                case LoopMessage.Drain:
                    _drained = true;
                    foreach (RouterRuntime router in _network.Routers)
                        router.Drain(now);
                    break;
                case LoopMessage.Undrain when !_stopping:
                    _drained = false;
                    foreach (RouterRuntime router in _network.Routers)
                        router.Undrain(now);
                    break;
                case LoopMessage.Reconfigure reload:
                    _reload = reload.Next; // At the end of the pass, and what was posted after it only then.
                    break;
                case LoopMessage.Stop stop:
                    _stopping = true;
                    foreach (RouterRuntime router in _network.Routers)
                        router.Handle(RouterEvent.Shutdown(stop.Cause), now);
                    break;
            }
        }
    }

    private void DrainMonitor(MonotonicTime now)
    {
        bool mayChangePlans = false;
        for (int i = 0; i < ChangesAWake && _network.Monitor.TryRead(out RouteChange change); i++)
        {
            if (change.Kind == RouteChangeKind.Overrun)
            {
                foreach (RouterRuntime router in _network.Routers)
                    router.ForgetOwnRemovals();
                Resynchronise(now);
                mayChangePlans = true;
                continue;
            }

            bool isOfAddress = change.Kind is RouteChangeKind.AddressAdded or RouteChangeKind.AddressRemoved;
            InternetAddress address = isOfAddress ? InternetAddress.From(change.AddressOctets) : default;
            bool isOurs = false;
            bool isHeld = false;
            foreach (InterfaceRuntime at in _network.Interfaces)
            {
                if (at.Index == change.Interface)
                    isOurs = true;
                else if (!at.CarriesAddresses(change.Interface))
                    continue;
                isHeld |= Observe(at, change, address, now);
            }

            if (isOfAddress)
                Record(change, address, isHeld);
            if (change.Kind is RouteChangeKind.LinkChanged or RouteChangeKind.LinkRemoved)
                _network.ObserveTracked(change, now);
            mayChangePlans |= isOurs && change.Kind == RouteChangeKind.LinkRemoved;
            mayChangePlans |= _isWaiting
                && change.Kind is RouteChangeKind.LinkChanged or RouteChangeKind.AddressAdded;
        }

        _board.Held.Publish();
        if (mayChangePlans)
            _machineChanged?.Invoke();
    }

    /// <summary>Of all who look at one interface (one a family) at most one has put the address there.</summary>
    private void Record(in RouteChange change, InternetAddress address, bool isHeld) => _board.Held.Set(
        new RecordedAddress(change.Interface, address, change.PrefixLength, change.CreatedAt), isHeld);

    /// <summary>True: an address is there, and a router of this interface has put it there.</summary>
    /// <param name="address">The change's; not looked at where it is none of an address.</param>
    private bool Observe(InterfaceRuntime at, in RouteChange change, InternetAddress address, MonotonicTime now)
    {
        switch (change.Kind)
        {
            case RouteChangeKind.LinkChanged when change.Interface != at.Index:
                at.ObserveVirtualMac(change.Interface, change.IsUp, now);
                break;
            case RouteChangeKind.LinkRemoved when change.Interface != at.Index: // Its addresses go, and tell.
                break;
            case RouteChangeKind.LinkChanged:
                at.ObserveLink(change.IsUp && change.HasCarrier, change.LinkLayerAddress, now);
                break;
            case RouteChangeKind.LinkRemoved:
                at.IsGone = true;
                at.ObserveLink(usable: false, [], now);
                break;
            case RouteChangeKind.AddressAdded or RouteChangeKind.AddressRemoved:
                return ObserveAddress(at, change, address, now);
        }

        return false;
    }

    private bool ObserveAddress(
        InterfaceRuntime at, in RouteChange change, InternetAddress address, MonotonicTime now)
    {
        var sighting = new AddressSighting(
            change.Kind == RouteChangeKind.AddressAdded && !change.IsTentative,
            change.PrefixLength,
            change.ProtocolTag,
            change.ValidSeconds,
            change.CreatedAt);
        bool isVirtual = false;
        bool isOurs = false;
        bool matters = false;
        foreach (RouterRuntime router in at.Routers)
        {
            bool isItsPlace = change.Interface == (router.VirtualMac?.Index ?? at.Index);
            if (isItsPlace)
                isVirtual |= router.ObserveAddress(address, sighting, now);
            else if (sighting.IsPresent && change.Interface == at.Index)
                router.ObserveSource(address, now);
            isOurs |= isItsPlace && router.HasPut(address, change.PrefixLength);
            if (!sighting.IsPresent && router.SendsFrom(address))
                _resynchroniseAt = now;
            matters |= !router.IsReleased || router.MayTakeOtherSource;
        }

        // An address of the interface's own came or went: ours may stand before them now, which matters to IPv4 alone;
        // or it takes the place of one that was sent from.
        if (matters && !isVirtual && !change.IsSecondary && !address.IsIPv6)
            _resynchroniseAt = MonotonicTime.Min(_resynchroniseAt, now + OrderCheckDelay);
        return isOurs && sighting.IsPresent;
    }

    private bool IsClaiming()
    {
        foreach (RouterRuntime router in _network.Routers)
        {
            if (router.IsClaiming)
                return true;
        }

        return false;
    }

    private bool IsReleased()
    {
        foreach (RouterRuntime router in _network.Routers)
        {
            if (!router.IsReleased)
                return false;
        }

        return true;
    }
}
