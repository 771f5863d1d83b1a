using Spectre.Console;
using Spectre.Console.Rendering;

namespace Vipd.Daemon.Control;

/// <summary>Tables for a terminal: the words of <see cref="PlainTables"/>, in colours, wrapped to its width.</summary>
internal static class ColourTables
{
    public static IRenderable Draw(IReadOnlyList<StatusTable> tables) => new Rows(tables.Select(Draw));

    private static Padder Draw(StatusTable table)
    {
        var bold = new Style(decoration: Decoration.Bold);
        var drawn = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (string header in table.Headers)
            drawn.AddColumn(new TableColumn(new Text(header, bold)).Padding(0, 0, 3, 0));
        foreach (IReadOnlyList<Cell> row in table.Rows)
            drawn.AddRow(row.Select(static cell => new Text(PlainTables.OneLine(cell.Text), StyleOf(cell.Tone))));
        return new Padder(drawn, new Padding(0, 0, 0, 1));
    }

    private static Style StyleOf(CellTone tone) => tone switch
    {
        CellTone.Good => new Style(Color.Green),
        CellTone.Warning => new Style(Color.Yellow),
        CellTone.Bad => new Style(Color.Red),
        CellTone.Dim => new Style(decoration: Decoration.Dim),
        _ => Style.Plain,
    };
}
