using System.Net;
using Serilog.Events;

namespace Vipd.Daemon.Configuration;

/// <summary>
/// Text → tree → records. The readers know every key of the format, go on after an error and replace what is wrong by
/// a stand-in, so that one run tells all; nothing comes out unless nothing is wrong.
/// </summary>
internal static class ConfigurationReader
{
    /// <param name="file">The name that errors begin with; it is not opened.</param>
    /// <param name="text">The whole of the file.</param>
    public static ConfigurationResult Parse(string file, string text)
    {
        var errors = new ErrorList(file);
        if (YamlTree.Parse(text, errors) is not { } root)
            return new ConfigurationResult(null, errors.InOrder());
        VipdConfiguration? configuration = Read(root, errors);
        return new ConfigurationResult(errors.Count == 0 ? configuration : null, errors.InOrder());
    }

    /// <summary>Null when the root is no mapping; to be thrown away when there are errors.</summary>
    public static VipdConfiguration? Read(ConfigurationNode root, ErrorList errors)
    {
        VipdConfiguration? configuration = MappingReader.Read("the file", root, errors, map => ReadRoot(map, errors));
        NotYetSupported.Refuse(root, errors);
        return configuration;
    }

    private static VipdConfiguration ReadRoot(MappingReader map, ErrorList errors)
    {
        map.Optional("manageSysctls", ScalarFormats.Boolean, false);
        IReadOnlyList<ConfigurationNode> groups =
            map.OptionalList("syncGroups", VirtualRouterReader.MaxRouters) ?? [];
        var checkReader = new CheckReader(errors);
        IReadOnlyList<CheckConfiguration> checks =
            checkReader.Read(map.OptionalList("checks", CheckReader.MaxChecks) ?? []);
        var routerReader = new VirtualRouterReader(errors, checkReader.DeclaredNames);
        var configuration = new VipdConfiguration(
            map.Section("metrics", ReadMetrics),
            map.Section("control", control =>
                new ControlOptions(control.Optional("socket", ScalarFormats.SocketPath, "/run/vipd/vipd.sock"))),
            map.Section("log", ReadLog),
            map.Optional("realtime", RealtimeModes, RealtimeMode.Auto),
            routerReader.Read(map.RequiredList("virtualRouters", VirtualRouterReader.MaxRouters)),
            checks);
        var groupReader = new SyncGroupReader(errors, configuration.VirtualRouters, routerReader.DeclaredNames);
        return configuration with { SyncGroups = groupReader.Read(groups) };
    }

    private static MetricsOptions ReadMetrics(MappingReader map)
    {
        map.Optional("keepalivedExporterNames", ScalarFormats.Boolean, false);
        return new MetricsOptions(
            map.Optional("listen", NetworkFormats.Listen, new IPEndPoint(IPAddress.Loopback, 9812)));
    }

    private static LogOptions ReadLog(MappingReader map) => new(
        map.Optional("level", LogLevels, LogEventLevel.Information),
        map.Optional("format", LogFormats, LogFormat.Text));

    private static ScalarFormat<RealtimeMode> RealtimeModes { get; } = ScalarFormats.Choice(
        ("auto", RealtimeMode.Auto), ("require", RealtimeMode.Require), ("off", RealtimeMode.Off));

    private static ScalarFormat<LogFormat> LogFormats { get; } =
        ScalarFormats.Choice(("text", LogFormat.Text), ("json", LogFormat.Json));

    private static ScalarFormat<LogEventLevel> LogLevels { get; } = ScalarFormats.Choice(
        ("verbose", LogEventLevel.Verbose),
        ("debug", LogEventLevel.Debug),
        ("information", LogEventLevel.Information),
        ("warning", LogEventLevel.Warning),
        ("error", LogEventLevel.Error));
}
