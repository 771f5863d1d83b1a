using Vipd.Vrrp;

namespace Vipd.Simulation.World;

/// <summary>
/// What goes over the LAN: an Advertisement (Count is 0), or announcements of Count addresses from First on.
/// </summary>
internal readonly record struct Frame(int Sender, Priority Priority, Centiseconds Interval, int First, int Count)
{
    public bool IsAdvertisement => Count == 0;

    /// <summary>Its sender has yielded already: nobody who acts on it knows, and nobody can usurp it.</summary>
    public bool IsLastWord { get; init; }

    public static Frame Advertisement(int sender, Priority priority, Centiseconds interval) =>
        new(sender, priority, interval, 0, 0);

    public static Frame Announcement(int sender, int first, int count) => new(sender, default, default, first, count);
}
