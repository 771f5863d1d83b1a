using System.Buffers;
using System.Text;
using System.Text.Json;
using Vipd.Daemon.Observability;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Recording;

/// <summary>
/// `vipd replay -o json`: every event, nothing folded. A contract: fields may be added, none is renamed or changes its
/// unit. Times are seconds from the first event, durations are seconds, states and causes are spelled as in the
/// metrics.
/// </summary>
internal static class ReplayJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static string Write(FlightRecording recording, IReadOnlyList<ReplayStep> steps)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            json.WriteString("version", recording.Version);
            json.WriteString("host", recording.Host);
            json.WriteString("reason", recording.Reason);
            json.WriteString("takenAt", recording.TakenAt);
            json.WriteBoolean("sameAsRecorded", steps.All(step => step.Difference is null));
            json.WriteStartArray("virtualRouters");
            foreach (RecordedRouter router in recording.Routers)
                WriteRouter(json, router);
            json.WriteEndArray();
            json.WriteStartArray("events");
            foreach (ReplayStep step in steps)
                WriteStep(json, recording.Routers[step.Router], step, steps[0].Now);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteRouter(Utf8JsonWriter json, RecordedRouter router)
    {
        json.WriteStartObject();
        json.WriteString("name", router.Name);
        json.WriteNumber("vrid", router.Vrid.Value);
        json.WriteString("interface", router.InterfaceName);
        json.WriteString("primaryAddress", router.Parameters.PrimaryAddress.ToString());
        json.WriteNumber("configuredPriority", router.Parameters.Priority.Value);
        json.WriteString("stateAtBegin", Labels.Of(Replay.Restore(router).State));
        json.WriteStartArray("addresses");
        foreach (InternetAddress address in router.Addresses)
            json.WriteStringValue(address.ToString());
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter json, RecordedRouter router, ReplayStep step, MonotonicTime begin)
    {
        RouterEvent happened = step.Event;
        json.WriteStartObject();
        json.WriteNumber("atSeconds", (step.Now - begin).TotalSeconds);
        json.WriteString("router", router.Name);
        json.WriteString("event", JsonNamingPolicy.CamelCase.ConvertName(happened.Kind.ToString()));
        switch (happened.Kind)
        {
            case RouterEventKind.Startup or RouterEventKind.Shutdown:
                json.WriteString("cause", Labels.Of(happened.Cause));
                break;
            case RouterEventKind.AdvertisementReceived:
                json.WriteString("sender", happened.Sender.ToString());
                json.WriteNumber("priority", happened.Priority.Value);
                json.WriteNumber("intervalSeconds", happened.MaxAdvertiseInterval.ToTimeSpan().TotalSeconds);
                break;
            case RouterEventKind.PriorityChanged:
                json.WriteNumber("priority", happened.Priority.Value);
                break;
            case RouterEventKind.FaultRaised or RouterEventKind.FaultCleared:
                json.WriteString("fault", JsonNamingPolicy.CamelCase.ConvertName(happened.Fault.ToString()));
                break;
            case RouterEventKind.AnnouncementHeard:
                json.WriteString("address", router.Addresses[happened.Address].ToString());
                json.WriteBoolean("atVirtualMac", happened.AtVirtualMac);
                break;
            case RouterEventKind.AddressLost or RouterEventKind.AddressRefused:
                json.WriteString("address", router.Addresses[happened.Address].ToString());
                break;
        }

        json.WriteString("state", Labels.Of(step.After));
        json.WriteStartArray("actions");
        foreach (RouterAction action in step.Actions)
            WriteAction(json, action);
        json.WriteEndArray();
        if (step.Difference is { } difference)
            json.WriteString("difference", difference);
        json.WriteEndObject();
    }

    private static void WriteAction(Utf8JsonWriter json, in RouterAction action)
    {
        json.WriteStartObject();
        json.WriteString("action", JsonNamingPolicy.CamelCase.ConvertName(action.Kind.ToString()));
        switch (action.Kind)
        {
            case RouterActionKind.SendAdvertisement:
                json.WriteNumber("priority", action.Priority.Value);
                break;
            case RouterActionKind.AddAddresses or RouterActionKind.Announce:
                json.WriteNumber("first", action.First);
                json.WriteNumber("count", action.Count);
                break;
            case RouterActionKind.ReportTransition:
                json.WriteString("from", Labels.Of(action.From));
                json.WriteString("to", Labels.Of(action.To));
                json.WriteString("cause", Labels.Of(action.Cause));
                break;
        }

        json.WriteEndObject();
    }
}
