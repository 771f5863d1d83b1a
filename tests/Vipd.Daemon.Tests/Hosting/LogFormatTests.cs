using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;
using Vipd.Daemon.Hosting;

namespace Vipd.Daemon.Tests.Hosting;

public sealed class LogFormatTests
{
    [Theory]
    [InlineData(LogLevel.Critical, "<2>")]
    [InlineData(LogLevel.Error, "<3>")]
    [InlineData(LogLevel.Warning, "<4>")]
    [InlineData(LogLevel.Information, "<6>")]
    [InlineData(LogLevel.Debug, "<7>")]
    [InlineData(LogLevel.Trace, "<7>")]
    public void Each_line_begins_with_the_priority_that_journald_knows(LogLevel level, string prefix) => Assert.Equal(
        $"{prefix}apiserver is Active, 3 addresses\n",
        Write(
            new JournalFormatter(forJournal: true),
            log => log.Log(level, "{Router} is Active, {Count} addresses", "apiserver", 3)));

    [Fact]
    public void A_message_is_one_line_whatever_is_in_it() => Assert.Equal(
        "<4>peer said a\\nb\\r\\u001b[31m\n",
        Write(new JournalFormatter(forJournal: true), log => log.LogWarning("peer said {Text}", "a\nb\r\u001b[31m")));

    [Fact]
    public void An_exception_stays_on_the_line_of_its_message()
    {
        string line = Write(
            new JournalFormatter(forJournal: true), log => log.LogError(new IOException("one\ntwo"), "failed"));

        Assert.StartsWith("<3>failed: System.IO.IOException: one\\ntwo", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(character => character == '\n'));
    }

    [Fact]
    public void A_terminal_gets_time_and_level() => Assert.Matches(
        @"^\d\d:\d\d:\d\d\.\d{3} warning     slow\n$",
        Write(new JournalFormatter(forJournal: false), log => log.LogWarning("slow")));

    [Theory]
    [InlineData("8:123", false, true)]
    [InlineData(null, true, true)]
    [InlineData(null, false, false)]
    public void Priorities_are_for_the_journal_and_pipes(string? journalStream, bool redirected, bool expected) =>
        Assert.Equal(expected, JournalFormatter.IsForJournal(_ => journalStream, redirected));

    [Theory]
    [InlineData("8:123", "<3>")]
    [InlineData(null, "")]
    public void An_error_before_there_is_a_log_is_one_to_the_journal_too(string? journalStream, string expected) =>
        Assert.Equal(expected, JournalFormatter.ErrorPrefix(_ => journalStream));

    [Fact]
    public void Json_is_one_object_a_line_with_the_types_of_its_properties()
    {
        string line = Write(
            new JsonLogFormatter(),
            log => log.LogWarning(
                new IOException("no"),
                "{Router} took {Milliseconds} of {All}: {Peers}",
                "api\nserver",
                1.5,
                3,
                new[] { "a", "b" }));

        Assert.Equal(1, line.Count(character => character == '\n'));
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement root = json.RootElement;
        JsonElement properties = root.GetProperty("properties");
        Assert.Equal("warning", root.GetProperty("level").GetString());
        Assert.Equal("vipd", root.GetProperty("source").GetString());
        Assert.Equal("System.IO.IOException: no", root.GetProperty("exception").GetString());
        Assert.StartsWith(
            "api\nserver took 1.5 of 3: [", root.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(DateTimeKind.Utc, root.GetProperty("time").GetDateTime().Kind);
        Assert.Equal("api\nserver", properties.GetProperty("Router").GetString());
        Assert.Equal(1.5, properties.GetProperty("Milliseconds").GetDouble());
        Assert.Equal(3, properties.GetProperty("All").GetInt32());
        Assert.Equal(["a", "b"], properties.GetProperty("Peers").EnumerateArray().Select(peer => peer.GetString()));
    }

    [Fact]
    public void The_level_can_change_while_it_runs_and_frameworks_stay_quiet()
    {
        using var output = new StringWriter();
        using ILoggerFactory loggers = LoggerFactory.Create(logging =>
        {
            Serilog.Core.LoggingLevelSwitch level = logging.UseSerilog(
                LogEventLevel.Warning, sink => sink.Sink(new WriterSink(new JournalFormatter(true), output)));
            level.MinimumLevel = LogEventLevel.Information;
        });

        loggers.CreateLogger("vipd").LogInformation("shown");
        loggers.CreateLogger("vipd").LogDebug("hidden");
        loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel").LogInformation("hidden too");

        Assert.Equal("<6>shown\n", output.ToString());
    }

    private static string Write(ITextFormatter formatter, Action<Microsoft.Extensions.Logging.ILogger> act)
    {
        using var output = new StringWriter();
        using ILoggerFactory loggers = LoggerFactory.Create(logging =>
            logging.UseSerilog(LogEventLevel.Verbose, sink => sink.Sink(new WriterSink(formatter, output))));
        act(loggers.CreateLogger("vipd"));
        return output.ToString();
    }

    private sealed class WriterSink(ITextFormatter formatter, TextWriter output) : Serilog.Core.ILogEventSink
    {
        public void Emit(LogEvent logEvent) => formatter.Format(logEvent, output);
    }
}
