using System.IO.Pipelines;

namespace Vipd.Daemon.Observability;

/// <summary>
/// One scrape: asks family after family. All of it happens on the threads of whoever scrapes, as fast as the reader
/// takes it: what is held of the text is one buffer, however many routers there are.
/// </summary>
public sealed class PrometheusExposition(IReadOnlyList<MetricFamily> families)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private ExpositionWriter? _spare;

    public async ValueTask WriteTo(PipeWriter output)
    {
        // A buffer for each scrape would be garbage, which stops the election thread.
        ExpositionWriter writer = Interlocked.Exchange(ref _spare, null) ?? new ExpositionWriter();
        foreach (MetricFamily family in families)
            await family.WriteTo(writer, output);
        await writer.PourInto(output);
        Volatile.Write(ref _spare, writer);
    }
}
