using Vipd.Vrrp;

namespace Vipd.Simulation.World;

/// <summary>What the world does next.</summary>
internal enum HappeningKind : byte
{
    /// <summary>A frame arrives at <see cref="Happening.Target"/>.</summary>
    Delivery,

    /// <summary>The election thread of a node returns from its sleep.</summary>
    Wake,

    /// <summary>A kernel lease may have ended.</summary>
    LeaseEnd,

    /// <summary>The next fault of the schedule.</summary>
    Fault,

    /// <summary>Nothing happens; the rules are checked.</summary>
    Look,
}

/// <summary>
/// One entry of the agenda. <paramref name="Target"/> is a node's number, the client's, or an index of the schedule.
/// </summary>
internal readonly record struct Happening(HappeningKind Kind, int Target, Frame Frame = default);

/// <summary>
/// The virtual clock and all that will happen; equal times keep the order in which they were entered.
/// </summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Happening, (long Nanoseconds, long Order)> _queue = new();
    private long _order;

    public MonotonicTime Now { get; private set; } = new(1_000_000_000_000);

    public void Enter(MonotonicTime at, in Happening happening) =>
        _queue.Enqueue(happening, (Math.Max(at.Nanoseconds, Now.Nanoseconds), _order++));

    /// <summary>
    /// Advances the clock to the next happening; false when there is none before <paramref name="end"/>.
    /// </summary>
    public bool TryTake(MonotonicTime end, out Happening happening)
    {
        if (!_queue.TryPeek(out happening, out (long Nanoseconds, long Order) at) || at.Nanoseconds > end.Nanoseconds)
            return false;
        _queue.Dequeue();
        Now = new MonotonicTime(at.Nanoseconds);
        return true;
    }
}
