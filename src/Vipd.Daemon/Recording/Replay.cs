using System.Collections.Immutable;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Recording;

/// <summary>One event of a recording and what the election makes of it now.</summary>
/// <param name="Router">Number in the recording.</param>
/// <param name="Before">The router's state before.</param>
/// <param name="WaitingSince">When the deadline that was next before this event was set; null if that was before the
/// recording begins.</param>
/// <param name="IsUnfinished">The recorded process ended inside this event.</param>
/// <param name="Difference">Null if the recording says the same.</param>
internal sealed record ReplayStep(
    int Router,
    MonotonicTime Now,
    RouterEvent Event,
    RouterState Before,
    RouterState After,
    Priority Priority,
    MonotonicTime? WaitingSince,
    ImmutableArray<RouterAction> Actions,
    bool IsUnfinished,
    string? Difference);

/// <summary>A recording, played through the election of this vipd.</summary>
internal sealed class Replay
{
    private readonly FlightRecording _recording;
    private readonly VirtualRouter[] _routers;
    private readonly MonotonicTime?[] _waitingSince;

    private Replay(FlightRecording recording)
    {
        _recording = recording;
        _routers = [.. recording.Routers.Select(Restore)];
        _waitingSince = new MonotonicTime?[_routers.Length];
    }

    /// <summary>Every event, in order.</summary>
    public static IEnumerable<ReplayStep> Of(FlightRecording recording) => new Replay(recording).Run();

    /// <summary>The state that a router of the recording begins in.</summary>
    public static VirtualRouter Restore(RecordedRouter router) =>
        VirtualRouter.TryRestore(router.Parameters, router.State.Span, out VirtualRouter? restored)
            ? restored
            : throw new ArgumentException("a state that RecordingReader would refuse", nameof(router));

    private IEnumerable<ReplayStep> Run()
    {
        for (int i = 0; i < _recording.Records.Length;)
        {
            FlightRecord record = _recording.Records.Span[i++];
            if (!record.TryGetEvent(out RouterEvent routerEvent))
                continue; // Transitions before the first event belong to nothing.
            List<RouterAction> recorded = [];
            while (i < _recording.Records.Length && _recording.Records.Span[i].TryGetTransition(out RouterAction next))
            {
                recorded.Add(next);
                i++;
            }

            yield return Play(record, routerEvent, recorded);
        }
    }

    private ReplayStep Play(in FlightRecord record, in RouterEvent routerEvent, List<RouterAction> recorded)
    {
        VirtualRouter router = _routers[record.Router];
        RouterState before = router.State;
        MonotonicTime due = router.NextDeadline;
        MonotonicTime? waitingSince = _waitingSince[record.Router];
        ImmutableArray<RouterAction> actions;
        try
        {
            actions = [.. router.Handle(routerEvent, record.Now)];
        }
#pragma warning disable CA1031 // What killed the daemon kills it again here; that is what is to be told.
        catch (Exception bug) when (record.Outcome == FlightRecord.Unfinished)
#pragma warning restore CA1031
        {
            return new ReplayStep(
                record.Router, record.Now, routerEvent, before, router.State, router.Priority, waitingSince, [], true,
                $"the election dies here again: {bug.GetType().Name}: {bug.Message}");
        }

        if (router.NextDeadline != due)
            _waitingSince[record.Router] = record.Now;
        return new ReplayStep(
            record.Router, record.Now, routerEvent, before, router.State, router.Priority, waitingSince, actions,
            record.Outcome == FlightRecord.Unfinished, Compare(record.Outcome, recorded, actions));
    }

    private static string? Compare(byte outcome, List<RouterAction> recorded, ImmutableArray<RouterAction> actions)
    {
        if (outcome == FlightRecord.Unfinished)
            return null; // The process ended inside this event: there is nothing to compare with.
        RouterAction[] made = [.. actions.Where(action => action.Kind == RouterActionKind.ReportTransition)];
        if (!recorded.SequenceEqual(made))
            return $"recorded: {Describe(recorded)}; replayed: {Describe(made)}";
        return outcome == actions.Length ? null : $"recorded: {outcome} actions; replayed: {actions.Length}";
    }

    private static string Describe(IReadOnlyCollection<RouterAction> transitions) => transitions.Count == 0
        ? "no transition"
        : string.Join(", ", transitions.Select(at => $"{at.From} -> {at.To} ({at.Cause}, due at {at.Trigger})"));
}
