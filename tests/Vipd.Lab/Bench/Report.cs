using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vipd.Lab.Measure;
using Vipd.Lab.Mixed;

namespace Vipd.Lab.Bench;

/// <summary>Tables for people and for programs, and the plots; written anew with each measurement.</summary>
internal sealed class Report(BenchOptions options)
{
    internal const string TextFile = "bench.md";
    internal const string DataFile = "bench.json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly List<(Measurement Measurement, Readings Readings)> _all = [];
    private readonly IReadOnlyList<(string What, string Value)> _machine = Machine(options);

    internal string Directory { get; } = System.IO.Directory.CreateDirectory(options.Directory).FullName;

    internal void Add(Measurement measurement, Readings readings)
    {
        _all.Add((measurement, readings));
        File.WriteAllText(PathOf(TextFile), Markdown());
        File.WriteAllText(PathOf(DataFile), Json().ToJsonString(Indented) + "\n");
        File.WriteAllText(PathOf($"{measurement.Name}.svg"), Plot.Draw(measurement.Name, readings.All));
    }

    private string PathOf(string file) => Path.Combine(Directory, file);

    private string Markdown()
    {
        var text = new StringBuilder("# vipd beside keepalived and FRR\n\n");
        foreach (var (what, value) in _machine) text.Append(CultureInfo.InvariantCulture, $"- {what}: {value}\n");
        text.Append("\n`×` is the median divided by vipd's; `failed` counts trials that came to nothing.\n");
        if (options.IsQuick) text.Append("\n**A quick run: it shows that the measurements work; quote no figure.**\n");
        foreach (var (measurement, readings) in _all)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {measurement.Name}\n\n{measurement.Title}\n");
            text.Append(CultureInfo.InvariantCulture, $"Goal: {measurement.Goal}.\n\n{Table(readings)}\n");
            text.Append(CultureInfo.InvariantCulture, $"\n![{measurement.Name}]({measurement.Name}.svg)\n");
            foreach (var (trial, message) in readings.Failures)
                text.Append(CultureInfo.InvariantCulture, $"\n- failed: {trial}: {message.ReplaceLineEndings(" ")}\n");
        }
        return text.ToString();
    }

    private static MarkdownTable Table(Readings readings)
    {
        var table = new MarkdownTable(
            "case", "what", "unit", "who", "median", "min", "max", "p99", "×", "runs", "failed");
        foreach (var reading in readings.All)
        {
            var series = reading.Series;
            var failed = readings.Failures.Count(
                failure => failure.Trial.Case == reading.Case && failure.Trial.Contestant == reading.Contestant);
            string[] values = reading.Quantity.IsEvent
                ? [$"{series.Values.Sum():0} of {series.Count}", "", "", "", ""]
                :
                [
                    Series.Format(series.Median), Series.Format(series.Minimum), Series.Format(series.Maximum),
                    Series.Format(series.Percentile(99)), Series.Format(reading.Ratio),
                ];
            table.Add(
                [
                    reading.Case, reading.Quantity.Name, reading.Quantity.Unit, reading.Contestant, .. values,
                    Series.Format(series.Count), Series.Format(failed),
                ]);
        }
        return table;
    }

    private JsonObject Json() => new()
    {
        ["machine"] = new JsonObject(_machine.Select(m => KeyValuePair.Create(m.What, (JsonNode?)m.Value))),
        ["quick"] = options.IsQuick,
        ["measurements"] = new JsonArray([.. _all.Select(one => Json(one.Measurement, one.Readings))]),
    };

    private static JsonObject Json(Measurement measurement, Readings readings) => new JsonObject
    {
        ["name"] = measurement.Name,
        ["title"] = measurement.Title,
        ["goal"] = measurement.Goal,
        ["readings"] = new JsonArray([.. readings.All.Select(Json)]),
        ["failures"] = new JsonArray([.. readings.Failures.Select(failure => new JsonObject
        {
            ["case"] = failure.Trial.Case, ["who"] = failure.Trial.Contestant, ["message"] = failure.Message,
        })]),
    };

    private static JsonObject Json(Reading reading) => new JsonObject
    {
        ["case"] = reading.Case,
        ["what"] = reading.Quantity.Name,
        ["unit"] = reading.Quantity.Unit,
        ["who"] = reading.Contestant,
        ["median"] = Number(reading.Series.Median),
        ["min"] = Number(reading.Series.Minimum),
        ["max"] = Number(reading.Series.Maximum),
        ["p99"] = Number(reading.Series.Percentile(99)),
        ["ratio"] = Number(reading.Ratio),
        ["values"] = new JsonArray([.. reading.Series.Values.Select(Number)]),
    };

    // JSON has no NaN.
    private static JsonNode? Number(double value) => double.IsNaN(value) ? null : Math.Round(value, 4);

    private static IReadOnlyList<(string, string)> Machine(BenchOptions options) =>
    [
        ("when", DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        ("vipd", FirstLine(options.VipdBinary, "--version")),
        ("keepalived", FirstLine("keepalived", "--version")),
        ("FRR", FirstLine(FrrRouter.Vrrpd, "--version")),
        ("kernel", File.ReadAllText("/proc/sys/kernel/osrelease").Trim()),
        ("processors", string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} x {Processor()}")),
        ("load average at the start", string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3))),
    ];

    private static string Processor() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1] ?? "?";

    // keepalived prints its version on standard error.
    private static string FirstLine(string program, string argument)
    {
        var command = new ProcessStartInfo("/bin/sh", ["-c", "\"$1\" \"$2\" 2>&1", "sh", program, argument])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(command)!;
        var first = process.StandardOutput.ReadLine() ?? "?";
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return first;
    }
}
