using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Recording;

/// <summary>A Virtual Router of a recording: what it is, and its state when the recording begins.</summary>
/// <param name="State">See <see cref="VirtualRouter.SaveState"/>; <see cref="VirtualRouter.TryRestore"/> takes
/// it.</param>
internal sealed record RecordedRouter(
    string Name,
    Vrid Vrid,
    string InterfaceName,
    IReadOnlyList<InternetAddress> Addresses,
    RouterParameters Parameters,
    ReadOnlyMemory<byte> State);

/// <summary>The last minutes of an election thread, complete in itself.</summary>
/// <param name="Version">Of the vipd that recorded.</param>
/// <param name="Host">The node's name.</param>
/// <param name="Reason">Why it was taken, for people.</param>
/// <param name="TakenAt">UTC, for people.</param>
/// <param name="TakenAtMonotonic">The same moment on the clock of the records.</param>
/// <param name="Records">An event, then its transitions, then the next event.</param>
internal sealed record FlightRecording(
    string Version,
    string Host,
    string Reason,
    DateTimeOffset TakenAt,
    MonotonicTime TakenAtMonotonic,
    IReadOnlyList<RecordedRouter> Routers,
    ReadOnlyMemory<FlightRecord> Records);
