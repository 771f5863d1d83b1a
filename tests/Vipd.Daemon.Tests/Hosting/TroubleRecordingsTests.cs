using Microsoft.Extensions.Logging.Abstractions;
using Vipd.Daemon.Hosting;
using Vipd.Daemon.Recording;
using Vipd.Daemon.Tests.Health;
using Vipd.Daemon.Tests.Recording;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Hosting;

public sealed class TroubleRecordingsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _clock = new();
    private readonly DateTimeOffset _begin;
    private readonly SampleBoards _boards = new();
    private readonly RecordedElection _election = new();
    private readonly TroubleRecordings _recordings;

    public TroubleRecordingsTests()
    {
        _begin = _clock.GetUtcNow();
        _recordings = new TroubleRecordings(
            _election.Recorder,
            new RecordingStore([_directory.FullPath]),
            _boards.Board,
            _clock,
            NullLogger<TroubleRecordings>.Instance);
    }

    public void Dispose()
    {
        _recordings.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_storm_is_recorded_once_in_ten_minutes()
    {
        _election.Tell(RouterEvent.Startup());
        Look(seconds: 0, transitions: 10);
        Look(seconds: 61, transitions: 10);
        Assert.Equal(0, Files);
        Look(seconds: 121, transitions: 1);
        Assert.Equal(1, Files);
        for (int second = 122; second < 721; second++)
            Look(second, transitions: 1);
        Assert.Equal(1, Files);
        Look(seconds: 721, transitions: 1);
        Assert.Equal(2, Files);
    }

    [Fact]
    public void Ten_transitions_a_minute_are_no_storm()
    {
        for (int minute = 0; minute < 60; minute++)
            Look((minute * 61) + 1, transitions: 10);
        Assert.Equal(0, Files);
    }

    [Fact]
    public void A_note_that_is_no_transition_is_no_storm_either()
    {
        Look(seconds: 0, transitions: 10);
        for (int second = 1; second < 60; second++)
            Look(second, transitions: 0);
        Assert.Equal(0, Files);
    }

    [Fact]
    public void A_crash_leaves_the_event_that_the_election_died_of()
    {
        _election.Tell(RouterEvent.Startup());
        _election.Recorder.Begin(0, RouterEvent.PriorityChanged(new Priority(7)), _election.Now);
        _recordings.OnCrash(this, new UnhandledExceptionEventArgs(new InvalidOperationException("a bug"), true));
        byte[] bytes = File.ReadAllBytes(Assert.Single(Directory.GetFiles(_directory.FullPath, "*-crash.vipdrec")));
        Assert.True(RecordingReader.TryRead(bytes, out FlightRecording? recording, out _));
        Assert.Equal("the daemon died of InvalidOperationException: a bug", recording.Reason);
        ReplayStep[] steps = [.. Replay.Of(recording)];
        Assert.Equal((RouterEventKind.PriorityChanged, true), (steps[^1].Event.Kind, steps[^1].IsUnfinished));
        using var story = new StringWriter();
        Story.Write(recording, steps, story);
        Assert.Contains("priority is now 7\n              the recording ends inside this event", story.ToString(),
            StringComparison.Ordinal);
    }

    private int Files => Directory.GetFiles(_directory.FullPath, "*-storm.vipdrec").Length;

    private void Look(int seconds, int transitions)
    {
        for (int i = 0; i < transitions; i++)
            _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        _clock.Advance(TimeSpan.FromSeconds(seconds) - (_clock.GetUtcNow() - _begin));
        _recordings.Look(_boards.Board.Routers[0].Identity.Name);
    }
}
