namespace Vipd.Vrrp.Election;

/// <summary>
/// Make-before-break: a router that is no longer Active keeps answering for its addresses until its successor has
/// announced each of them, or 100 ms after the successor's first Advertisement, or until a bounded wait ends. The
/// Advertisement alone is too early: a successor advertises before it has the addresses. Where clients may have been
/// sent here since the successor announced last, its Advertisements end nothing; nor does an announcement that may have
/// been sent before ours, and that our clients then heard first.
/// </summary>
internal sealed class Handover
{
    private ulong[] _announced = [];
    private int _addressCount;
    private int _missing;
    private bool _successorHeard;
    private bool _isForWinner;
    private MonotonicTime _countsFrom;

    public Handover(int addressCount) => ChangeAddresses(addressCount);

    /// <summary>When the addresses go, at the latest; Never while nothing is being handed over.</summary>
    public MonotonicTime Deadline { get; private set; } = MonotonicTime.Never;

    public bool IsPending => Deadline != MonotonicTime.Never;

    /// <summary>This router did not resign: a better one was heard.</summary>
    public bool IsForWinner => _isForWinner;

    /// <summary>Starts holding; the successor has <paramref name="limit"/> to be heard.</summary>
    public void Begin(MonotonicTime now, TimeSpan limit)
    {
        Array.Clear(_announced);
        _missing = _addressCount;
        _successorHeard = false;
        _isForWinner = false;
        _countsFrom = now;
        Deadline = now + limit;
    }

    /// <summary>
    /// Starts holding for one that advertises already; it has <paramref name="limit"/> to announce, later than this
    /// router has <paramref name="announcedAt"/>.
    /// </summary>
    public void BeginHeard(MonotonicTime now, TimeSpan limit, MonotonicTime announcedAt)
    {
        Begin(now, limit);
        _successorHeard = true;
        _isForWinner = true;
        _countsFrom = announcedAt + ElectionTimers.CrossingTime;
    }

    /// <summary>Other addresses: the successor announces them anew, within the time that it has.</summary>
    public void ChangeAddresses(int addressCount)
    {
        _announced = new ulong[(addressCount + 63) / 64];
        _addressCount = addressCount;
        _missing = addressCount;
    }

    /// <summary>A successor advertised. The first one starts the grace; later ones do not extend it.</summary>
    public void HearSuccessor(MonotonicTime now)
    {
        if (!IsPending || _successorHeard)
            return;
        _successorHeard = true;
        Deadline = MonotonicTime.Min(Deadline, now + ElectionTimers.SuccessorGrace);
    }

    /// <summary>An address was announced by somebody else. True once that holds for every address.</summary>
    public bool HearAnnouncement(int address, MonotonicTime now)
    {
        if (!IsPending || now < _countsFrom)
            return false;
        ulong bit = 1UL << (address & 63);
        if ((_announced[address >> 6] & bit) == 0)
        {
            _announced[address >> 6] |= bit;
            _missing--;
        }

        return _missing == 0;
    }

    public void End() => Deadline = MonotonicTime.Never;

    /// <summary>See <see cref="VirtualRouter.SaveState"/>.</summary>
    public void Carry(ref StateTransfer transfer)
    {
        foreach (ref ulong announced in _announced.AsSpan())
            transfer.Carry(ref announced);
        transfer.Carry(ref _missing, 0, _addressCount);
        transfer.Carry(ref _successorHeard);
        transfer.Carry(ref _isForWinner);
        transfer.Carry(ref _countsFrom);
        MonotonicTime deadline = Deadline;
        transfer.Carry(ref deadline);
        Deadline = deadline;
    }
}
