namespace Vipd.Daemon.Runtime;

/// <summary>
/// What the election thread shows to the rest of the daemon: counters and snapshots that anybody may read at any time
/// and only the election thread writes.
/// </summary>
public sealed class StatusBoard(IReadOnlyList<RouterBoard> routers)
{
    private volatile IReadOnlyList<RouterBoard> _routers = routers;
    private volatile IReadOnlyList<TrackedLink> _tracked = [];

    /// <summary>In the order of the configuration. A reload puts another list in its place: look at one at a
    /// time.</summary>
    public IReadOnlyList<RouterBoard> Routers => _routers;

    public LoopBoard Loop { get; } = new();

    /// <summary>What is on the interfaces because this daemon put it there.</summary>
    public HeldAddresses Held { get; } = new();

    /// <summary>The interfaces that routers track; as with the routers, a reload puts another list in its
    /// place.</summary>
    public IReadOnlyList<TrackedLink> Tracked
    {
        get => _tracked;
        internal set => _tracked = value;
    }

    /// <summary>The Virtual Router of that name; null: there is none.</summary>
    public RouterBoard? Find(string name) => _routers.FirstOrDefault(router => router.Identity.Name == name);

    internal void Replace(IReadOnlyList<RouterBoard> routers) => _routers = routers;
}
