using Vipd.Vrrp;

namespace Vipd.Daemon.Ports;

/// <summary>
/// When the leases of one router's addresses are renewed: each at a third of its lifetime, a few addresses at a time,
/// evenly over that third. A whole round at once would hold up the election (2,000 renewals take 12 ms) and flood every
/// other program that listens to the kernel's address changes.
/// </summary>
internal sealed class LeaseSchedule
{
    /// <summary>Addresses renewed at a time.</summary>
    public const int SliceLength = 8;

    /// <summary>
    /// The kernel counts a lifetime in whole timer ticks and may end it up to 20 ms early (ADDRCONF_TIMER_FUZZ_MINUS).
    /// </summary>
    public static readonly TimeSpan KernelHaste = TimeSpan.FromMilliseconds(25);

    private readonly int _addressCount;
    private readonly TimeSpan _usable;
    private readonly TimeSpan _spacing;
    private readonly TimeSpan _firstWait;

    /// <summary>One a slice: when its lease began; Never while it holds nothing.</summary>
    private readonly MonotonicTime[] _since;

    private int _next;

    /// <param name="addressCount">Of the router.</param>
    /// <param name="lease">The lifetime.</param>
    /// <param name="phase">Which part of the wait between two slices comes before the first one, so that many routers
    /// that became Active together do not renew together; above 0, up to 1.</param>
    public LeaseSchedule(int addressCount, TimeSpan lease, double phase = 1)
    {
        _addressCount = addressCount;
        _since = new MonotonicTime[(addressCount + SliceLength - 1) / SliceLength];
        _usable = lease - KernelHaste;
        _spacing = lease / 3 / _since.Length;
        _firstWait = _spacing * phase;
        Clear();
    }

    /// <summary>When the next slice is due; Never while nothing is leased.</summary>
    public MonotonicTime Deadline { get; private set; }

    /// <summary>The slice that is due next.</summary>
    public int First => _next * SliceLength;

    /// <summary>Its end, exclusive.</summary>
    public int End => Math.Min(First + SliceLength, _addressCount);

    /// <summary>Nothing is leased any more.</summary>
    public void Clear()
    {
        Array.Fill(_since, MonotonicTime.Never);
        _next = 0;
        Deadline = MonotonicTime.Never;
    }

    /// <summary>When the lease of an address began at the latest.</summary>
    public MonotonicTime Since(int address) => _since[address / SliceLength];

    /// <summary>An address was added with a whole lifetime; its slice is as old as its oldest address.</summary>
    public void Begin(int address, MonotonicTime now) => Begin(address, now, now);

    /// <summary>The same for one whose lease began earlier.</summary>
    public void Begin(int address, MonotonicTime began, MonotonicTime now)
    {
        ref MonotonicTime since = ref _since[address / SliceLength];
        since = MonotonicTime.Min(since, began);
        if (Deadline == MonotonicTime.Never)
            Deadline = now + _firstWait;
    }

    /// <summary>The next slice is due no later than that.</summary>
    public void Hurry(MonotonicTime deadline)
    {
        if (Deadline != MonotonicTime.Never)
            Deadline = MonotonicTime.Min(Deadline, deadline);
    }

    /// <summary>Whether the kernel may have ended the lease of an address by now.</summary>
    public bool IsOver(int address, MonotonicTime now) => now - _since[address / SliceLength] >= _usable;

    /// <summary>The due slice was renewed by requests that began at <paramref name="now"/>.</summary>
    public void Advance(MonotonicTime now)
    {
        if (_since[_next] != MonotonicTime.Never)
            _since[_next] = now;
        _next = (_next + 1) % _since.Length;
        Deadline += _spacing;
    }
}
