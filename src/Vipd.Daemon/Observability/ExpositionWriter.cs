using System.Buffers;
using System.Globalization;
using System.Text;

namespace Vipd.Daemon.Observability;

/// <summary>
/// Writes the Prometheus text format 0.0.4, line by line
/// (https://prometheus.io/docs/instrumenting/exposition_formats/). The order of the lines is the caller's.
/// </summary>
internal readonly struct ExpositionWriter(IBufferWriter<byte> output)
{
    public void WriteHeader(string name, string type, string help)
    {
        Write($"# HELP {name} {EscapeHelp(help)}\n");
        Write($"# TYPE {name} {type}\n");
    }

    public void WriteSample(string name, ReadOnlySpan<KeyValuePair<string, object?>> tags, double value)
    {
        Write(name);
        WriteLabels(tags);
        Write($" {Number(value)}\n");
    }

    public void WriteHistogram(string name, HistogramSeries series)
    {
        // The buckets are read one by one while the election thread counts: the sum of what was read is the count,
        // so that +Inf and _count agree whatever happens in between.
        KeyValuePair<string, object?>[] tags = [.. series.Tags, default];
        IReadOnlyList<double> bounds = series.Histogram.UpperBoundsSeconds;
        long cumulative = 0;
        for (int bucket = 0; bucket <= bounds.Count; bucket++)
        {
            cumulative += series.Histogram.Count(bucket);
            tags[^1] = new("le", bucket < bounds.Count ? Bound(bounds[bucket]) : "+Inf");
            WriteSample($"{name}_bucket", tags, cumulative);
        }

        WriteSample($"{name}_sum", series.Tags, series.Histogram.SumSeconds);
        WriteSample($"{name}_count", series.Tags, cumulative);
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    // Without exponent: a label is compared as text, and other clients write 0.00005.
    private static string Bound(double seconds) => ((decimal)seconds).ToString(CultureInfo.InvariantCulture);

    private static string EscapeHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeLabel(string text) => EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);

    private void WriteLabels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        char separator = '{';
        foreach ((string label, object? value) in tags)
        {
            string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            Write($"{separator}{label}=\"{EscapeLabel(text)}\"");
            separator = ',';
        }

        if (!tags.IsEmpty)
            Write("}");
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, output);
}
