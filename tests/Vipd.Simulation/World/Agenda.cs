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
/// The virtual clock and all that will happen; equal times keep the order in which they were entered. A heap of its
/// own: half of a run's time went into the general one's comparisons.
/// </summary>
internal sealed class Agenda
{
    private const int Arity = 4;

    private Entry[] _heap = new Entry[256];
    private int _count;
    private long _order;

    public MonotonicTime Now { get; private set; } = new(1_000_000_000_000);

    public void Enter(MonotonicTime at, in Happening happening)
    {
        if (_count == _heap.Length)
            Array.Resize(ref _heap, 2 * _count);
        var entry = new Entry(Math.Max(at.Nanoseconds, Now.Nanoseconds), _order++, happening);
        int hole = _count++;
        while (hole > 0)
        {
            int parent = (hole - 1) / Arity;
            if (!entry.IsBefore(_heap[parent]))
                break;
            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = entry;
    }

    /// <summary>
    /// Advances the clock to the next happening; false when there is none before <paramref name="end"/>.
    /// </summary>
    public bool TryTake(MonotonicTime end, out Happening happening)
    {
        happening = default;
        if (_count == 0 || _heap[0].At > end.Nanoseconds)
            return false;
        happening = _heap[0].Happening;
        Now = new MonotonicTime(_heap[0].At);
        FillRoot(_heap[--_count]);
        return true;
    }

    private void FillRoot(in Entry entry)
    {
        Entry moving = entry;
        int hole = 0;
        while (true)
        {
            int first = (hole * Arity) + 1;
            if (first >= _count)
                break;
            int best = first;
            int end = Math.Min(first + Arity, _count);
            for (int child = first + 1; child < end; child++)
            {
                if (_heap[child].IsBefore(_heap[best]))
                    best = child;
            }

            if (!_heap[best].IsBefore(moving))
                break;
            _heap[hole] = _heap[best];
            hole = best;
        }

        _heap[hole] = moving;
    }

    private readonly record struct Entry(long At, long Order, Happening Happening)
    {
        public bool IsBefore(in Entry other) => At < other.At || (At == other.At && Order < other.Order);
    }
}
