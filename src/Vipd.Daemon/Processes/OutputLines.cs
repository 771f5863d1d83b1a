using System.Globalization;
using System.Text;

namespace Vipd.Daemon.Processes;

/// <summary>
/// Lines out of the bytes that a program writes, as they come. What a program may fill with them is bounded, and they
/// hold nothing that would move the cursor of whoever reads the log.
/// </summary>
public sealed class OutputLines
{
    public const int MaximumLines = 20;
    public const int MaximumLineLength = 400;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly char[] _characters = new char[1024];
    private readonly List<string> _lines = [];
    private readonly StringBuilder _current = new();
    private int _passedOver;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            _decoder.Convert(bytes, _characters, flush: false, out int used, out int made, out _);
            bytes = bytes[used..];
            foreach (char character in _characters.AsSpan(0, made))
                Add(character);
        }
    }

    /// <summary>Ends the last line, and says how many were passed over.</summary>
    public IReadOnlyList<string> Finish()
    {
        if (_current.Length > 0)
            EndLine();
        if (_passedOver > 0)
            _lines.Add($"and {_passedOver} more lines");
        return _lines;
    }

    private void Add(char character)
    {
        if (character == '\n')
            EndLine();
        else if (_current.Length < MaximumLineLength)
            _current.Append(IsPrintable(character) ? character : character == '\t' ? ' ' : '?');
    }

    private void EndLine()
    {
        string line = _current.ToString().TrimEnd();
        _current.Clear();
        if (_lines.Count == MaximumLines)
            _passedOver++;
        else if (line.Length > 0)
            _lines.Add(line);
    }

    private static bool IsPrintable(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate);
}
