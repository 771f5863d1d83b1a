using System.Globalization;

namespace Vipd.Lab.Masters;

/// <summary>What vipd's /metrics said at one moment.</summary>
internal sealed class MetricsPage(string text)
{
    private readonly string[] _lines = text.Split('\n');

    /// <summary>Of the one sample with that name and those labels, as they stand on the page.</summary>
    internal double ValueOf(string series) => From(series + " ").Single().Value;

    /// <summary>Over all samples of the name whose labels hold the text.</summary>
    internal double SumOf(string name, string label) => From(name + "{")
        .Where(sample => sample.Series.Contains(label, StringComparison.Ordinal))
        .Sum(sample => sample.Value);

    /// <summary>The samples whose line begins so, with their labels.</summary>
    internal IEnumerable<(string Series, double Value)> From(string start) =>
        from line in _lines
        where line.StartsWith(start, StringComparison.Ordinal)
        let space = line.LastIndexOf(' ')
        select (line[..space], double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture));
}
