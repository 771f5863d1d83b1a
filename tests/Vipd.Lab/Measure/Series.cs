using System.Globalization;

namespace Vipd.Lab.Measure;

/// <summary>One number over all runs of a scenario.</summary>
internal sealed record Series(string Name, string Unit, IReadOnlyList<double> Values)
{
    private readonly double[] _sorted = [.. Values.Where(v => !double.IsNaN(v)).Order()];

    /// <summary>How many values there are; NaN, which is "none", not counted.</summary>
    internal int Count => _sorted.Length;

    /// <summary>The lower of the two middle values: a number that was measured. NaN without any.</summary>
    internal double Median => Percentile(50);

    internal double Minimum => Count == 0 ? double.NaN : _sorted[0];

    internal double Maximum => Count == 0 ? double.NaN : _sorted[^1];

    /// <summary>The smallest value that at least so many of 100 values do not exceed.</summary>
    internal double Percentile(int percent) =>
        Count == 0 ? double.NaN : _sorted[Math.Max(0, (int)Math.Ceiling(Count * percent / 100.0) - 1)];

    internal IReadOnlyList<string> Cells(string scenario) =>
        [scenario, Name, Unit, Format(Median), Format(Minimum), Format(Maximum), Format(Count)];

    /// <summary>At most two decimals; "-" for NaN.</summary>
    internal static string Format(double value) =>
        double.IsNaN(value) ? "-" : value.ToString("0.##", CultureInfo.InvariantCulture);
}
