using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

/// <summary>Events in any order, of every kind, with every value that a caller may hand in.</summary>
internal static class RandomEvents
{
    public static RouterEvent Any(Random random, int addresses) => random.Next(26) switch
    {
        0 => RouterEvent.Startup(random.Next(2) == 0 ? TransitionCause.Startup : TransitionCause.Undrained),
        1 => random.Next(5) == 0 ? RouterEvent.Shutdown() : RouterEvent.Startup(),
        2 => RouterEvent.PriorityChanged(new Priority((byte)random.Next(1, 256))),
        3 => RouterEvent.FaultRaised((RouterFaults)(1 << random.Next(5))),
        4 or 5 => RouterEvent.FaultCleared((RouterFaults)(1 << random.Next(5))),
        6 => RouterEvent.AddressLost(random.Next(addresses)),
        7 => random.Next(2) == 0 ? RouterEvent.AddressRefused(random.Next(addresses)) : RouterEvent.LeaseExpired,
        < 11 => RouterEvent.AnnouncementHeard(random.Next(addresses), random.Next(2) == 0),
        < 15 => RouterEvent.AdvertisementReceived(
            new Priority((byte)random.Next(256)),
            InternetAddress.From([192, 0, 2, (byte)random.Next(10, 15)]),
            new Centiseconds(random.Next(10) == 0 ? random.Next(1, 4096) : random.Next(1, 30))),
        15 or 16 => new RouterEvent(
            (RouterEventKind)random.Next((int)RouterEventKind.GroupClaims, (int)RouterEventKind.GroupHurries + 1)),
        _ => RouterEvent.DeadlineReached,
    };

    /// <summary>From nothing to half a second.</summary>
    public static TimeSpan AnyPause(Random random) => TimeSpan.FromTicks(random.Next(4) switch
    {
        0 => 0,
        1 => random.Next(1000),
        2 => random.Next(100_000),
        _ => random.Next(5_000_000),
    });
}
