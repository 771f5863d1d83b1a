using System.Text.Json.Serialization;

namespace Vipd.Daemon.Control;

/// <summary>
/// What GET /v1/status and `vipd status -o json` say: a contract. Fields may be added, none is renamed or changes its
/// unit. Times are UTC, durations are seconds, states and causes are spelled as in the metrics; null is "none".
/// </summary>
/// <param name="Version">Of the daemon that answers.</param>
/// <param name="Host">The node's name.</param>
/// <param name="Now">When this was written.</param>
/// <param name="StartedAt">When the daemon started.</param>
/// <param name="Self">What was wrong with the daemon itself or its machine, one for each kind; mostly empty.</param>
/// <param name="LastReload">Of the configuration; null if there was none since the start.</param>
public sealed record StatusDocument(
    string Version,
    string Host,
    DateTimeOffset Now,
    DateTimeOffset StartedAt,
    ElectionLoopStatus ElectionLoop,
    IReadOnlyList<VirtualRouterStatus> VirtualRouters,
    IReadOnlyList<CheckStatusEntry> Checks,
    IReadOnlyList<SelfStatus> Self,
    ReloadStatus? LastReload = null);

/// <param name="Successful">False: the configuration that runs is the one from before.</param>
/// <param name="Lines">What changed, or every reason why nothing did.</param>
public sealed record ReloadStatus(DateTimeOffset At, bool Successful, IReadOnlyList<string> Lines);

/// <param name="Running">Configured, sockets open, taking part.</param>
/// <param name="SecondsSinceLastPass">Above 3 the loop counts as dead.</param>
/// <param name="RealtimeRefusal">Why the election thread has no SCHED_FIFO; null where it has.</param>
public sealed record ElectionLoopStatus(bool Running, double SecondsSinceLastPass, string? RealtimeRefusal);

/// <param name="State">initialize, backup, active or fault.</param>
/// <param name="Since">Of the last transition.</param>
/// <param name="Cause">Of the last transition.</param>
/// <param name="HandingOver">Still holding the addresses for a successor that has not announced them yet.</param>
/// <param name="Drained">Taken out by an operator.</param>
/// <param name="EffectivePriority">Less the weights of what is unhealthy; never below 1.</param>
/// <param name="PriorityReasons">Why it is lower than configured, one line each.</param>
/// <param name="ActiveRouter">As last heard; this node while Active.</param>
/// <param name="SpreadSeconds">What this router adds to its timers so that equals don't claim at once.</param>
/// <param name="LeaseSeconds">Kernel lifetime of the addresses; null: for ever.</param>
/// <param name="Transitions">The last 20, oldest first.</param>
/// <param name="Conflicts">Senders that are configured differently, heard lately; a line for people each.</param>
/// <param name="HoldDownSeconds">
/// For how much longer this Backup Router, the better one, lets the Active Router be; null: no hold-down runs.
/// </param>
/// <param name="VirtualMac">The MAC address that answers for the addresses; null: that of the interface.</param>
public sealed record VirtualRouterStatus(
    string Name,
    int Vrid,
    int VrrpVersion,
    string Interface,
    string PrimaryAddress,
    string State,
    DateTimeOffset Since,
    string Cause,
    bool HandingOver,
    bool Drained,
    int ConfiguredPriority,
    int EffectivePriority,
    IReadOnlyList<string> PriorityReasons,
    ActiveRouterStatus? ActiveRouter,
    IReadOnlyList<VirtualAddressStatus> Addresses,
    double AdvertisementIntervalSeconds,
    double ActiveDownIntervalSeconds,
    double SpreadSeconds,
    double? LeaseSeconds,
    IReadOnlyList<TransitionStatus> Transitions,
    IReadOnlyList<ConflictStatus> Conflicts,
    double? HoldDownSeconds = null,
    string? VirtualMac = null);

/// <param name="Kind">As the label `kind` of vipd_conflicts_total.</param>
/// <param name="SecondsSinceSeen">Since its last message.</param>
/// <param name="TwoActiveRouters">This node is Active, and the peer believes that it is.</param>
/// <param name="Text">"two Active Routers: 192.0.2.12 sends version 2, this router expects 3".</param>
public sealed record ConflictStatus(
    string Peer, string Kind, double SecondsSinceSeen, bool TwoActiveRouters, string Text);

/// <param name="Self">This node.</param>
public sealed record ActiveRouterStatus(string Address, int? Priority, bool Self);

/// <param name="Present">What the kernel says.</param>
/// <param name="Foreign">Somebody else has put it on the interface: used while Active, and left there.</param>
/// <param name="Interface">Where it is or would be: the router's interface, or its macvlan with the virtual MAC
/// address.</param>
public sealed record VirtualAddressStatus(string Address, bool Present, bool Foreign, string Interface = "");

/// <param name="Peer">The router that brought it about; null where none did.</param>
/// <param name="DurationSeconds">From what set it off to the state change being acted on.</param>
public sealed record TransitionStatus(
    DateTimeOffset At, string From, string To, string Cause, string? Peer, double DurationSeconds);

/// <param name="Class">The verdict after rise and fall: ready, notReady or down.</param>
/// <param name="Since">Of the last change of the verdict.</param>
/// <param name="Reasons">Why the verdict is what it is.</param>
/// <param name="LastProbe">What the last probe alone found; null before the first.</param>
public sealed record CheckStatusEntry(
    string Name,
    string Type,
    string Class,
    DateTimeOffset Since,
    IReadOnlyList<string> Reasons,
    long Probes,
    ProbeStatus? LastProbe);

/// <param name="Consecutive">How many answers in a row had this class.</param>
public sealed record ProbeStatus(
    DateTimeOffset At, double DurationSeconds, string Class, int Consecutive, IReadOnlyList<string> Answer);

/// <param name="Trouble">processStalled, threadPoolStarved, clockJumped or suspended.</param>
/// <param name="Count">Since the daemon started.</param>
/// <param name="Seconds">In sum; of a clock, the sum of what it was set by, forwards or back.</param>
/// <param name="LastAt">When the last one was over.</param>
/// <param name="Last">The last one, in words.</param>
public sealed record SelfStatus(string Trouble, long Count, double Seconds, DateTimeOffset LastAt, string Last);

/// <summary>Generated code instead of reflection, which a trimmed file could not keep.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext;
