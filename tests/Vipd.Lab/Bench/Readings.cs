using Vipd.Lab.Measure;

namespace Vipd.Lab.Bench;

/// <summary>All values of one quantity by one contestant in one case.</summary>
internal sealed record Reading(string Case, Quantity Quantity, string Contestant, Series Series)
{
    /// <summary>Of vipd's median; NaN where vipd has none, or 0.</summary>
    internal double Ratio { get; init; } = double.NaN;
}

/// <summary>What one measurement has read so far, and what went wrong.</summary>
internal sealed class Readings
{
    private readonly List<(Trial Trial, Quantity Quantity, List<double> Values)> _noted = [];
    private readonly List<(Trial Trial, string Message)> _failures = [];

    /// <summary>Trials that came to nothing.</summary>
    internal IReadOnlyList<(Trial Trial, string Message)> Failures => _failures;

    /// <summary>By case, within it by quantity, within it by contestant, each as first noted.</summary>
    internal IReadOnlyList<Reading> All
    {
        get
        {
            List<Reading> all =
            [
                .. from noted in _noted
                   let series = new Series(noted.Quantity.Name, noted.Quantity.Unit, noted.Values)
                   select new Reading(noted.Trial.Case, noted.Quantity, noted.Trial.Contestant, series),
            ];
            return
            [
                .. from reading in all
                   group reading by reading.Case into @case
                   from quantity in @case.GroupBy(reading => reading.Quantity)
                   let vipd = quantity.FirstOrDefault(reading => reading.Contestant == Measurement.Vipd)
                   from reading in quantity
                   select reading with { Ratio = Divide(reading.Series.Median, vipd?.Series.Median) },
            ];
        }
    }

    internal void Note(Trial trial, Quantity quantity, double value)
    {
        // Not by the options, which are made anew for each round.
        var values = _noted.FirstOrDefault(noted => noted.Quantity == quantity
            && noted.Trial.Case == trial.Case && noted.Trial.Contestant == trial.Contestant).Values;
        if (values is null) _noted.Add((trial, quantity, values = []));
        values.Add(value);
    }

    internal void Fail(Trial trial, string message) => _failures.Add((trial, message));

    private static double Divide(double value, double? by) => by is > 0 ? value / by.Value : double.NaN;
}
