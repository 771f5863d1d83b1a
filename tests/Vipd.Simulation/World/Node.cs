using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.World;

/// <summary>
/// One master: a process with the real election in a loop as the daemon's, and a kernel that keeps addresses. The
/// loop's rules are the daemon's: time is read once a wake, sockets are drained before deadlines, one step of
/// deadlines a pass.
/// </summary>
internal sealed partial class Node
{
    private static readonly TimeSpan ShortestLateness = TimeSpan.FromMicroseconds(5);

    /// <summary>What a socket buffer holds; the rest is lost while the process stands still.</summary>
    private const int SocketBuffer = 4096;

    private readonly Agenda _agenda;
    private readonly Lan _lan;
    private readonly SeededRandom _random;
    private readonly Transcript _transcript;
    private readonly Verdict _verdict;
    private readonly Mutation _mutation;
    private readonly Queue<RouterEvent> _inbox = new();
    private MonotonicTime _wakeAt = MonotonicTime.Never;
    private MonotonicTime _renewAt = MonotonicTime.Never;
    private MonotonicTime _leaseCheckAt = MonotonicTime.Never;
    private bool _stopping;
    private bool _startsAgain;

    public Node(
        NodeSettings settings, Agenda agenda, Lan lan, SeededRandom random, Transcript transcript, Verdict verdict,
            Mutation mutation)
    {
        Settings = settings;
        _agenda = agenda;
        _lan = lan;
        _random = random;
        _transcript = transcript;
        _verdict = verdict;
        _mutation = mutation;
        Kernel = new KernelAddresses(settings.Parameters.AddressCount);
        Priority = settings.Parameters.Priority;
        NoteInterval();
    }

    public NodeSettings Settings { get; private set; }

    public int Number => Settings.Number;

    public KernelAddresses Kernel { get; }

    /// <summary>The election of the running process; null while none runs.</summary>
    public IElection? Router { get; private set; }

    public bool IsDrained { get; private set; }

    /// <summary>A check with weight `fault` has failed.</summary>
    public bool CheckFails { get; private set; }

    /// <summary>The effective priority the checks ask for; a restarted process begins with it.</summary>
    public Priority Priority { get; private set; }

    /// <summary>The process runs and is scheduled.</summary>
    public bool IsLive => Router is not null && !IsPaused;

    public bool IsActive => Router?.State == RouterState.Active;

    /// <summary>Takes part in the election: it runs, its link is up, and it is Backup or Active.</summary>
    public bool IsEligible =>
        IsLive && !_stopping && _lan.IsLinkUp(Number) && Router!.State is RouterState.Backup or RouterState.Active;

    private MonotonicTime NextWake => _inbox.Count > 0 || MayReconfigure
        ? _agenda.Now
        : MonotonicTime.Min(_mutation.DeadlineOf(Router!) + _clockLag, _renewAt);

    private bool MayReconfigure => _nextSettings is not null && !_stopping && !Settings.IsKeepalived;

    public void Receive(in Frame frame)
    {
        if (Router is null || _isFrozen || !_lan.IsLinkUp(Number) || _inbox.Count >= SocketBuffer)
            return;
        if (frame.IsAdvertisement && Settings.IsAddressOwner && !Settings.IsKeepalived)
        {
            HearAsOwner();
            return;
        }

        if (frame.IsAdvertisement)
        {
            NoteArrival(frame);
            _inbox.Enqueue(RouterEvent.AdvertisementReceived(
                frame.Priority, NodeSettings.AddressOf(frame.Sender), frame.Interval));
        }

        for (int i = 0; i < frame.Count && frame.First + i < Settings.Parameters.AddressCount; i++)
            _inbox.Enqueue(RouterEvent.AnnouncementHeard(frame.First + i));
        ScheduleWake();
    }

    /// <summary>
    /// The owner's receive checks discard the Advertisement (RFC 9568 §7.1), but it tells of a contender that the
    /// clients may have believed.
    /// </summary>
    private void HearAsOwner()
    {
        if (IsActive && _mutation.OwnerNoticesContenders)
            Tell(RouterEvent.AnnouncementHeard(0));
    }

