using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Vipd.Daemon.Health;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests.Observability;

public sealed class PrometheusExpositionTests
{
    private readonly SampleBoards _boards = new();
    private readonly ReloadOutcome _reload = new();
    private readonly VipdMetrics _metrics;

    public PrometheusExpositionTests() =>
        _metrics = new VipdMetrics(_boards.Board, [_boards.Check], [_boards.Hooks], _reload);

    [Fact]
    public void State_is_one_for_the_current_state_and_zero_for_the_others()
    {
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);

        string[] states = [.. Lines().Where(line => line.StartsWith("vipd_state{", StringComparison.Ordinal))];

        Assert.Equal(
            [
                "vipd_state{router=\"apiserver\",state=\"initialize\"} 0",
                "vipd_state{router=\"apiserver\",state=\"backup\"} 0",
                "vipd_state{router=\"apiserver\",state=\"active\"} 1",
                "vipd_state{router=\"apiserver\",state=\"fault\"} 0",
            ],
            states);
    }

    [Fact]
    public void A_scrape_reads_what_the_boards_say_at_that_moment()
    {
        Assert.Contains("vipd_advertisements_sent_total{router=\"apiserver\"} 0", Lines());

        _boards.Router.Counters.CountSent();
        _boards.Router.Counters.CountReceived();
        _boards.Router.Counters.CountAnnouncements(4);
        _boards.Router.Counters.CountForeignAnnouncement();
        _boards.Router.SetAddressPresent(1, true);
        _boards.Board.Tracked =
            [new TrackedLink("eth1"), new TrackedLink("eth2") { Condition = LinkCondition.NoCarrier }];
        _boards.Board.Loop.CountDiscard(DiscardReason.VridUnknown);
        _boards.Board.Loop.EndPass(1, 4096);
        _boards.Probe(CheckAnswer.NotReady("500: [-]etcd failed"));
        _reload.Record(new ReloadReport(ReloadResult.BadConfiguration, SampleBoards.Start, ["vipd.yaml:1:1: wrong"]));

        Assert.Superset(
            new HashSet<string>
            {
                "vipd_priority{router=\"apiserver\"} 60",
                "vipd_priority_configured{router=\"apiserver\"} 100",
                "vipd_hold_down_seconds{router=\"apiserver\"} 0",
                "vipd_advertisements_sent_total{router=\"apiserver\"} 1",
                "vipd_advertisements_received_total{router=\"apiserver\"} 1",
                "vipd_announcements_sent_total{router=\"apiserver\"} 4",
                "vipd_conflicts_total{router=\"apiserver\",kind=\"foreignArp\"} 1",
                "vipd_conflicts_total{router=\"apiserver\",kind=\"secondActive\"} 0",
                "vipd_conflicts_total{router=\"apiserver\",kind=\"addressTaken\"} 0",
                "vipd_virtual_address_present{router=\"apiserver\",address=\"192.0.2.100\",interface=\"eth0\"} 0",
                "vipd_virtual_address_present{router=\"apiserver\",address=\"192.0.2.101\",interface=\"eth0\"} 1",
                "vipd_tracked_interface_up{interface=\"eth1\"} 1",
                "vipd_tracked_interface_up{interface=\"eth2\"} 0",
                "vipd_discards_total{router=\"\",reason=\"vridUnknown\"} 1",
                "vipd_discards_total{router=\"apiserver\",reason=\"vridUnknown\"} 0",
                "vipd_check_state{check=\"kube-apiserver\",class=\"notReady\"} 1",
                "vipd_check_state{check=\"kube-apiserver\",class=\"ready\"} 0",
                "vipd_config_last_reload_successful 0",
                "vipd_election_thread_allocated_bytes 4096",
            },
            Lines().ToHashSet());
    }

    [Fact]
    public void Transitions_are_shown_only_once_they_have_happened()
    {
        Assert.DoesNotContain(Lines(), line => line.Contains("vipd_transitions_total", StringComparison.Ordinal));

        _boards.Become(RouterState.Backup, TransitionCause.Startup);
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);

        Assert.Equal(
            [
                "vipd_transitions_total{router=\"apiserver\",from=\"initialize\",to=\"backup\",cause=\"startup\"} 1",
                "vipd_transitions_total{router=\"apiserver\",from=\"backup\",to=\"active\",cause=\"activeDown\"} 1",
            ],
            Lines().Where(line => line.StartsWith("vipd_transitions_total", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_discard_reason_is_there_from_the_start()
    {
        int reasons = Lines().Count(line =>
            line.StartsWith("vipd_discards_total{router=\"apiserver\"", StringComparison.Ordinal));

        Assert.Equal(DiscardReasons.Count - 1, reasons);
    }

    [Fact]
    public void A_histogram_is_cumulative_and_ends_with_infinity_sum_and_count()
    {
        BucketLabels bounds = new();
        var histogram = new BucketHistogram(0.00005, 0.5);
        histogram.Record(TimeSpan.FromMicroseconds(50));
        histogram.Record(TimeSpan.FromMilliseconds(250));
        histogram.Record(TimeSpan.FromSeconds(2));
        MetricFamily family = MetricFamily.Histogram(
            "x_seconds", "Help.", to => to.Write(histogram, bounds, new Label("a", "b")));

        Assert.Equal(
            """
            # HELP x_seconds Help.
            # TYPE x_seconds histogram
            x_seconds_bucket{a="b",le="0.00005"} 1
            x_seconds_bucket{a="b",le="0.5"} 2
            x_seconds_bucket{a="b",le="+Inf"} 3
            x_seconds_sum{a="b"} 2.25005
            x_seconds_count{a="b"} 3

            """,
            Text(family));
    }

    [Fact]
    public void Label_values_and_help_are_escaped()
    {
        MetricFamily family = MetricFamily.Gauge(
            "x", "back\\slash\nline \"quoted\"", static to => to.Write(1, new Label("l", "a\"b\\c\nd")));

        Assert.Equal(
            "# HELP x back\\\\slash\\nline \"quoted\"\n# TYPE x gauge\nx{l=\"a\\\"b\\\\c\\nd\"} 1\n", Text(family));
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(1764000000.25, "1764000000.25")]
    public void Numbers_are_written_as_the_format_wants_them(double value, string text)
    {
        MetricFamily family = MetricFamily.Gauge("x", "Help.", to => to.Write(value));

        Assert.EndsWith($"\nx {text}\n", Text(family), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_family_stands_once_in_an_order_that_does_not_change() => Assert.Equal(
        [
            "vipd_state gauge", "vipd_priority gauge", "vipd_priority_configured gauge", "vipd_hold_down_seconds gauge",
            "vipd_advertisements_sent_total counter", "vipd_advertisements_received_total counter",
            "vipd_discards_total counter", "vipd_virtual_address_present gauge",
            "vipd_announcements_sent_total counter", "vipd_conflicts_total counter", "vipd_check_state gauge",
            "vipd_hook_runs_total counter", "vipd_hooks_passed_over_total counter",
            "vipd_config_last_reload_successful gauge", "vipd_config_last_reload_success_timestamp_seconds gauge",
            "vipd_election_thread_allocated_bytes gauge", "vipd_build_info gauge", "process_cpu_seconds_total counter",
            "process_resident_memory_bytes gauge", "process_open_fds gauge", "process_start_time_seconds gauge",
            "dotnet_gc_collections_total counter", "dotnet_gc_pause_time_seconds_total counter",
            "vipd_failover_seconds histogram", "vipd_check_duration_seconds histogram",
            "vipd_loop_lateness_seconds histogram",
        ],
        Text(_metrics.Exposition).Split('\n')
            .Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line[7..]));

    [Fact]
    public void A_reload_shows_in_the_next_scrape()
    {
        _ = Lines();
        RouterIdentity renamed = SampleBoards.Identity with { Name = "renamed", Addresses = [] };
        _boards.Board.Replace([_boards.Router.ContinueAs(renamed)]);

        Assert.Contains("vipd_priority{router=\"renamed\"} 60", Lines());
        Assert.DoesNotContain(Lines(), line => line.StartsWith("vipd_virtual_address", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scrapes_side_by_side_do_not_mix()
    {
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        string[] expected = Names(Lines());

        string[][] scrapes = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => Names(Lines()))));

        Assert.All(scrapes, scrape => Assert.Equal(expected, scrape));

        static string[] Names(string[] lines) => [.. lines.Select(line => line[..line.LastIndexOf(' ')])];
    }

    [Fact]
    public void The_process_is_described()
    {
        Dictionary<string, double> values = Lines()
            .Where(line => line.StartsWith("process_", StringComparison.Ordinal))
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));

        Assert.InRange(values["process_resident_memory_bytes"], 1 << 20, 1L << 40);
        Assert.InRange(values["process_open_fds"], 3, 100_000);
        Assert.InRange(values["process_cpu_seconds_total"], 0.001, 1e6);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - values["process_start_time_seconds"], -1, 3600);
    }

    [Fact]
    public void The_collector_is_described_by_generation()
    {
        string[] names = ["gen0", "gen1", "gen2"];
        string LineOf(string generation) => Lines().Single(line => line.StartsWith(
            $"dotnet_gc_collections_total{{gc_heap_generation=\"{generation}\"}} ", StringComparison.Ordinal));
        double[] Counts() =>
            [.. names.Select(name => double.Parse(LineOf(name).Split(' ')[1], CultureInfo.InvariantCulture))];

        double[] before = Counts();
        GC.Collect();
        Assert.InRange(Counts()[2] - before[2], 1, 1000);
        string pause = Lines().Single(line => line.StartsWith("dotnet_gc_pause_time_", StringComparison.Ordinal));
        Assert.InRange(double.Parse(pause.Split(' ')[1], CultureInfo.InvariantCulture), 1e-6, 1e6);
    }

    [ToolFact("promtool")]
    public async Task Promtool_finds_nothing_to_criticise()
    {
        _boards.Become(RouterState.Backup, TransitionCause.Startup);
        _boards.Router.Counters.FailoverDetect.Record(TimeSpan.FromMilliseconds(3));
        _boards.Probe(CheckAnswer.Ready);

        (int exitCode, string output) = await ExternalTool.Run(
            "promtool", ["check", "metrics"], Encoding.UTF8.GetBytes(Text(_metrics.Exposition)));

        Assert.Equal("", output);
        Assert.Equal(0, exitCode);
    }

    [ToolFact("promtool")]
    public async Task Promtool_would_refuse_a_broken_exposition()
    {
        (int exitCode, _) = await ExternalTool.Run(
            "promtool", ["check", "metrics"], Encoding.UTF8.GetBytes(Text(_metrics.Exposition) + "vipd_state{ 1\n"));

        Assert.NotEqual(0, exitCode);
    }

    private static string Text(MetricFamily family) => Text(new PrometheusExposition([family]));

    private static string Text(PrometheusExposition exposition)
    {
        var text = new MemoryStream();
        PipeWriter output = PipeWriter.Create(text);
        exposition.WriteTo(output).AsTask().GetAwaiter().GetResult();
        output.Complete();
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private string[] Lines() =>
        [.. Text(_metrics.Exposition).Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
}
