using Microsoft.AspNetCore.Http;
using Vipd.Daemon.Recording;

namespace Vipd.Daemon.Control;

/// <summary>What `control.socket` serves: for `vipd status`, `vipd drain` and their like.</summary>
public sealed class ControlPages(StatusReport report, DrainSwitch drain, FlightRecorder recorder)
{
    /// <summary>Answers GET with a <see cref="StatusDocument"/>.</summary>
    public const string StatusPath = "/v1/status";

    /// <summary>
    /// POST: hand everything over, and stay out. Answered when it has begun; the status tells the rest.
    /// </summary>
    public const string DrainPath = "/v1/drain";

    /// <summary>POST: take part again.</summary>
    public const string UndrainPath = "/v1/undrain";

    /// <summary>
    /// GET: a recording of the last minutes. Taking one changes nothing.
    /// </summary>
    public const string RecordingPath = "/v1/recording";

    public Page Find(string path) => path switch
    {
        StatusPath => new Page(StatusCodes.Status200OK, "application/json", report.MakeJson()),
        RecordingPath => new Page(
            StatusCodes.Status200OK, RecordingFormat.MediaType, RecordingWriter.Write(recorder.Take("asked for"))),
        _ => Page.Text(
            StatusCodes.Status404NotFound,
            $"not found; there are {StatusPath} {RecordingPath}, and for POST {DrainPath} {UndrainPath}"),
    };

    /// <summary>Null where nothing can be done.</summary>
    public Page? Act(string path) => path switch
    {
        DrainPath => Do(drain.Drain, "draining"),
        UndrainPath => Do(drain.Undrain, "taking part"),
        _ => null,
    };

    private static Page Do(Action action, string begun)
    {
        try
        {
            action();
            return Page.Text(StatusCodes.Status202Accepted, begun);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return Page.Text(
                StatusCodes.Status500InternalServerError,
                $"{refused.Message.TrimEnd('.')}; nothing has been changed");
        }
    }
}
