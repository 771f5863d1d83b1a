using System.Buffers;
using System.Text;

namespace Vipd.Daemon.Observability;

/// <summary>
/// A label as it stands in a line, <c>name="value"</c>: escaped, UTF-8. A series is written again at each scrape, and
/// its labels are the same each time: what lives longer than a scrape keeps them, and a line is a few copies.
/// </summary>
public readonly struct Label(string name, string value)
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create("\\\n\"");

    private readonly byte[] _text = Encoding.UTF8.GetBytes($"{name}=\"{Escape(value)}\"");

    internal ReadOnlySpan<byte> Text => _text;

    private static string Escape(string value) => !value.AsSpan().ContainsAny(Escaped)
        ? value
        : MetricFamily.EscapeHelp(value).Replace("\"", "\\\"", StringComparison.Ordinal);
}
