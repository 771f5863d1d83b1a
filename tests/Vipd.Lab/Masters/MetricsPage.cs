using System.Globalization;

namespace Vipd.Lab.Masters;

/// <summary>What vipd's /metrics said at one moment.</summary>
internal sealed class MetricsPage(string text)
{
    private readonly string[] _lines = text.Split('\n');

    /// <summary>Of the one sample with that name and those labels, as they stand on the page.</summary>
    internal double ValueOf(string sample) => Number(
        _lines.Single(line => line.StartsWith(sample + " ", StringComparison.Ordinal)));

    /// <summary>Over all samples of the name whose labels hold the text.</summary>
    internal double SumOf(string name, string label) => _lines
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
        .Where(line => line.Contains(label, StringComparison.Ordinal))
        .Sum(Number);

    private static double Number(string line) =>
        double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
}
