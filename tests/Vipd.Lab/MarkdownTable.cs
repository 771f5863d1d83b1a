namespace Vipd.Lab;

/// <summary>
/// A table that reads well on a terminal and renders as Markdown; columns that hold numbers stand right.
/// </summary>
internal sealed class MarkdownTable(params IReadOnlyList<string> headings)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    internal void Add(params IReadOnlyList<string> cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = headings.Select((h, i) => _rows.Select(r => r[i].Length).Append(h.Length).Max()).ToList();
        var numeric = headings.Select((_, i) => _rows.All(r => r[i].Length > 0 && char.IsAsciiDigit(r[i][0]))).ToList();
        string Row(IReadOnlyList<string> cells) => "| " + string.Join(" | ", cells.Select(
            (c, i) => numeric[i] ? c.PadLeft(widths[i]) : c.PadRight(widths[i]))) + " |";
        var rule = "|" + string.Join("|", widths.Select(
            (w, i) => numeric[i] ? new string('-', w + 1) + ":" : new string('-', w + 2))) + "|";
        return string.Join('\n', [Row(headings), rule, .. _rows.Select(Row)]);
    }
}
