using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Vipd.Daemon.Hosting;

/// <summary>
/// `log.format: text`: one line an event. For journald each line begins with its priority, `&lt;6&gt;`, which journald
/// takes off (sd-daemon(3)), adding the time itself; on a terminal the time and the level stand there instead.
/// </summary>
public sealed class JournalFormatter(bool forJournal) : ITextFormatter
{
    // l: strings without quotes; j: the rest as JSON.
    private readonly MessageTemplateTextFormatter _message = new("{Message:lj}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(logEvent);
        ArgumentNullException.ThrowIfNull(output);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        _message.Format(logEvent, text);
        if (logEvent.Exception is { } exception)
            text.Write($": {exception}");

        output.Write(forJournal ? $"<{PriorityOf(logEvent.Level)}>" : Prefix(logEvent));
        WriteEscaped(text.ToString(), output);
        output.Write('\n');
    }

    /// <summary>Under systemd, or where nobody sits at a terminal.</summary>
    public static bool IsForJournal(Func<string, string?> variable, bool outputRedirected) =>
        !string.IsNullOrEmpty(variable("JOURNAL_STREAM")) || outputRedirected;

    /// <summary>
    /// For a line that is written before there is a log: without a priority journald would take it for information.
    /// </summary>
    public static string ErrorPrefix(Func<string, string?> variable) =>
        string.IsNullOrEmpty(variable("JOURNAL_STREAM")) ? "" : $"<{PriorityOf(LogEventLevel.Error)}>";

    /// <summary>syslog(3): 2 critical, 3 error, 4 warning, 6 information, 7 debug.</summary>
    internal static int PriorityOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => 2,
        LogEventLevel.Error => 3,
        LogEventLevel.Warning => 4,
        LogEventLevel.Information => 6,
        _ => 7,
    };

    private static string Prefix(LogEvent logEvent) => string.Create(
        CultureInfo.InvariantCulture,
        $"{logEvent.Timestamp:HH:mm:ss.fff} {LogLevelNames.Of(logEvent.Level),-11} ");

    // A second line would be a second event to journald, with a priority of its own; other control characters could
    // steer the terminal of whoever reads, and what peers and servers say does get into messages.
    private static void WriteEscaped(string text, TextWriter output)
    {
        foreach (char character in text)
        {
            switch (character)
            {
                case '\n':
                    output.Write("\\n");
                    break;
                case '\r':
                    output.Write("\\r");
                    break;
                case '\t':
                    output.Write('\t');
                    break;
                case var control when char.IsControl(control):
                    output.Write($"\\u{(int)control:x4}");
                    break;
                default:
                    output.Write(character);
                    break;
            }
        }
    }
}
