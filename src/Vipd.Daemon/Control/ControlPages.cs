using Microsoft.AspNetCore.Http;
using Vipd.Daemon.Recording;

namespace Vipd.Daemon.Control;

/// <summary>What `control.socket` serves: for `vipd status` and its like.</summary>
public sealed class ControlPages(StatusReport report, FlightRecorder recorder)
{
    /// <summary>Answers with a <see cref="StatusDocument"/>.</summary>
    public const string StatusPath = "/v1/status";

    /// <summary>
    /// Answers with a recording of the last minutes. Taking one changes nothing, so that it is a GET.
    /// </summary>
    public const string RecordingPath = "/v1/recording";

    public Page Find(string path) => path switch
    {
        StatusPath => new Page(StatusCodes.Status200OK, "application/json", report.MakeJson()),
        RecordingPath => new Page(
            StatusCodes.Status200OK, RecordingFormat.MediaType, RecordingWriter.Write(recorder.Take("asked for"))),
        _ => Page.Text(StatusCodes.Status404NotFound, $"not found; there are {StatusPath} and {RecordingPath}"),
    };
}
