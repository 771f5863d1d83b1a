namespace Vipd.Vrrp.Election;

/// <summary>
/// A take-over in small steps: some addresses are added, then announced, then the next ones. Each step is a deadline
/// that is due at once, and the loop reads its sockets before it fires deadlines: so a router that has meanwhile heard
/// a better one adds and announces nothing more.
/// </summary>
internal struct Claim(int addressCount)
{
    /// <summary>
    /// Addresses a step: large enough to batch system calls, small enough to look at the socket in between.
    /// </summary>
    public const int StepSize = 64;

    private int _addressCount = addressCount;
    private int _first;
    private bool _announceNext;

    /// <summary>When the next step is due; Never once every address is added and announced.</summary>
    public MonotonicTime Deadline { get; private set; } = MonotonicTime.Never;

    /// <summary>Addresses 0 .. Added - 1 are on the interface.</summary>
    public int Added { get; private set; }

    /// <summary>Some client may have heard of the take-over.</summary>
    public bool HasAnnounced { get; private set; }

    public void Begin(MonotonicTime now)
    {
        HasAnnounced = false;
        Restart(now);
    }

    /// <summary>
    /// Other addresses than before, and so all of them once more; what is there already stays, and clients go on
    /// believing us.
    /// </summary>
    public void Again(int addressCount, MonotonicTime now)
    {
        _addressCount = addressCount;
        Restart(now);
    }

    private void Restart(MonotonicTime now)
    {
        _first = 0;
        _announceNext = false;
        Added = 0;
        Deadline = now;
    }

    public void Cancel()
    {
        Added = 0;
        Deadline = MonotonicTime.Never;
    }

    /// <summary>The step that is due.</summary>
    public RouterAction Step(MonotonicTime now)
    {
        int count = Math.Min(StepSize, _addressCount - _first);
        if (!_announceNext)
        {
            _announceNext = true;
            Added = _first + count;
            Deadline = now;
            return RouterAction.AddAddresses(_first, count);
        }

        RouterAction announce = RouterAction.Announce(_first, count);
        HasAnnounced = true;
        _announceNext = false;
        _first += count;
        Deadline = _first < _addressCount ? now : MonotonicTime.Never;
        return announce;
    }

    /// <summary>See <see cref="VirtualRouter.SaveState"/>.</summary>
    public void Carry(ref StateTransfer transfer)
    {
        transfer.Carry(ref _first, 0, _addressCount);
        transfer.Carry(ref _announceNext);
        MonotonicTime deadline = Deadline;
        transfer.Carry(ref deadline);
        Deadline = deadline;
        int added = Added;
        transfer.Carry(ref added, 0, _addressCount);
        Added = added;
        bool hasAnnounced = HasAnnounced;
        transfer.Carry(ref hasAnnounced);
        HasAnnounced = hasAnnounced;
    }
}
