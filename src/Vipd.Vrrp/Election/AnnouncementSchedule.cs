namespace Vipd.Vrrp.Election;

/// <summary>
/// When an Active Router repeats its announcements: at the times configured after its take-over, then slowly for ever,
/// and in a short burst whenever another claimant was heard. The claim itself announces each address the first time.
/// </summary>
internal sealed class AnnouncementSchedule(RouterParameters parameters)
{
    private const int NoRound = -1;

    private readonly ContentionBurst _contention = new();
    private RouterParameters _parameters = parameters;
    private MonotonicTime _takenOverAt;
    private MonotonicTime _nextRepeat = MonotonicTime.Never;
    private int _repeat;
    private int _cursor = NoRound;
    private MonotonicTime _roundDeadline = MonotonicTime.Never;

    /// <summary>When there is something to announce.</summary>
    public MonotonicTime Deadline =>
        _cursor != NoRound ? _roundDeadline : MonotonicTime.Min(_nextRepeat, _contention.Deadline);

    public void Begin(MonotonicTime takenOverAt)
    {
        _takenOverAt = takenOverAt;
        _repeat = 0;
        _cursor = NoRound;
        _contention.Reset();
        ScheduleRepeat(takenOverAt);
    }

    /// <summary>
    /// Other times to announce at; they count from the take-over, if there is one now, and are not made up for.
    /// </summary>
    public void Reconfigure(RouterParameters parameters, bool isActive, MonotonicTime now)
    {
        bool isChanged = parameters.AnnounceRefresh != _parameters.AnnounceRefresh ||
            !parameters.AnnounceAfter.AsSpan().SequenceEqual(_parameters.AnnounceAfter.AsSpan());
        _parameters = parameters;
        if (!isChanged)
            return;
        _repeat = 0;
        if (isActive)
            ScheduleRepeat(now);
    }

    public void Cancel()
    {
        _nextRepeat = MonotonicTime.Never;
        _cursor = NoRound;
        _contention.Reset();
    }

    /// <summary>
    /// Another router claims the addresses too: announce at once and shortly after, within limits; and after <paramref
    /// name="silence"/>.
    /// </summary>
    public void HearContender(MonotonicTime now, TimeSpan silence) => _contention.Hear(now, silence);

    /// <summary>Another Active Router resigns: announce as well, but it is no contender any more.</summary>
    public void HearLeaving(MonotonicTime now) => _contention.HearLeaving(now);

    /// <summary>One was heard, and has not been silent for long enough to be gone.</summary>
    public bool HasContender(MonotonicTime now) => _contention.IsHeard(now);

    /// <summary>The announcements due now, at most <see cref="Claim.StepSize"/>; none if Count is 0.</summary>
    public RouterAction Step(MonotonicTime now)
    {
        if (_cursor == NoRound)
        {
            bool due = _contention.TakeDue(now);
            if (_nextRepeat <= now)
            {
                due = true;
                ScheduleRepeat(now);
            }

            if (!due)
                return default;
            _cursor = 0;
        }

        int count = Math.Min(Claim.StepSize, _parameters.AddressCount - _cursor);
        RouterAction action = RouterAction.Announce(_cursor, count);
        _cursor = _cursor + count < _parameters.AddressCount ? _cursor + count : NoRound;
        _roundDeadline = now;
        return action;
    }

    /// <summary>The next repetition later than now; those that were missed are not made up for.</summary>
    private void ScheduleRepeat(MonotonicTime now)
    {
        while (_repeat < _parameters.AnnounceAfter.Length && _takenOverAt + _parameters.AnnounceAfter[_repeat] <= now)
            _repeat++;
        if (_repeat < _parameters.AnnounceAfter.Length)
            _nextRepeat = _takenOverAt + _parameters.AnnounceAfter[_repeat];
        else
            _nextRepeat = _parameters.AnnounceRefresh > TimeSpan.Zero
                ? now + _parameters.AnnounceRefresh
                : MonotonicTime.Never;
    }

    /// <summary>See <see cref="VirtualRouter.SaveState"/>.</summary>
    public void Carry(ref StateTransfer transfer)
    {
        _contention.Carry(ref transfer);
        transfer.Carry(ref _takenOverAt);
        transfer.Carry(ref _nextRepeat);
        transfer.Carry(ref _repeat, 0, _parameters.AnnounceAfter.Length);
        transfer.Carry(ref _cursor, NoRound, _parameters.AddressCount - 1);
        transfer.Carry(ref _roundDeadline);
    }
}
