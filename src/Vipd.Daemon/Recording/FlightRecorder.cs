using System.Numerics;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Recording;

/// <summary>
/// The last minutes of one election thread in a ring: every event as it went in, and every transition that came out.
/// Recording writes 32 bytes into memory that is there already: no lock, no allocation, no system call.
/// <code>
///   segment 0      segment 1      segment 2   ...   segment 7
///   |C----------|  |C----------|  |C---^                     C: the state of every router before the record after it
///                                      writer
/// </code>
/// </summary>
/// <remarks>
/// <para>A recording must replay to exactly what happened, wherever the ring begins. So the state is saved once each
/// segment, and a recording begins at the oldest such checkpoint that is still whole: between 7/8 of the ring and all
/// of it.</para>
/// <para>Anybody may take a recording at any time, also when the thread hangs or has died: the reader copies, then
/// looks how far the writer has come, and begins a segment later if that has been overwritten meanwhile. It touches no
/// router: they are the election thread's.</para>
/// </remarks>
public sealed class FlightRecorder
{
    /// <summary>1 MiB: 109 minutes of one router at 200 ms, 5 minutes at 10 ms.</summary>
    public const int DefaultCapacity = 1 << 15;

    private const int Segments = 8;

    /// <summary>More records than one event makes: what may be half written behind the last published one.</summary>
    private const int WriteMargin = 32;

    private readonly FlightRecord[] _ring;
    private readonly Func<MonotonicTime> _clock;
    private volatile History _history = new(0, []);
    private long _nextCheckpoint;
    private long _begun;
    private long _written;

