using System.Text.Json;
using System.Xml.Linq;
using Vipd.Lab.Bench;
using Vipd.Lab.Masters;

namespace Vipd.EndToEnd.Tests;

/// <summary>The bench reads what it says that it reads, and its report says what was read.</summary>
public sealed class BenchTests : IDisposable
{
    private static readonly Quantity Outage = new("outage", "ms");
    private static readonly Quantity Missed = new("missed", "", IsEvent: true);
    private readonly string _directory = Directory.CreateTempSubdirectory("bench-").FullName;
    private readonly Readings _readings = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Contestants_of_a_case_stand_side_by_side_with_their_ratio()
    {
        Note("1 s", "vipd", Outage, 1, 2, 4);
        Note("10 ms", "vipd", Outage, 8);
        Note("1 s", "keepalived", Outage, 6, 600, 3);
        Note("10 ms", "keepalived", Outage, double.NaN);

        Assert.Equal(
            ["1 s vipd 2 1", "1 s keepalived 6 3", "10 ms vipd 8 1", "10 ms keepalived NaN NaN"],
            _readings.All.Select(one => FormattableString.Invariant(
                $"{one.Case} {one.Contestant} {one.Series.Median} {one.Ratio}")));
    }

    [Fact]
    public void The_report_holds_every_value_and_every_failure()
    {
        Note("1 s", "vipd", Outage, 0, 0);
        Note("1 s", "keepalived", Outage, 600, double.NaN);
        Note("1 s", "vipd", Missed, 1, 0, 1);
        _readings.Fail(new Trial("1 s", "keepalived", Options), "nobody took over");

        var options = new BenchOptions("/bin/true", _directory, IsQuick: true, Rounds: null);
        new Report(options).Add(new Releases(options), _readings);

        var text = File.ReadAllText(Path.Combine(_directory, Report.TextFile));
        Assert.Contains("quote no figure", text, StringComparison.Ordinal);
        Assert.Contains("2 of 3", text, StringComparison.Ordinal);
        Assert.Contains("failed: 1 s, keepalived: nobody took over", text, StringComparison.Ordinal);
        using var data = JsonDocument.Parse(File.ReadAllText(Path.Combine(_directory, Report.DataFile)));
        var measured = data.RootElement.GetProperty("measurements")[0];
        Assert.Equal("[600,null]", measured.GetProperty("readings")[1].GetProperty("values").GetRawText()
            .ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(1, measured.GetProperty("failures").GetArrayLength());
        var plot = XDocument.Load(Path.Combine(_directory, "release.svg"));
        Assert.Equal(6, plot.Descendants().Count(element => element.Name.LocalName == "circle"));
    }

    [Fact]
    public void A_plot_of_nothing_and_one_of_odd_names_are_well_formed()
    {
        XDocument.Parse(Plot.Draw("empty", []));
        Note("a < b & \"c\"", "vipd", Outage, 0.001, 1000);
        Note("none", "vipd", Outage, double.NaN);
        var plot = XDocument.Parse(Plot.Draw("odd", _readings.All));
        Assert.Contains(plot.Descendants(), element => element.Value.Contains("logarithmic", StringComparison.Ordinal));
    }

    /// <summary>A take-over is judged by packet times, so that even a busy machine cannot make it too early.</summary>
    [NetnsTheory]
    [InlineData("vipd")]
    [InlineData("keepalived")]
    [InlineData("FRR")]
    public void A_node_death_is_timed_from_the_deadline_of_the_heir(string contestant)
    {
        Play(new NodeDeaths(Quick), "100 ms", contestant);

        Assert.InRange(Read("first Advertisement beyond the deadline"), 0, 100);
        Assert.InRange(Read("from it to the first ARP"), 0, 100);
        // FRR's Backup answers what the switch floods.
        Assert.InRange(Read("client without an answer"), contestant == "FRR" ? 0 : 200, 600);
        if (contestant == "vipd") Assert.InRange(Read("of it, by vipd's own clock"), 0.001, 100);
        // 3 × 100 ms and 156 parts of 256 of it: 360.94 ms.
        if (contestant == "FRR") Assert.Equal(0.94, Read("dropped to whole centiseconds"), tolerance: 0.01);
    }

    [NetnsFact]
    public void The_processor_time_of_FRR_is_that_of_both_its_daemons()
    {
        Play(new CpuTimes(Quick), "1 × 10 ms", "FRR");

        Assert.InRange(Read("CPU of the Active"), 0.1, 60);
        Assert.InRange(Read("of the Active's, zebra's"), 0, Read("CPU of the Active"));
    }

    [NetnsFact]
    public void The_processor_time_of_vipd_is_that_of_its_election_and_its_other_threads()
    {
        Play(new CpuTimes(Quick), "1 × 10 ms", "vipd");

        // The part is read a little later than the whole.
        Assert.InRange(Read("of the Active's, the election thread's"), 0.01, 1.05 * Read("CPU of the Active"));
    }

    /// <summary>Made anew each time, as the measurements do.</summary>
    private static ClusterOptions Options => new("none") { Priorities = [1, 2] };

    private BenchOptions Quick => new(VipdBinary.Path, _directory, IsQuick: true, Rounds: null);

    /// <summary>The value of the quantity whose name begins so.</summary>
    private double Read(string quantity) => _readings.All.Single(
        reading => reading.Quantity.Name.StartsWith(quantity, StringComparison.Ordinal)).Series.Median;

    private void Play(Measurement measurement, string @case, string contestant)
    {
        var trial = measurement.Trials.Single(one => one.Case == @case && one.Contestant == contestant);
        measurement.Play(trial, (quantity, value) => _readings.Note(trial, quantity, value), CancellationToken.None);
    }

    private void Note(string @case, string contestant, Quantity quantity, params double[] values)
    {
        foreach (var value in values) _readings.Note(new Trial(@case, contestant, Options), quantity, value);
    }
}
