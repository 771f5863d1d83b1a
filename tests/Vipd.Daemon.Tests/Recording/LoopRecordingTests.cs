using Vipd.Daemon.Recording;
using Vipd.Daemon.Runtime;
using Vipd.Daemon.Tests.Runtime;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp.Election;
using Node = Vipd.Daemon.Tests.Runtime.ElectionLoopTests.Node;

namespace Vipd.Daemon.Tests.Recording;

/// <summary>Recordings of election threads at work, with the kernel's time and the kernel's packets.</summary>
public sealed class LoopRecordingTests
{
    [NetnsFact]
    public void What_two_loops_did_through_take_over_and_handover_replays_to_the_same_transitions() =>
        TestNetwork.Run(network =>
        {
            network.AddCable();
            using var home = new Node("v0", NetworkPlans.Home, priority: 150);
            using Node peer = network.InPeer(() => new Node("v1", NetworkPlans.Peer, priority: 100));
            home.Start();
            TestNetwork.Eventually(() => home.IsActive && home.Holds);
            peer.Start();
            TestNetwork.Eventually(() => peer.Board.Current.ActiveRouter == NetworkPlans.Home);
            home.Loop.Inbox.Post(new LoopMessage.Drain());
            TestNetwork.Eventually(() => peer.IsActive && peer.Holds && !home.Holds);
            home.Loop.Inbox.Post(new LoopMessage.Undrain());
            TestNetwork.Eventually(() => home.IsActive && home.Holds && !peer.Holds);
            home.Loop.Inbox.Post(new LoopMessage.HealthChanged(0, 80, Fault: false, ["check a is down: 80"]));
            TestNetwork.Eventually(() => peer.IsActive && peer.Holds && !home.Holds);
            peer.Loop.Inbox.Post(new LoopMessage.Stop(TransitionCause.Shutdown));
            TestNetwork.Eventually(() => home.IsActive && home.Holds && peer.Loop.Ended.IsCompleted);

            // The home loop is still running while its recording is taken.
            AssertReplays(home, atLeast: 7);
            AssertReplays(peer, atLeast: 5);
        });

    private static void AssertReplays(Node node, int atLeast)
    {
        TransitionRecord[] shown = [.. node.Board.Transitions];
        byte[] bytes = RecordingWriter.Write(node.Loop.Recorder.Take("test"));
        Assert.True(RecordingReader.TryRead(bytes, out FlightRecording? recording, out string? error), error);
        ReplayStep[] steps = [.. Replay.Of(recording)];
        Assert.DoesNotContain(steps, step => step.Difference is not null);
        (RouterState, RouterState, TransitionCause)[] replayed = [.. steps.SelectMany(step => step.Actions)
            .Where(action => action.Kind == RouterActionKind.ReportTransition)
            .Select(action => (action.From, action.To, action.Cause))];
        Assert.Equal(shown.Select(transition => (transition.From, transition.To, transition.Cause)), replayed);
        Assert.True(replayed.Length >= atLeast, $"{replayed.Length} transitions");
    }
}
