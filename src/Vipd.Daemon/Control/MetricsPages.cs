using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Control;

/// <summary>What `metrics.listen` serves: for Prometheus, load balancers and people, read-only.</summary>
public sealed class MetricsPages(
    StatusBoard board, LoopLiveness liveness, PrometheusExposition exposition, StatusReport report)
{
    private const string ActivePrefix = "/active/";

    public Page Find(string path) => path switch
    {
        "/" => StatusPage(),
        "/metrics" => Metrics(),
        "/healthz" => Health(),
        "/readyz" => Readiness(),
        _ when path.StartsWith(ActivePrefix, StringComparison.Ordinal) => ActiveState(path[ActivePrefix.Length..]),
        _ => Page.Text(StatusCodes.Status404NotFound, "not found; there are / /metrics /healthz /readyz /active/NAME"),
    };

    private static Page Verdict(bool good, string line) =>
        Page.Text(good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, line);

    private Page Metrics() =>
        new(StatusCodes.Status200OK, PrometheusExposition.ContentType, default) { WriteBody = exposition.WriteTo };

    private Page Health() => liveness.IsAlive
        ? Verdict(true, "ok")
        : Verdict(false, string.Create(
            CultureInfo.InvariantCulture,
            $"the election loop made no pass for {liveness.SinceLastPass.TotalSeconds:F1} s"));

    private Page Readiness() => liveness.IsReady
        ? Verdict(true, "ok")
        : Verdict(false, liveness.IsAlive ? "the sockets are not open" : "the election loop makes no passes");

    // A dead loop does not know: an Active Router that hangs has lost its addresses to their lifetime.
    private Page ActiveState(string name)
    {
        RouterBoard? router = board.Find(name);
        if (router is null)
            return Page.Text(StatusCodes.Status404NotFound, "no such virtual router");
        RouterState state = router.Current.State;
        return Verdict(state == RouterState.Active && liveness.IsAlive, Labels.Of(state));
    }

    private Page StatusPage()
    {
        StatusDocument status = report.Make();
        string tables = WebUtility.HtmlEncode(PlainTables.Write(StatusTables.From(status, wide: true)));
        string host = WebUtility.HtmlEncode(status.Host);
        string html = $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
            <title>vipd on {host}</title></head>
            <body><h1>vipd {status.Version} on {host}</h1>
            <p>{status.Now:yyyy-MM-dd HH:mm:ss} UTC · <a href="/metrics">metrics</a></p>
            <pre>{tables}</pre></body></html>

            """;
        return new Page(StatusCodes.Status200OK, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(html));
    }
}
