using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Vipd.Lab.Bench;

/// <summary>What the code alone costs an Advertisement, without its system calls, by BenchmarkDotNet.</summary>
internal sealed class CodeTimes(BenchOptions bench) : Measurement
{
    internal override string Name => "code";

    internal override string Title => "Reading, checking, handling and writing one Advertisement, by the number of its "
        + "addresses, without system calls; keepalived's cannot be called alone.";

    internal override string Goal => "0 B allocated";

    internal override int Rounds => 1;

    internal override IReadOnlyList<Trial> Trials => [new("in process", Vipd, bench.Three)];

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        var artifacts = Path.Combine(Path.GetFullPath(bench.Directory), "benchmarks");
        if (Directory.Exists(artifacts)) Directory.Delete(artifacts, recursive: true);
        Directory.CreateDirectory(artifacts);
        // Built beside this program. Its reports are read, so what it prints need not be seen.
        var program = SourceTree.PathOf("tests/Vipd.Benchmarks/bin/Release/net10.0/Vipd.Benchmarks");
        using var process = Process.Start(
            "/bin/sh",
            [
                "-c", "\"$@\" >/dev/null", "sh", program, "--filter", "*", "--job", bench.Either("short", quick: "dry"),
                "--inProcess", "--exporters", "json", "--artifacts", artifacts,
            ]);
        process.WaitForExit();
        var file = Directory.GetFiles(artifacts, "*-report-full-compressed.json", SearchOption.AllDirectories);
        if (process.ExitCode != 0 || file.Length != 1)
            throw new InvalidOperationException($"{program}: exit code {process.ExitCode}, {file.Length} reports");
        using var report = JsonDocument.Parse(File.ReadAllText(file[0]));
        foreach (var benchmark in report.RootElement.GetProperty("Benchmarks").EnumerateArray()) Note(benchmark, note);
    }

    private static void Note(JsonElement benchmark, Action<Quantity, double> note)
    {
        var addresses = benchmark.GetProperty("Parameters").GetString()!.Split('=')[^1];
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{benchmark.GetProperty("Method").GetString()}, {addresses} addresses");
        foreach (var one in benchmark.GetProperty("Statistics").GetProperty("OriginalValues").EnumerateArray())
            note(new Quantity(name, "ns"), one.GetDouble());
        note(
            new Quantity($"{name}: allocated", "B"),
            benchmark.GetProperty("Memory").GetProperty("BytesAllocatedPerOperation").GetDouble());
    }
}
