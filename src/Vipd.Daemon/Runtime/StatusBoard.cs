namespace Vipd.Daemon.Runtime;

/// <summary>
/// What the election thread shows to the rest of the daemon: counters and snapshots that anybody may read at any time
/// and only the election thread writes.
/// </summary>
public sealed class StatusBoard(IReadOnlyList<RouterBoard> routers)
{
    public IReadOnlyList<RouterBoard> Routers { get; } = routers;

    public LoopBoard Loop { get; } = new();
}
