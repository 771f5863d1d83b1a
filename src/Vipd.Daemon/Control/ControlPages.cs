using Microsoft.AspNetCore.Http;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Recording;

namespace Vipd.Daemon.Control;

/// <summary>What `control.socket` serves: for `vipd status`, `vipd drain` and their like.</summary>
/// <param name="reload">Reads the configuration anew and ends when it is in force or refused.</param>
public sealed class ControlPages(
    StatusReport report, DrainSwitch drain, FlightRecorder recorder, Func<Task<ReloadReport>>? reload = null)
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
    /// POST: read the configuration anew. Answered when it is in force: 200 and what changed; 422 and every error of
    /// the file; 409 and why this machine cannot run it. Only after 200 is anything changed.
    /// </summary>
    public const string ReloadPath = "/v1/reload";

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
            $"not found; there are {StatusPath} {RecordingPath}, and for POST {DrainPath} {UndrainPath} {ReloadPath}"),
    };

    /// <summary>Null where nothing can be done.</summary>
    public Task<Page>? Act(string path) => path switch
    {
        DrainPath => Task.FromResult(Do(drain.Drain, "draining")),
        UndrainPath => Task.FromResult(Do(drain.Undrain, "taking part")),
        ReloadPath when reload is not null => Reload(reload),
        _ => null,
    };

    private static async Task<Page> Reload(Func<Task<ReloadReport>> reload)
    {
        ReloadReport report = await reload();
        int status = report.Result switch
        {
            ReloadResult.Applied => StatusCodes.Status200OK,
            ReloadResult.BadConfiguration => StatusCodes.Status422UnprocessableEntity,
            _ => StatusCodes.Status409Conflict,
        };
        return Page.Text(status, string.Join('\n', report.Lines));
    }

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
