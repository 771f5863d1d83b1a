namespace Vipd.Vrrp.Election;

/// <summary>
/// What an Active Router does for its clients when it has heard another claimant: the loser's announcement may have
/// been the last one they saw, so announce at once and 20, 100 and 500 ms later. While contenders go on being heard (a
/// one-way partition, a stranger with the same address) bursts grow rarer, from one a second to one a minute; but when
/// one that was put off sees the contenders fall silent, it does not wait: what they announced last is what the clients
/// believe.
/// </summary>
internal sealed class ContentionBurst
{
    private static readonly TimeSpan[] Offsets =
        [.. new[] { 0, 20, 100, 500 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private MonotonicTime _startedAt;
    private int _step = Offsets.Length;
    private MonotonicTime _notBefore;
    private MonotonicTime _silentAt;
    private MonotonicTime _lastHeard;
    private bool _hasLeft;
    private TimeSpan _period = ShortestPeriod;

    public MonotonicTime Deadline => _step switch
    {
        0 => MonotonicTime.Min(_startedAt, _silentAt),
        _ when _step < Offsets.Length => _startedAt + Offsets[_step],
        _ => MonotonicTime.Never,
    };

    public void Reset()
    {
        _step = Offsets.Length;
        _notBefore = default;
        _silentAt = default;
        _period = ShortestPeriod;
    }

    /// <summary>
    /// A contender was heard; if it goes on it will be heard again before <paramref name="silence"/> is over.
    /// </summary>
    public void Hear(MonotonicTime now, TimeSpan silence)
    {
        _silentAt = now + (silence > ShortestSilence ? silence : ShortestSilence);
        if (now - _lastHeard > Quiet && now - _notBefore > Quiet)
            _period = ShortestPeriod;
        _lastHeard = now;
        _hasLeft = false;
        if (_step < Offsets.Length)
            return;
        _startedAt = MonotonicTime.Max(now, _notBefore);
        _notBefore = _startedAt + _period;
        _period = _period * 2 < LongestPeriod ? _period * 2 : LongestPeriod;
        _step = 0;
    }

    /// <summary>A contender was heard that resigns: it will not be heard again, but clients believe it.</summary>
    public void HearLeaving(MonotonicTime now)
    {
        Hear(now, TimeSpan.Zero);
        _hasLeft = true;
    }

    /// <summary>A contender was heard, less than its silence ago, and has not resigned.</summary>
    public bool IsHeard(MonotonicTime now) => now < _silentAt && !_hasLeft;

    /// <summary>True if an announcement of the burst is due; several that are due at once are one.</summary>
    public bool TakeDue(MonotonicTime now)
    {
        bool due = false;
        if (Deadline <= now)
            _startedAt = MonotonicTime.Min(_startedAt, now);
        while (Deadline <= now)
        {
            _step++;
            due = true;
        }

        return due;
    }

    /// <summary>See <see cref="VirtualRouter.SaveState"/>.</summary>
    public void Carry(ref StateTransfer transfer)
    {
        transfer.Carry(ref _startedAt);
        transfer.Carry(ref _step, 0, Offsets.Length);
        transfer.Carry(ref _notBefore);
        transfer.Carry(ref _silentAt);
        transfer.Carry(ref _lastHeard);
        transfer.Carry(ref _hasLeft);
        transfer.Carry(ref _period, ShortestPeriod, LongestPeriod);
    }
}
