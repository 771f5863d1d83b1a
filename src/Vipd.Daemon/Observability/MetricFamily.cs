using System.IO.Pipelines;
using System.Text;

namespace Vipd.Daemon.Observability;

/// <summary>
/// The series of one name. Nothing runs where the events happen: a scrape asks the boards. These are no instruments of
/// System.Diagnostics.Metrics, which make an array of boxed labels for each series at each scrape: 255 routers have
/// 30,000 series, and that garbage stopped the election thread. Nor has it a histogram that can be asked.
/// </summary>
public sealed class MetricFamily
{
    private readonly Func<ExpositionWriter, PipeWriter, ValueTask> _writeSamples;

    private MetricFamily(
        string name, string type, string help, Func<ExpositionWriter, PipeWriter, ValueTask> writeSamples)
    {
        Name = Encoding.UTF8.GetBytes(name);
        Header = $"# HELP {name} {EscapeHelp(help)}\n# TYPE {name} {type}\n";
        IsHistogram = type == "histogram";
        _writeSamples = writeSamples;
    }

    internal ReadOnlyMemory<byte> Name { get; }

    /// <summary>The two lines before the samples.</summary>
    internal string Header { get; }

    internal bool IsHistogram { get; }

    /// <param name="name">As Prometheus shows it, so that one name can be searched for everywhere.</param>
    /// <param name="help">One line.</param>
    /// <param name="rows">Asked at each scrape.</param>
    /// <param name="write">The samples of one row.</param>
    public static MetricFamily Gauge<TRow>(
        string name, string help, Func<IReadOnlyList<TRow>> rows, Action<ExpositionWriter, TRow> write) =>
        OfRows(name, "gauge", help, rows, write);

    /// <inheritdoc cref="Gauge{TRow}"/>
    public static MetricFamily Counter<TRow>(
        string name, string help, Func<IReadOnlyList<TRow>> rows, Action<ExpositionWriter, TRow> write) =>
        OfRows(name, "counter", help, rows, write);

    /// <inheritdoc cref="Gauge{TRow}"/>
    public static MetricFamily Histogram<TRow>(
        string name, string help, Func<IReadOnlyList<TRow>> rows, Action<ExpositionWriter, TRow> write) =>
        OfRows(name, "histogram", help, rows, write);

    /// <summary>Of which there is one row.</summary>
    public static MetricFamily Gauge(string name, string help, Action<ExpositionWriter> write) =>
        OfOne(name, "gauge", help, write);

    /// <inheritdoc cref="Gauge(string, string, Action{ExpositionWriter})"/>
    public static MetricFamily Counter(string name, string help, Action<ExpositionWriter> write) =>
        OfOne(name, "counter", help, write);

    /// <inheritdoc cref="Gauge(string, string, Action{ExpositionWriter})"/>
    public static MetricFamily Histogram(string name, string help, Action<ExpositionWriter> write) =>
        OfOne(name, "histogram", help, write);

    /// <summary>All of it; what does not fit into the writer goes out meanwhile.</summary>
    internal ValueTask WriteTo(ExpositionWriter writer, PipeWriter output)
    {
        writer.Begin(this);
        return _writeSamples(writer, output);
    }

    private static MetricFamily OfOne(string name, string type, string help, Action<ExpositionWriter> write) =>
        new(name, type, help, (writer, _) =>
        {
            write(writer);
            return ValueTask.CompletedTask;
        });

    private static MetricFamily OfRows<TRow>(
        string name, string type, string help, Func<IReadOnlyList<TRow>> rows, Action<ExpositionWriter, TRow> write) =>
        new(name, type, help, async (writer, output) =>
        {
            foreach (TRow row in rows())
            {
                write(writer, row);
                if (writer.IsFull)
                    await writer.PourInto(output);
            }
        });

    /// <summary>What both a help text and a label escape.</summary>
    internal static string EscapeHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
