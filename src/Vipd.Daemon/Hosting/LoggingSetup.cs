using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Hosting;

/// <summary>Serilog behind Microsoft.Extensions.Logging, to standard output.</summary>
public static class LoggingSetup
{
    /// <summary>Replaces every other provider. The switch changes the level while the daemon runs.</summary>
    public static LoggingLevelSwitch UseSerilog(this ILoggingBuilder logging, LogOptions options)
    {
        ArgumentNullException.ThrowIfNull(logging);
        ArgumentNullException.ThrowIfNull(options);
        ITextFormatter formatter = options.Format == LogFormat.Json
            ? new JsonLogFormatter()
            : new JournalFormatter(
                JournalFormatter.IsForJournal(Environment.GetEnvironmentVariable, Console.IsOutputRedirected));
        return logging.UseSerilog(options.Level, configuration => configuration.Console(formatter));
    }

    internal static LoggingLevelSwitch UseSerilog(
        this ILoggingBuilder logging,
        LogEventLevel level,
        Func<Serilog.Configuration.LoggerSinkConfiguration, LoggerConfiguration> sink)
    {
        var levelSwitch = new LoggingLevelSwitch(level);
        // Kestrel and the host tell of each connection and each step: theirs only from warning on, unless all is asked
        // for.
        LogEventLevel frameworks = level < LogEventLevel.Debug ? level : LogEventLevel.Warning;
        LoggerConfiguration configuration = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(levelSwitch)
            .MinimumLevel.Override("Microsoft", frameworks)
            .MinimumLevel.Override("System", frameworks);
        Logger logger = sink(configuration.WriteTo).CreateLogger();
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddSerilog(logger, dispose: true);
        return levelSwitch;
    }
}
