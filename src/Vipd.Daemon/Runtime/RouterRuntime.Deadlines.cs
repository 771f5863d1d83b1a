using Vipd.Linux;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>What a router wants done, and when.</summary>
internal sealed partial class RouterRuntime
{
    /// <summary>
    /// A processor that has nothing to do sleeps, and comes back late: in a virtual machine by 0.05 to 0.25 ms.
    /// </summary>
    private static readonly TimeSpan AwakeBefore = TimeSpan.FromMicroseconds(300);

    /// <summary>Between two tries to remove what the kernel did not remove.</summary>
    private static readonly TimeSpan RemovalPause = TimeSpan.FromMilliseconds(100);

    private readonly Action<LinuxException?> _advertisementReceipt;
    private MonotonicTime _removeAgainAt = MonotonicTime.Never;

    public MonotonicTime NextDeadline => _isCutting || _isRetiring
        ? MonotonicTime.Origin
        : MonotonicTime.Min(
            MonotonicTime.Min(ElectionDeadline, NextRenewal), MonotonicTime.Min(_lookAgainAt, _removeAgainAt));

    /// <summary>
    /// From when on the loop is not to sleep: at a deadline, and shortly before one that begins a take-over. Those are
    /// rare, and every client waits for them.
    /// </summary>
    public MonotonicTime NextWake => _router.State == RouterState.Backup
        ? MonotonicTime.Min(NextDeadline, ElectionDeadline + -AwakeBefore)
        : NextDeadline;

    /// <summary>A take-over runs.</summary>
    public bool IsClaiming => _router.IsClaiming;

    /// <summary>One of the deadlines: of what the other routers wait for.</summary>
    private MonotonicTime ElectionDeadline => _router.NextDeadline;

    /// <summary>One of the deadlines, and the only one that may be met early.</summary>
    public MonotonicTime NextRenewal => _ports.NextRenewal;

    /// <summary>
    /// What is due of the election; the caller has emptied its sockets first. False: nothing was.
    /// </summary>
    /// <remarks>An Advertisement may be queued: it leaves with the <see cref="Ports.AdvertisementOutbox"/>.</remarks>
    public bool FireElection(MonotonicTime now)
    {
        if (ElectionDeadline > now)
            return false;
        Handle(RouterEvent.DeadlineReached, now);
        return true;
    }

    /// <summary>The rest of what is due.</summary>
    public void FireChores(MonotonicTime now)
    {
        if (_lookAgainAt <= now)
            AnnounceWhenReached(now);
        RenewUntil(now, now);
        if (_isCutting)
            CutConnections(now);
        if (_isRetiring)
            RetireAddresses(now);
        if (_removeAgainAt <= now)
            RemoveAgain(now);
    }

    /// <summary>Renews the leases that are due until then.</summary>
    public void RenewUntil(MonotonicTime due, MonotonicTime now)
    {
        if (NextRenewal <= due && !_ports.Renew(now))
            Handle(RouterEvent.LeaseExpired, now);
    }

    /// <summary>What the kernel refused to remove, unless it is wanted again by now.</summary>
    private void RemoveAgain(MonotonicTime now)
    {
        _removeAgainAt = MonotonicTime.Never;
        if (!_router.HoldsAddresses && !_isCutting)
            NoteFailure(RouterActionKind.RemoveAddresses, _ports.RemoveAddresses(), now);
        RetireAddresses(now);
    }

    /// <summary>
    /// The Advertisement of an Active Router whose time has come, and nothing beside: nothing that follows in this pass
    /// depends on its being first.
    /// </summary>
    private bool TryQueue(in RouterAction action, in RouterEvent routerEvent, int actions) =>
        action.Kind == RouterActionKind.SendAdvertisement
        && routerEvent.Kind == RouterEventKind.DeadlineReached
        && actions == 1
        && _ports.TryQueueAdvertisement(action.Priority, _advertisementReceipt);

    private void NoteAdvertisement(LinuxException? refused)
    {
        if (refused is null)
            CountAdvertisement();
        else
            NoteFailure(RouterActionKind.SendAdvertisement, refused, _clock());
    }
}
