using System.Globalization;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Recording;

/// <summary>A replay as a person would tell it: one story a router, what repeats itself folded into one line.</summary>
internal sealed class Story
{
    private readonly FlightRecording _recording;
    private readonly IReadOnlyList<ReplayStep> _steps;
    private readonly TextWriter _output;
    private readonly MonotonicTime _begin;

    private Story(FlightRecording recording, IReadOnlyList<ReplayStep> steps, TextWriter output)
    {
        _recording = recording;
        _steps = steps;
        _output = output;
        _begin = steps.Count > 0 ? steps[0].Now : recording.TakenAtMonotonic;
    }

    public static void Write(FlightRecording recording, IReadOnlyList<ReplayStep> steps, TextWriter output) =>
        new Story(recording, steps, output).Write();

    private void Write()
    {
        DateTimeOffset beginning = _recording.TakenAt - (_recording.TakenAtMonotonic - _begin);
        MonotonicTime end = _steps.Count > 0 ? _steps[^1].Now : _begin;
        Line($"Recorded by vipd {_recording.Version} on {_recording.Host}: {_recording.Reason}");
        string events = Count(_steps.Count, "event");
        Line($"{events} in {Seconds(end - _begin)} s; 0.000 s is {beginning:yyyy-MM-dd HH:mm:ss.fff} UTC");
        for (int router = 0; router < _recording.Routers.Count; router++)
            WriteRouter(router);
        _output.WriteLine();
        WriteVerdict();
    }

    private void WriteRouter(int number)
    {
        RecordedRouter router = _recording.Routers[number];
        var words = new StoryWords(router);
        VirtualRouter restored = Replay.Restore(router);
        _output.WriteLine();
        Line($"{router.Name}: VRID {router.Vrid} on {router.InterfaceName}, {words.Describe(router.Parameters)}");
        Line($"{Stamp(_begin)}  {StoryWords.Beginning(restored)}");
        Priority priority = restored.Priority;
        StoryFold? fold = null;
        foreach (ReplayStep step in _steps.Where(step => step.Router == number))
        {
            bool isNews = step.Actions.Length > 0 || step.Priority != priority || step.IsUnfinished
                || step.Difference is not null;
            priority = step.Priority;
            if (!isNews && StoryWords.IsIdle(step.Event.Kind))
                continue;
            string? routine = words.Routine(step);
            if (fold?.TryAdd(step, routine) == true)
                continue;
            WriteFold(fold);
            fold = new StoryFold(step, routine);
            Line($"{Stamp(step.Now)}  {words.Tell(step)}");
            if (step.IsUnfinished)
                Line($"{StoryWords.Indent}the recording ends inside this event; what comes of it is the replay's");
            if (step.Difference is { } difference)
                Line($"{StoryWords.Indent}NOT AS RECORDED: {difference}");
        }

        WriteFold(fold);
    }

    /// <summary>The repetitions after the first, which has its own line.</summary>
    private void WriteFold(StoryFold? fold)
    {
        if (fold?.Tell() is { } repeated)
            Line($"{Stamp(fold.Last)}  … {repeated}");
    }

    private void WriteVerdict()
    {
        int transitions = _steps.Sum(step =>
            step.Actions.Count(action => action.Kind == RouterActionKind.ReportTransition));
        int different = _steps.Count(step => step.Difference is not null);
        if (different == 0)
            Line($"The replay made the same {Count(transitions, "transition")} as recorded.");
        else
            Line($"The replay differs from the recording in {Count(different, "event")}, marked NOT AS RECORDED.");
    }

    private void Line(FormattableString line) => _output.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static string Count(int number, string what) => FormattableString.Invariant($"{number} {what}")
        + (number == 1 ? "" : "s");

    private string Stamp(MonotonicTime at) => $"{Seconds(at - _begin),10} s";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture);
}
