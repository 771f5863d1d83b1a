using System.Buffers;
using System.Globalization;
using System.Text;

namespace Vipd.Daemon.Observability;

/// <summary>
/// Writes the Prometheus text format 0.0.4, line by line
/// (https://prometheus.io/docs/instrumenting/exposition_formats/). The order of the lines is the caller's. 255 routers
/// are 30,000 lines: each goes as UTF-8 into the buffer, without a string of its own.
/// </summary>
internal readonly struct ExpositionWriter(ArrayBufferWriter<byte> output)
{
    /// <summary>A space, the longest double (24) or long (20), a line feed.</summary>
    private const int LongestValue = 32;

    private static readonly SearchValues<char> Escaped = SearchValues.Create("\\\n\"");

    public void WriteHeader(string name, string type, string help)
    {
        Write($"# HELP {name} {EscapeHelp(help)}\n");
        Write($"# TYPE {name} {type}\n");
    }

    public void WriteSample(string name, ReadOnlySpan<KeyValuePair<string, object?>> tags, double value) =>
        WriteLine(name, "", tags, upperBound: null, value);

    /// <param name="name">The family's.</param>
    /// <param name="series">One of it.</param>
    /// <param name="upperBounds">Of the buckets, as text, without +Inf.</param>
    public void WriteHistogram(string name, HistogramSeries series, ReadOnlySpan<string> upperBounds)
    {
        // The buckets are read one by one while the election thread counts: the sum of what was read is the count,
        // so that +Inf and _count agree whatever happens in between.
        long cumulative = 0;
        for (int bucket = 0; bucket <= upperBounds.Length; bucket++)
        {
            cumulative += series.Histogram.Count(bucket);
            string bound = bucket < upperBounds.Length ? upperBounds[bucket] : "+Inf";
            WriteLine(name, "_bucket", series.Tags, bound, cumulative);
        }

        WriteLine(name, "_sum", series.Tags, upperBound: null, series.Histogram.SumSeconds);
        WriteLine(name, "_count", series.Tags, upperBound: null, cumulative);
    }

    private static string EscapeHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeLabel(string text) => text.AsSpan().ContainsAny(Escaped)
        ? EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal)
        : text;

    private void WriteLine(
        string name, string suffix, ReadOnlySpan<KeyValuePair<string, object?>> tags, string? upperBound, double value)
    {
        Write(name);
        Write(suffix);
        string before = "{";
        foreach ((string label, object? content) in tags)
        {
            WriteLabel(before, label, Convert.ToString(content, CultureInfo.InvariantCulture) ?? "");
            before = ",";
        }

        if (upperBound is not null)
            WriteLabel(before, "le", upperBound);
        if (upperBound is not null || !tags.IsEmpty)
            Write("}");
        WriteValue(value);
    }

    private void WriteLabel(string before, string label, string content)
    {
        Write(before);
        Write(label);
        Write("=\"");
        Write(EscapeLabel(content));
        Write("\"");
    }

    private void WriteValue(double value)
    {
        if (double.IsInfinity(value))
        {
            Write(value > 0 ? " +Inf\n" : " -Inf\n");
            return;
        }

        Span<byte> line = output.GetSpan(LongestValue);
        Span<byte> number = line[1..];
        long whole = (long)value;
        int length;
        if (whole == value)
            whole.TryFormat(number, out length, provider: CultureInfo.InvariantCulture);
        else
            value.TryFormat(number, out length, provider: CultureInfo.InvariantCulture);
        line[0] = (byte)' ';
        number[length] = (byte)'\n';
        output.Advance(length + 2);
    }

    private void Write(string text) =>
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
}
