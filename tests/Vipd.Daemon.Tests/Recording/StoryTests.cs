using System.Text.Json;
using Vipd.Daemon.Recording;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Recording;

/// <summary>What `vipd replay` prints, word for word.</summary>
public sealed class StoryTests
{
    [Fact]
    public void A_take_over_and_a_handover_read_as_a_story()
    {
        FlightRecording recording = TakeOverAndHandover();
        using var output = new StringWriter();
        Story.Write(recording, [.. Replay.Of(recording)], output);
        Assert.Equal(
            """
            Recorded by vipd 1.2.3 on m1: asked for
            181 events in 41.150 s; 0.000 s is 2026-03-01 12:00:00.000 UTC

            apiserver: VRID 51 on eth0, 192.0.2.11, priority 100, every 200 ms, 1 address
                 0.000 s  begins in Initialize with priority 100
                 0.000 s  told to take part: Initialize -> Backup (started)
                 0.200 s  heard 192.0.2.12 with priority 100
                29.800 s  … 148 Advertisements from 192.0.2.12 with priority 100, every 200 ms
                30.525 s  waited 725 ms, claims:
                          Backup -> Active (the Active Router is silent), advertised with priority 100
                30.525 s  added 1 address
                30.525 s  announced 1 address
                32.725 s  … 11 Advertisements sent with priority 100, every 200 ms; announced 5 times more
                32.800 s  priority is now 60
                32.800 s  advertised with priority 60
                32.900 s  heard 192.0.2.12 with priority 100:
                          advertised with priority 60, Active -> Backup (another router has the higher priority)
                32.902 s  heard somebody else announce 192.0.2.100: removed the addresses
                33.100 s  heard 192.0.2.12 with priority 100
                33.100 s  the interface cannot be used: Backup -> Fault (the interface is down)
                41.100 s  the interface can be used again: Fault -> Backup (the interface is up again)
                41.100 s  heard 192.0.2.12 resign
                41.134 s  waited 34 ms, claims:
                          Backup -> Active (the Active Router resigned), advertised with priority 60
                41.134 s  added 1 address
                41.134 s  announced 1 address
                41.150 s  192.0.2.100 was taken off eth0: added 1 address, announced 1 address
                41.150 s  told to stop (planned stop): resigned, Active -> Initialize (planned stop)

            The replay made the same 7 transitions as recorded.

            """.ReplaceLineEndings("\n"),
            output.ToString());
    }

    [Fact]
    public void A_replay_that_differs_says_where()
    {
        FlightRecording recording = TakeOverAndHandover();
        FlightRecord[] without = [.. recording.Records.ToArray().Where(record => !record.IsTransition)];
        recording = recording with { Records = without };
        using var output = new StringWriter();
        Story.Write(recording, [.. Replay.Of(recording)], output);
        Assert.Contains("NOT AS RECORDED: recorded: no transition; replayed: Backup -> Active", output.ToString(),
            StringComparison.Ordinal);
        Assert.EndsWith("differs from the recording in 7 events, marked NOT AS RECORDED.\n", output.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_every_event()
    {
        FlightRecording recording = TakeOverAndHandover();
        ReplayStep[] steps = [.. Replay.Of(recording)];
        using JsonDocument json = JsonDocument.Parse(ReplayJson.Write(recording, steps));
        JsonElement events = json.RootElement.GetProperty("events");
        Assert.True(json.RootElement.GetProperty("sameAsRecorded").GetBoolean());
        Assert.Equal(steps.Length, events.GetArrayLength());
        Assert.Equal(
            """
            {"atSeconds":0.2,"router":"apiserver","event":"advertisementReceived","sender":"192.0.2.12",
            "priority":100,"intervalSeconds":0.2,"state":"backup","actions":[]}
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(events[1]));
    }

    private static FlightRecording TakeOverAndHandover()
    {
        var election = new RecordedElection();
        MonotonicTime begin = election.Now;
        election.Tell(RouterEvent.Startup());
        for (int i = 0; i < 149; i++)
        {
            election.Wait(200);
            election.Hear(100);
        }

        election.Run(3000);
        election.Tell(RouterEvent.PriorityChanged(new Priority(60)));
        election.Run(100);
        election.Hear(100);
        election.Wait(2);
        election.Tell(RouterEvent.AnnouncementHeard(0));
        election.Run(198);
        election.Hear(100);
        election.Tell(RouterEvent.FaultRaised(RouterFaults.Interface));
        election.Wait(8000);
        election.Tell(RouterEvent.FaultCleared(RouterFaults.Check));
        election.Tell(RouterEvent.FaultCleared(RouterFaults.Interface));
        election.Hear(0);
        election.Run(50);
        election.Tell(RouterEvent.AddressLost(0));
        election.Tell(RouterEvent.Shutdown());
        return election.Recorder.Take("asked for") with
        {
            Version = "1.2.3",
            Host = "m1",
            TakenAt = SampleBoards.Start + (election.Now - begin),
        };
    }
}
