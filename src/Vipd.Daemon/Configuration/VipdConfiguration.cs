using System.Net;
using Serilog.Events;
using Vipd.Vrrp;

namespace Vipd.Daemon.Configuration;

/// <summary>
/// All of vipd.yaml, validated: whoever holds one of these need not check anything again. What only the running
/// machine can tell (does the interface exist, is the CA there yet) is not checked here.
/// </summary>
public sealed record VipdConfiguration(
    MetricsOptions Metrics,
    ControlOptions Control,
    LogOptions Log,
    RealtimeMode Realtime,
    IReadOnlyList<VirtualRouterConfiguration> VirtualRouters,
    IReadOnlyList<CheckConfiguration> Checks)
{
    public IReadOnlyList<SyncGroupConfiguration> SyncGroups { get; init; } = [];

    /// <summary>All virtual addresses.</summary>
    public HashSet<InternetAddress> AllAddresses() =>
        [.. VirtualRouters.SelectMany(router => router.Addresses).Select(a => InternetAddress.From(a.Address))];

    /// <summary>The group that a virtual router is a member of; it is in one at most.</summary>
    public SyncGroupConfiguration? GroupOf(string router) =>
        SyncGroups.FirstOrDefault(group => group.Members.Contains(router));
}

/// <summary>Virtual routers that are Active on the same node.</summary>
/// <param name="Name">[a-z0-9-]+, unique.</param>
/// <param name="Members">Names of two or more virtual routers; the first one decides between equal priorities.</param>
public sealed record SyncGroupConfiguration(string Name, IReadOnlyList<string> Members);

/// <param name="Listen">Where /metrics and the read-only pages are served; null when switched off.</param>
public sealed record MetricsOptions(IPEndPoint? Listen);

/// <param name="Socket">Absolute path of the Unix socket that `vipd status` and the like talk to.</param>
public sealed record ControlOptions(string Socket);

public sealed record LogOptions(LogEventLevel Level, LogFormat Format);

public enum LogFormat
{
    /// <summary>One line an event, with the priority prefix that journald understands.</summary>
    Text,
    Json,
}

/// <summary>SCHED_FIFO and locked memory for the election thread.</summary>
public enum RealtimeMode
{
    /// <summary>Where the kernel allows it; when refused, say why, once, and run without.</summary>
    Auto,

    /// <summary>Refuse to start without it.</summary>
    Require,
    Off,
}