    /// <param name="clock">Of the events; also read by whoever takes a recording.</param>
    /// <param name="capacity">Records; a power of two, at least 512.</param>
    public FlightRecorder(Func<MonotonicTime> clock, int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 512);
        if (!BitOperations.IsPow2(capacity))
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "not a power of two");
        _clock = clock;
        _ring = new FlightRecord[capacity];
    }

    private int SegmentLength => _ring.Length / Segments;

    /// <summary>
    /// Other routers, or routers with other parameters, from now on: what was recorded so far would not replay with
    /// them and is forgotten. All of them are attached anew, and then <see cref="Seal"/> is called.
    /// </summary>
    internal void Restart() => _history = new History(_written, []);

    /// <summary>Before the first event: the number that the router's events are to be recorded under.</summary>
    internal int Attach(RouterIdentity identity, RouterParameters parameters, VirtualRouter router)
    {
        History history = _history;
        if (_written != history.Begin)
            throw new InvalidOperationException("a router joins a recording before its first event");
        _history = new History(
            history.Begin, [.. history.Routers, new Recorded(identity, parameters, router, router.StateSize)]);
        _nextCheckpoint = history.Begin;
        return history.Routers.Length;
    }

    /// <summary>All routers are attached: the history begins with the state that they are in now.</summary>
    internal void Seal() => SaveCheckpoint(_written);

    /// <summary>Before the election takes the event, so that one that kills the process is in the recording.</summary>
    internal void Begin(int router, in RouterEvent routerEvent, MonotonicTime now)
    {
        long index = _written;
        if (index >= _nextCheckpoint)
            SaveCheckpoint(index);

        // Not before the record before is published: a reader concludes from that what may be half written.
        Volatile.WriteBarrier();
        _ring[index & (_ring.Length - 1)] = FlightRecord.Of(router, routerEvent, now);
        Volatile.Write(ref _begun, index + 1);
    }

    /// <summary>After it, before the actions are carried out.</summary>
    internal void End(int router, ReadOnlySpan<RouterAction> actions, MonotonicTime now)
    {
        long index = _written;
        _ring[index & (_ring.Length - 1)].Outcome = (byte)actions.Length;
        foreach (ref readonly RouterAction action in actions)
        {
            if (action.Kind == RouterActionKind.ReportTransition)
                _ring[++index & (_ring.Length - 1)] = FlightRecord.Of(router, action, now);
        }

        Volatile.Write(ref _written, index + 1);
    }

    /// <summary>What is in the ring now. From any thread.</summary>
    /// <param name="reason">For people.</param>
    /// <param name="withUnfinished">Also the event that the election has not come back from, if there is one: what a
    /// crash was about.</param>
    internal FlightRecording Take(string reason, bool withUnfinished = false)
    {
        for (int attempt = 0; attempt < Segments; attempt++)
        {
            History history = _history;
            long end = Volatile.Read(ref _written);
            bool unfinished = withUnfinished && Volatile.Read(ref _begun) > end;
            if (unfinished)
                end++;
            (long first, byte[] states) = OldestCheckpoint(history, end, attempt * SegmentLength);
            var records = new FlightRecord[end - first];
            for (int i = 0; i < records.Length; i++)
                records[i] = _ring[(first + i) & (_ring.Length - 1)];
            if (unfinished && records.Length > 0)
                records[^1].Outcome = FlightRecord.Unfinished;
            Volatile.ReadBarrier();
            if (first >= Volatile.Read(ref _written) + WriteMargin - _ring.Length && history == _history)
                return Describe(history, reason, records, states);

            // The writer came round to what was being copied: begin a segment later. Or a new history has begun.
        }

        return Describe(_history, reason, [], []);
    }

    /// <summary>The oldest that is still whole, and at least so many records away from being overwritten.</summary>
    private (long First, byte[] States) OldestCheckpoint(History history, long end, long slack) => history.Checkpoints
        .Select(checkpoint => checkpoint.Copy())
        .Where(copy => copy.First >= end + WriteMargin + slack - _ring.Length && copy.First <= end)
        .DefaultIfEmpty((end, []))
        .MinBy(copy => copy.Item1);

    private FlightRecording Describe(History history, string reason, FlightRecord[] records, byte[] states)
    {
        List<RecordedRouter> routers = [];
        int at = 0;
        foreach ((RouterIdentity identity, RouterParameters parameters, _, int stateSize) in history.Routers)
        {
            // Without a record there is no checkpoint yet, and the router is as it was made.
            byte[] state = new byte[stateSize];
            if (states.Length > 0)
                states.AsSpan(at, state.Length).CopyTo(state);
            else
                new VirtualRouter(parameters).SaveState(state);
            at += state.Length;
            routers.Add(new RecordedRouter(
                identity.Name, identity.Vrid, identity.InterfaceName, identity.Addresses, parameters, state));
        }

        return new FlightRecording(
            ProductVersion.Text, Environment.MachineName, reason, DateTimeOffset.UtcNow, _clock(), routers, records);
    }

    private void SaveCheckpoint(long index)
    {
        History history = _history;
        if (history.Checkpoints.Length == 0)
            history.MakeCheckpoints();
        Checkpoint checkpoint = history.Checkpoints[index / SegmentLength % Segments];
        checkpoint.BeginSave();
        int at = 0;
        foreach ((_, _, VirtualRouter router, int size) in history.Routers)
        {
            router.SaveState(checkpoint.States.Slice(at, size));
            at += size;
        }

        checkpoint.EndSave(index);
        _nextCheckpoint = ((index / SegmentLength) + 1) * SegmentLength;
    }

    /// <param name="Router">For the election thread alone, even to ask how large its state is.</param>
    private sealed record Recorded(
        RouterIdentity Identity, RouterParameters Parameters, VirtualRouter Router, int StateSize);

    /// <summary>Routers that stay the same, and the records since they do, from number Begin on.</summary>
    private sealed class History(long begin, Recorded[] routers)
    {
        private volatile Checkpoint[] _checkpoints = [];

        public long Begin => begin;

        public Recorded[] Routers => routers;

        /// <summary>None before the first is saved, so that a router that is attached does not make room for all that
        /// are there already.</summary>
        public Checkpoint[] Checkpoints => _checkpoints;

        /// <summary>In one array: with many routers it is a large object, which no collection moves, and of which only
        /// what was written is in memory.</summary>
        public void MakeCheckpoints()
        {
            int size = routers.Sum(recorded => recorded.StateSize);
            byte[] states = new byte[Segments * size];
            _checkpoints = [.. Enumerable.Range(0, Segments)
                .Select(number => new Checkpoint(states.AsMemory(number * size, size)))];
        }
    }

    /// <summary>The state of every router, one after the other, before a record.</summary>
    private sealed class Checkpoint(Memory<byte> states)
    {
        private const long None = long.MaxValue;

        private long _first = None;

        public Span<byte> States => states.Span;

        /// <summary>
        /// From now on it is none. That the record it stood before is about to be overwritten does not say so: where a
        /// history began in the middle of a segment, that record is good for the rest of a segment longer.
        /// </summary>
        public void BeginSave()
        {
            Volatile.Write(ref _first, None);
            Volatile.WriteBarrier();
        }

        /// <param name="first">Number of the record that comes next.</param>
        public void EndSave(long first) => Volatile.Write(ref _first, first);

        public (long First, byte[] States) Copy()
        {
            long first = Volatile.Read(ref _first);
            byte[] copy = States.ToArray();
            Volatile.ReadBarrier();
            return (Volatile.Read(ref _first) == first ? first : None, copy);
        }
    }
}
