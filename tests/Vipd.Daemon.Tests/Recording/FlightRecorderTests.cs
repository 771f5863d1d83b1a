using Vipd.Daemon.Recording;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Recording;

public sealed class FlightRecorderTests
{
    [Fact]
    public void A_recording_replays_to_the_same_transitions_whatever_happened()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var election = new RecordedElection(routers: random.Next(1, 4), addresses: random.Next(1, 80));
            election.TellAnything(random, random.Next(1, 800));
            FlightRecording recording = ThroughBytes(election.Recorder.Take("test"));
            ReplayStep[] steps = [.. Replay.Of(recording)];
            ReplayStep? different = steps.FirstOrDefault(step => step.Difference is not null);
            Assert.True(different is null, $"seed {seed}: {different}");
            (int Router, RouterAction)[] replayed = [.. steps.SelectMany(step => step.Actions
                .Where(action => action.Kind == RouterActionKind.ReportTransition)
                .Select(action => (step.Router, action)))];
            Assert.Equal(election.Transitions.TakeLast(replayed.Length), replayed);
        }
    }

    [Fact]
    public void A_full_ring_keeps_at_least_seven_eighths_and_the_last_event()
    {
        var election = new RecordedElection();
        election.Tell(RouterEvent.Startup());
        for (int i = 0; i < 5000; i++)
        {
            election.Wait(200);
            election.Hear(100);
            if (i < 600)
                continue;
            ReadOnlySpan<FlightRecord> records = election.Recorder.Take("test").Records.Span;
            Assert.InRange(records.Length, 512 - 64 - 32, 512);
            Assert.Equal(election.Now, records[^1].Now);
        }

        ReplayStep[] steps = [.. Replay.Of(election.Recorder.Take("test"))];
        Assert.All(steps, step => Assert.Equal(RouterState.Backup, step.Before));
        Assert.All(steps, step => Assert.Null(step.Difference));
    }

    [Fact]
    public void Room_for_the_state_of_all_routers_is_made_once_not_with_each_that_is_attached()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var election = new RecordedElection(routers: 255);
        election.Tell(RouterEvent.Startup());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void A_recorder_that_has_seen_nothing_gives_an_empty_recording()
    {
        FlightRecording recording = ThroughBytes(new RecordedElection(routers: 2).Recorder.Take("test"));
        Assert.Equal(["apiserver", "other-1"], recording.Routers.Select(router => router.Name));
        Assert.Empty(Replay.Of(recording));
        Assert.Equal(RouterState.Initialize, Replay.Restore(recording.Routers[0]).State);
    }

    [Fact]
    public void A_recording_that_was_changed_does_not_replay_to_the_same()
    {
        var election = new RecordedElection();
        election.Tell(RouterEvent.Startup());
        election.Run(2000);
        FlightRecording recording = election.Recorder.Take("test");
        Assert.DoesNotContain(Replay.Of(recording), step => step.Difference is not null);
        FlightRecord[] records = recording.Records.ToArray();
        int claim = Array.FindLastIndex(records, record => record.IsTransition);
        FlightRecord[] without = [.. records[..claim], .. records[(claim + 1)..]];
        ReplayStep first = Replay.Of(recording with { Records = without }).First(step => step.Difference is not null);
        Assert.StartsWith("recorded: no transition; replayed: Backup -> Active (ActiveDown", first.Difference);
    }

    [Fact]
    public void An_event_that_the_election_never_came_back_from_is_in_the_recording_of_a_crash()
    {
        var election = new RecordedElection();
        election.Tell(RouterEvent.Startup());
        election.Recorder.Begin(0, RouterEvent.PriorityChanged(new Priority(7)), election.Now);
        Assert.Single(Replay.Of(ThroughBytes(election.Recorder.Take("test"))));
        ReplayStep[] steps = [.. Replay.Of(ThroughBytes(election.Recorder.Take("crash", withUnfinished: true)))];
        Assert.Equal(RouterEvent.PriorityChanged(new Priority(7)), steps[^1].Event);
        Assert.All(steps, step => Assert.Null(step.Difference));
    }

    [Fact]
    public void A_new_history_begins_with_the_state_that_the_routers_are_in_and_replays()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var election = new RecordedElection(routers: 2, addresses: 3);
            election.TellAnything(random, random.Next(1, 800));
            election.Reconfigure(addresses: random.Next(1, 80));
            FlightRecording still = ThroughBytes(election.Recorder.Take("test"));
            Assert.Empty(Replay.Of(still));
            Assert.Equal(
                election.Routers.Select(router => router.State),
                still.Routers.Select(router => Replay.Restore(router).State));
            election.TellAnything(random, random.Next(1, 800));
            ReplayStep[] steps = [.. Replay.Of(ThroughBytes(election.Recorder.Take("test")))];
            ReplayStep? different = steps.FirstOrDefault(step => step.Difference is not null);
            Assert.True(different is null, $"seed {seed}: {different}");
        }
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        var election = new RecordedElection(routers: 3, addresses: 70);
        var advertisement = RouterEvent.AdvertisementReceived(new Priority(100), RecordedElection.Peer, new(20));
        RouterAction[] actions =
        [
            RouterAction.ReportTransition(default, RouterState.Backup, TransitionCause.Startup, election.Now),
        ];
        Allocation.None(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                election.Recorder.Begin(0, advertisement, election.Now);
                election.Recorder.End(0, actions, election.Now);
            }
        });
    }

    [Fact]
    public void A_recording_taken_while_the_election_goes_on_is_whole()
    {
        var election = new RecordedElection(routers: 2, addresses: 3, FlightRecorder.DefaultCapacity);
        int longest = 0;
        using var stop = new CancellationTokenSource();
        var writer = new Thread(() =>
        {
            var random = new Random(5);
            while (!stop.IsCancellationRequested)
                election.TellAnything(random, 100);
        });
        writer.Start();
        try
        {
            // Before the ring has come round there is nothing that could be torn.
            Assert.True(SpinWait.SpinUntil(
                () => election.Told > 2 * FlightRecorder.DefaultCapacity, TimeSpan.FromSeconds(30)));
            // This writer comes round in milliseconds, the daemon's in minutes: where this thread is kept waiting for
            // as long, a copy is overtaken and the recording empty, which is whole too, but proves nothing.
            long deadline = Environment.TickCount64 + 30_000;
            for (int i = 0; i < 8 || (longest < FlightRecorder.DefaultCapacity / 2
                && Environment.TickCount64 < deadline); i++)
            {
                FlightRecording recording = election.Recorder.Take("test", withUnfinished: i % 2 == 0);
                Assert.DoesNotContain(Replay.Of(ThroughBytes(recording)), step => step.Difference is not null);
                longest = Math.Max(longest, recording.Records.Length);
            }
        }
        finally
        {
            stop.Cancel();
            writer.Join();
        }

        Assert.InRange(longest, FlightRecorder.DefaultCapacity / 2, FlightRecorder.DefaultCapacity);
    }

    [Fact]
    public void Who_takes_recordings_changes_nothing_in_the_election_that_goes_on()
    {
        var watched = new RecordedElection(routers: 20, addresses: 80);
        var alone = new RecordedElection(routers: 20, addresses: 80);
        WhileRecordingsAreTaken(watched, judge: null, () =>
        {
            for (int seed = 0; seed < 300; seed++)
            {
                watched.TellAnything(new Random(seed), 1000);
                alone.TellAnything(new Random(seed), 1000);
                Assert.Equal(alone.Transitions, watched.Transitions);
                watched.Transitions.Clear();
                alone.Transitions.Clear();
            }
        });
    }

    [Fact]
    public void A_recording_taken_while_new_histories_begin_is_whole()
    {
        var election = new RecordedElection(routers: 40, addresses: 3);
        WhileRecordingsAreTaken(
            election,
            recording => Assert.DoesNotContain(Replay.Of(recording), step => step.Difference is not null),
            () =>
            {
                var random = new Random(7);
                for (int i = 0; i < 1500; i++)
                {
                    election.Reconfigure(addresses: random.Next(1, 80));

                    // A history begins anywhere in a segment; its first checkpoint is written over a round later.
                    election.TellAnything(random, random.Next(400, 700));
                }
            });
    }

    /// <summary>What the election does, with a thread beside it that takes one recording after the other.</summary>
    private static void WhileRecordingsAreTaken(
        RecordedElection election, Action<FlightRecording>? judge, Action goOn)
    {
        using var stop = new CancellationTokenSource();
        Task reader = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    FlightRecording recording = election.Recorder.Take("test");
                    judge?.Invoke(recording);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            goOn();
        }
        finally
        {
            stop.Cancel();
            reader.GetAwaiter().GetResult();
        }
    }

    /// <summary>Written, read back, and written again to the same bytes.</summary>
    private static FlightRecording ThroughBytes(FlightRecording recording)
    {
        byte[] bytes = RecordingWriter.Write(recording);
        Assert.True(RecordingReader.TryRead(bytes, out FlightRecording? read, out string? error), error);
        Assert.Equal(bytes, RecordingWriter.Write(read));
        return read;
    }
}
