using System.Text;

namespace Vipd.Daemon.Control;

/// <summary>Tables as aligned text, the same every time: for pipes, files and the status page.</summary>
internal static class PlainTables
{
    private const string Gap = "   ";

    /// <summary>An empty line between tables; the last column is not padded.</summary>
    public static string Write(IReadOnlyList<StatusTable> tables) => string.Join("\n", tables.Select(Write));

    /// <summary>What a server answered may hold anything, terminal escapes too.</summary>
    public static string OneLine(string text) =>
        string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));

    private static string Write(StatusTable table)
    {
        string[][] lines =
            [[.. table.Headers], .. table.Rows.Select(row => row.Select(cell => OneLine(cell.Text)).ToArray())];
        int[] widths =
            [.. table.Headers.Select((_, column) => lines.Max(line => line[column].Length))];
        var text = new StringBuilder();
        foreach (string[] line in lines)
        {
            for (int column = 0; column < line.Length - 1; column++)
                text.Append(line[column].PadRight(widths[column])).Append(Gap);
            text.Append(line[^1]).Append('\n');
        }

        return text.ToString();
    }
}
