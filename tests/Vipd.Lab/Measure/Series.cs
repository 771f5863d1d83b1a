using System.Globalization;

namespace Vipd.Lab.Measure;

/// <summary>One number over all runs of a scenario.</summary>
internal sealed record Series(string Name, string Unit, IReadOnlyList<double> Values)
{
    internal IReadOnlyList<string> Cells(string scenario)
    {
        var sorted = Values.Where(v => !double.IsNaN(v)).Order().ToList();
        if (sorted.Count == 0) return [scenario, Name, Unit, "-", "-", "-", "0"];
        // The lower of the two middle values: a number that was measured.
        var median = sorted[(sorted.Count - 1) / 2];
        return [scenario, Name, Unit, Format(median), Format(sorted[0]), Format(sorted[^1]), Format(sorted.Count)];
    }

    private static string Format(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