    /// <summary>One pass of the loop.</summary>
    public void Wake()
    {
        if (_wakeAt != _agenda.Now)
            return;
        _wakeAt = MonotonicTime.Never;
        if (!IsLive)
            return;
        BeginPass();
        if (!_mutation.DrainsBeforeDeadlines || Settings.IsKeepalived)
            FireDeadlines();
        while (_inbox.TryDequeue(out RouterEvent routerEvent))
        {
            Handle(routerEvent);
            if (_mutation.FiresAfterEachEvent)
                FireDeadlines();
        }

        if (_renewAt <= _agenda.Now)
            RenewLease();
        FireDeadlines();
        EndPass();
        if (_stopping && !Router!.HoldsAddresses)
            Exit();
        else
            ReconfigureInPlace();
        ScheduleWake();
    }

    /// <summary>The kernel takes back what nobody renewed, and tells the process.</summary>
    public void EndLeases()
    {
        if (_leaseCheckAt != _agenda.Now || _isFrozen)
            return;
        _leaseCheckAt = MonotonicTime.Never;
        if (!_mutation.LeasesEnd)
            return;
        for (int address; (address = Kernel.TakeExpired(_agenda.Now)) >= 0;)
        {
            NoteLeaseEnd(address);
            _transcript.Write(Number, $"kernel ends the lease of address {address}");
            Tell(RouterEvent.AddressLost(address));
        }

        ScheduleLeaseCheck();
    }

    private void FireDeadlines()
    {
        if (_mutation.DeadlineOf(Router!) + _clockLag <= _agenda.Now)
            Handle(RouterEvent.DeadlineReached);
    }

    private void Handle(RouterEvent routerEvent)
    {
        if (!_mutation.Hears(this, ref routerEvent))
            return;
        Events++;
        if (routerEvent.Kind == RouterEventKind.AnnouncementHeard)
            AnnouncementEvents++;
        foreach (RouterAction action in Router!.Handle(routerEvent, RouterNow))
        {
            if (_mutation.Carries(this, action))
                CarryOut(action);
        }
    }

    private void CarryOut(in RouterAction action)
    {
        switch (action.Kind)
        {
            case RouterActionKind.SendAdvertisement:
                NoteAdvertisement(action.Priority);
                _transcript.WriteAdvertisement(Number, action.Priority);
                _lan.Send(Frame.Advertisement(
                    Number, action.Priority, Settings.Parameters.AdvertisementInterval) with
                {
                    IsLastWord = !action.Priority.IsResign && !IsActive,
                });
                if (_mutation.RemovesOnResign && action.Priority.IsResign)
                    Kernel.RemoveAll();
                break;
            case RouterActionKind.AddAddresses:
                _transcript.Write(Number, $"adds addresses {action.First}..{action.First + action.Count - 1}");
                NoteAddition(action.First, action.Count);
                Kernel.Add(action.First, action.Count, _agenda.Now + Settings.Lease);
                _renewAt = MonotonicTime.Min(_renewAt, _agenda.Now + (Settings.Lease / 3));
                ScheduleLeaseCheck();
                break;
            case RouterActionKind.RemoveAddresses:
                _transcript.Write(Number, "removes its addresses");
                AbandonedAt = MonotonicTime.Never;
                Kernel.RemoveAll();
                break;
            case RouterActionKind.Announce:
                NoteAnnouncement(action.Count);
                _transcript.Write(Number, $"announces addresses {action.First}..{action.First + action.Count - 1}");
                _lan.Send(Frame.Announcement(Number, action.First, action.Count));
                break;
            case RouterActionKind.ReportTransition:
                NoteTransition(action);
                _transcript.Write(Number, $"{action.From} -> {action.To} ({action.Cause})");
                break;
        }
    }

    private void RenewLease()
    {
        _renewAt = MonotonicTime.Never;
        if (!Router!.HoldsAddresses || !_mutation.RenewsLeases)
            return;
        Kernel.Renew(_agenda.Now + Settings.Lease);
        _renewAt = _agenda.Now + (Settings.Lease / 3);
        ScheduleLeaseCheck();
    }

    private void ScheduleLeaseCheck()
    {
        MonotonicTime next = Kernel.NextEnd;
        if (next >= _leaseCheckAt)
            return;
        _leaseCheckAt = next;
        _agenda.Enter(next, new Happening(HappeningKind.LeaseEnd, Number));
    }

    private void ScheduleWake()
    {
        if (!IsLive || NextWake == MonotonicTime.Never)
            return;
        MonotonicTime at = MonotonicTime.Max(NextWake, _agenda.Now) + _random.Between(ShortestLateness,
            Settings.LongestLateness);
        if (at >= _wakeAt)
            return;
        _wakeAt = at;
        _agenda.Enter(at, new Happening(HappeningKind.Wake, Number));
    }
}
