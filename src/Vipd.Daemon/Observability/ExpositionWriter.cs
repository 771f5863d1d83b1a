using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Observability;

/// <summary>
/// Writes the Prometheus text format 0.0.4, line by line
/// (https://prometheus.io/docs/instrumenting/exposition_formats/), into a buffer that is poured out when it is full.
/// The order of the lines is the caller's.
/// </summary>
public sealed class ExpositionWriter
{
    /// <summary>More than most daemons have to say; 255 routers say 2 MB.</summary>
    private const int FullBytes = 32 * 1024;

    /// <summary>A space, the longest double (24) or long (20), a line feed.</summary>
    private const int LongestValue = 32;

    private byte[] _buffer = new byte[FullBytes / 2];
    private int _length;
    private MetricFamily? _family;
    private bool _headerIsDue;

    /// <summary>Time to pour. It goes on taking what comes.</summary>
    public bool IsFull => _length >= FullBytes;

    /// <summary>One sample of the family that has begun.</summary>
    public void Write(long value, params ReadOnlySpan<Label> labels)
    {
        BeginLine([], labels);
        EndLine(value);
    }

    /// <inheritdoc cref="Write(long, ReadOnlySpan{Label})"/>
    public void Write(double value, params ReadOnlySpan<Label> labels)
    {
        BeginLine([], labels);
        EndLine(value);
    }

    /// <summary>All samples of one histogram of the family that has begun.</summary>
    /// <param name="bounds">Made for it.</param>
    public void Write(BucketHistogram histogram, BucketLabels bounds, params ReadOnlySpan<Label> labels)
    {
        // The buckets are read one by one while the election thread counts: the sum of what was read is the count,
        // so that +Inf and _count agree whatever happens in between.
        long cumulative = 0;
        ReadOnlySpan<Label> bound = bounds.Of(histogram);
        for (int bucket = 0; bucket < bound.Length; bucket++)
        {
            cumulative += histogram.Count(bucket);
            BeginLine("_bucket"u8, labels, bound[bucket].Text);
            EndLine(cumulative);
        }

        BeginLine("_sum"u8, labels);
        EndLine(histogram.SumSeconds);
        BeginLine("_count"u8, labels);
        EndLine(cumulative);
    }

    /// <summary>What is written from now on is of this family.</summary>
    internal void Begin(MetricFamily family)
    {
        _family = family;
        _headerIsDue = true;
        // A counter or gauge without a sample is not mentioned.
        if (family.IsHistogram)
            WriteHeader();
    }

    /// <summary>Empties it, and ends when the reader has room again.</summary>
    internal ValueTask<FlushResult> PourInto(PipeWriter output)
    {
        ReadOnlyMemory<byte> text = _buffer.AsMemory(0, _length);
        _length = 0;
        return output.WriteAsync(text);
    }

    private void WriteHeader()
    {
        string header = _family!.Header;
        _length += Encoding.UTF8.GetBytes(header, Room(Encoding.UTF8.GetMaxByteCount(header.Length)));
        _headerIsDue = false;
    }

    private void BeginLine(
        ReadOnlySpan<byte> suffix, ReadOnlySpan<Label> labels, ReadOnlySpan<byte> lastLabel = default)
    {
        if (_headerIsDue)
            WriteHeader();
        Append(_family!.Name.Span);
        Append(suffix);
        byte before = (byte)'{';
        foreach (Label label in labels)
        {
            Append(before);
            Append(label.Text);
            before = (byte)',';
        }

        if (!lastLabel.IsEmpty)
        {
            Append(before);
            Append(lastLabel);
            before = (byte)',';
        }

        if (before == ',')
            Append((byte)'}');
        Append((byte)' ');
    }

    private void EndLine(long value)
    {
        value.TryFormat(Room(LongestValue), out int length, provider: CultureInfo.InvariantCulture);
        _length += length;
        Append((byte)'\n');
    }

    private void EndLine(double value)
    {
        if ((long)value == value)
        {
            EndLine((long)value);
            return;
        }

        if (double.IsInfinity(value))
        {
            Append(value > 0 ? "+Inf\n"u8 : "-Inf\n"u8);
            return;
        }

        value.TryFormat(Room(LongestValue), out int length, provider: CultureInfo.InvariantCulture);
        _length += length;
        Append((byte)'\n');
    }

    private void Append(byte octet)
    {
        Room(1)[0] = octet;
        _length++;
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _length += text.Length;
    }

    private Span<byte> Room(int bytes)
    {
        if (_buffer.Length - _length < bytes)
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _length + bytes));
        return _buffer.AsSpan(_length);
    }
}
