using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Vipd.Vrrp;

namespace Vipd.Simulation.World;

/// <summary>
/// The story of a run, a line for each thing that somebody could have seen. Costs nothing while it is off.
/// </summary>
internal sealed class Transcript(Agenda agenda, bool isOn)
{
    private readonly StringBuilder _text = new();
    private readonly MonotonicTime _start = agenda.Now;

    public bool IsOn => isOn;

    public void Write(int node, [InterpolatedStringHandlerArgument("")] ref Line line)
    {
        if (isOn)
            Append($"n{node + 1}", line.ToString());
    }

    public void Write(int node, string text)
    {
        if (isOn)
            Append($"n{node + 1}", text);
    }

    public void WriteFault(string text)
    {
        if (isOn)
            Append("**", text);
    }

    public void WriteAdvertisement(int node, Priority priority)
    {
        if (isOn)
            Append($"n{node + 1}", priority.IsResign ? "resigns (priority 0)" : $"advertises priority {priority}");
    }

    public override string ToString() => _text.ToString();

    private void Append(string who, string what) => _text.AppendLine(CultureInfo.InvariantCulture,
        $"{(agenda.Now - _start).TotalSeconds,12:F6}  {who}  {what}");

    /// <summary>Formats only while the transcript is on.</summary>
    [InterpolatedStringHandler]
    internal ref struct Line
    {
        private DefaultInterpolatedStringHandler _inner;

        public Line(int literalLength, int formattedCount, Transcript transcript, out bool wanted)
        {
            wanted = transcript.IsOn;
            _inner = wanted
                ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture)
                : default;
        }

        public void AppendLiteral(string value) => _inner.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => _inner.AppendFormatted(value);

        public override string ToString() => _inner.ToStringAndClear();
    }
}
