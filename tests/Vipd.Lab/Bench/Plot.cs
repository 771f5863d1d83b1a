using System.Globalization;
using System.Xml.Linq;

namespace Vipd.Lab.Bench;

/// <summary>
/// Every value as a dot, the median as a bar: one panel a quantity, one line for each case and contestant. The axis is
/// logarithmic where the values are far apart.
/// </summary>
internal sealed class Plot
{
    private const int Left = 330;
    private const int Width = 960;
    private const int Right = 40;
    private const int LineHeight = 20;
    private const int HeadHeight = 34;
    private const int AxisHeight = 30;
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly string[] Colours = ["#0b6fa4", "#c8553d", "#7a7a7a", "#5a8f29"];
    private readonly XElement _root;
    private readonly List<string> _contestants;
    private int _top = HeadHeight;

    private Plot(string title, IReadOnlyList<Reading> readings)
    {
        _contestants = [.. readings.Select(reading => reading.Contestant).Distinct()];
        _root = new XElement(
            Svg + "svg", new XAttribute("width", Width),
            new XAttribute("font-family", "sans-serif"), new XAttribute("font-size", 12));
        var ground = Add("rect", ("width", Width), ("fill", "white"));
        Write(title, 10, 22, ("font-size", 16), ("font-weight", "bold"));
        foreach (var panel in readings.GroupBy(reading => reading.Quantity)) Add(panel.Key, [.. panel]);
        _root.SetAttributeValue("height", _top);
        ground.SetAttributeValue("height", _top);
    }

    /// <summary>The text of an SVG file.</summary>
    internal static string Draw(string title, IReadOnlyList<Reading> readings) =>
        new Plot(title, readings)._root + "\n";

    private void Add(Quantity quantity, IReadOnlyList<Reading> lines)
    {
        var axis = PlotAxis.For(
            [.. lines.SelectMany(line => line.Series.Values).Where(double.IsFinite)], Left, Width - Right);
        var unit = quantity.Unit.Length == 0 ? "" : $", {quantity.Unit}";
        var scale = axis.IsLogarithmic ? " (logarithmic)" : "";
        Write(quantity.Name + unit + scale, 10, _top + 22, ("font-weight", "bold"));
        _top += HeadHeight;
        var bottom = _top + (lines.Count * LineHeight);
        foreach (var tick in axis.Ticks)
        {
            var x = axis.PlaceOf(tick);
            Add("line", ("x1", x), ("x2", x), ("y1", _top - 4), ("y2", bottom), ("stroke", "#ddd"));
            var text = tick.ToString("0.###", CultureInfo.InvariantCulture);
            Write(text, x, bottom + 15, ("text-anchor", "middle"), ("fill", "#555"));
        }
        foreach (var line in lines)
        {
            Add(line, axis, _top + (LineHeight / 2));
            _top += LineHeight;
        }
        _top += AxisHeight;
    }

    private void Add(Reading line, PlotAxis axis, int y)
    {
        var colour = Colours[_contestants.IndexOf(line.Contestant) % Colours.Length];
        Write($"{line.Case}, {line.Contestant}", Left - 10, y + 4, ("text-anchor", "end"));
        foreach (var value in line.Series.Values.Where(double.IsFinite))
            Add("circle", ("cx", axis.PlaceOf(value)), ("cy", y), ("r", 3.5), ("fill", colour), ("fill-opacity", 0.35));
        if (line.Series.Count == 0) return;
        var x = axis.PlaceOf(line.Series.Median);
        Add("line", ("x1", x), ("x2", x), ("y1", y - 8), ("y2", y + 8), ("stroke", colour), ("stroke-width", 2.5));
    }

    private void Write(string text, double x, double y, params (string Name, object Value)[] attributes) =>
        Add("text", [("x", x), ("y", y), .. attributes]).Value = text;

    private XElement Add(string element, params (string Name, object Value)[] attributes)
    {
        var added = new XElement(
            Svg + element, attributes.Select(attribute => new XAttribute(attribute.Name, attribute.Value)));
        _root.Add(added);
        return added;
    }
}

/// <summary>From values to places between two edges.</summary>
internal sealed record PlotAxis(double From, double To, bool IsLogarithmic, double FirstPlace, double LastPlace)
{
    private const int LinearTicks = 5;
    private const double FarApart = 50;

    internal IEnumerable<double> Ticks => IsLogarithmic
        ? Enumerable.Range((int)From, (int)(To - From) + 1).Select(power => Math.Pow(10, power))
        : Enumerable.Range(0, LinearTicks).Select(i => From + ((To - From) * i / (LinearTicks - 1)));

    /// <summary>Linear from 0, unless the values are far apart and none is 0.</summary>
    internal static PlotAxis For(IReadOnlyList<double> values, double firstPlace, double lastPlace)
    {
        var (smallest, largest) = (values.DefaultIfEmpty(0).Min(), values.DefaultIfEmpty(1).Max());
        if (smallest > 0 && largest / smallest > FarApart)
        {
            return new PlotAxis(
                Math.Floor(Math.Log10(smallest)), Math.Ceiling(Math.Log10(largest)), true, firstPlace, lastPlace);
        }
        var (from, to) = (Math.Min(0, smallest), Math.Max(0, largest));
        return new PlotAxis(from, to > from ? to : from + 1, false, firstPlace, lastPlace);
    }

    internal double PlaceOf(double value)
    {
        var part = ((IsLogarithmic ? Math.Log10(value) : value) - From) / (To - From);
        return Math.Round(FirstPlace + (part * (LastPlace - FirstPlace)), 1);
    }
}
