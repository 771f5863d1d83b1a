using Microsoft.AspNetCore.Http;

namespace Vipd.Daemon.Control;

/// <summary>What `control.socket` serves: for `vipd status` and its like.</summary>
public sealed class ControlPages(StatusReport report)
{
    /// <summary>Answers with a <see cref="StatusDocument"/>.</summary>
    public const string StatusPath = "/v1/status";

    public Page Find(string path) => path == StatusPath
        ? new Page(StatusCodes.Status200OK, "application/json", report.MakeJson())
        : Page.Text(StatusCodes.Status404NotFound, $"not found; there is {StatusPath}");
}
