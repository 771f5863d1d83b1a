using Serilog.Events;

namespace Vipd.Daemon.Hosting;

internal static class LogLevelNames
{
    /// <summary>As the configuration spells them; fatal cannot be chosen there, but happens.</summary>
    public static string Of(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "verbose",
        LogEventLevel.Debug => "debug",
        LogEventLevel.Information => "information",
        LogEventLevel.Warning => "warning",
        LogEventLevel.Error => "error",
        _ => "fatal",
    };
}
