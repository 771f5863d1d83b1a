using System.Globalization;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Recording;

/// <summary>Events and actions of one router as people say them.</summary>
internal sealed class StoryWords(RecordedRouter router)
{
    /// <summary>As wide as the time before each line.</summary>
    public const string Indent = "              ";

    private const int LongestLine = 84;

    /// <summary>Without a consequence it is not worth a line.</summary>
    public static bool IsIdle(RouterEventKind kind) => kind is RouterEventKind.DeadlineReached
        or RouterEventKind.PriorityChanged or RouterEventKind.FaultRaised or RouterEventKind.FaultCleared;

    public string Describe(RouterParameters parameters) => string.Create(
        CultureInfo.InvariantCulture,
        $"{parameters.PrimaryAddress}, priority {parameters.Priority}, "
        + $"every {parameters.AdvertisementInterval.ToTimeSpan().TotalMilliseconds} ms, "
        + $"{Addresses(0, router.Addresses.Count)}");

    public static string Beginning(VirtualRouter begin)
    {
        string watched = begin.State == RouterState.Backup && begin.ActiveRouter is { } active
            ? $", watching {active} with priority {begin.ActivePriority}"
            : "";
        return $"begins in {begin.State} with priority {begin.Priority}{watched}";
    }

    /// <summary>The plural of what repeats itself in quiet times; null for everything else.</summary>
    public string? Routine(ReplayStep step)
    {
        if (step.Difference is not null)
            return null;
        return step.Event.Kind switch
        {
            RouterEventKind.AdvertisementReceived when step.Actions.IsEmpty =>
                $"Advertisements from {step.Event.Sender} with priority {step.Event.Priority}",
            RouterEventKind.AnnouncementHeard when step.Actions.IsEmpty =>
                $"announcements of {Address(step.Event.Address)} by somebody else",
            RouterEventKind.DeadlineReached when step.Actions.All(IsRoutine) =>
                $"Advertisements sent with priority {step.Priority}",
            _ => null,
        };
    }

    /// <summary>What an Active Router does by itself for ever.</summary>
    private static bool IsRoutine(RouterAction action) => action.Kind == RouterActionKind.Announce
        || action is { Kind: RouterActionKind.SendAdvertisement, Priority.IsResign: false };

    public string Tell(ReplayStep step)
    {
        string what = Tell(step.Event, step);
        string actions = string.Join(", ", step.Actions.Select(Tell));
        return (what, actions) switch
        {
            ("", _) => actions,
            (_, "") => what,
            _ when what.Length + actions.Length > LongestLine => $"{what}:\n{Indent}{actions}",
            _ => $"{what}: {actions}",
        };
    }

    private string Tell(in RouterEvent happened, ReplayStep step) => happened.Kind switch
    {
        RouterEventKind.Startup => "told to take part",
        RouterEventKind.Shutdown => $"told to stop ({TransitionWords.Of(happened.Cause)})",
        RouterEventKind.AdvertisementReceived when happened.Priority.IsResign => $"heard {happened.Sender} resign",
        RouterEventKind.AdvertisementReceived => $"heard {happened.Sender} with priority {happened.Priority}",
        RouterEventKind.AnnouncementHeard => $"heard somebody else announce {Address(happened.Address)}"
            + (happened.AtVirtualMac ? " at the Virtual Router MAC Address" : ""),
        RouterEventKind.DeadlineReached when step is { Before: RouterState.Backup, After: RouterState.Active } =>
            step.WaitingSince is { } since ? $"waited {Milliseconds(step.Now - since)}, claims" : "claims",
        RouterEventKind.DeadlineReached => "",
        RouterEventKind.PriorityChanged => $"priority is now {happened.Priority}",
        RouterEventKind.FaultRaised => Raised(happened.Fault),
        RouterEventKind.FaultCleared => Cleared(happened.Fault),
        RouterEventKind.AddressLost => $"{Address(happened.Address)} was taken off {router.InterfaceName}",
        RouterEventKind.AddressRefused => $"the kernel refused {Address(happened.Address)}",
        RouterEventKind.LeaseExpired => "the lease of the addresses ran out",
        RouterEventKind.GroupClaims => "every member of the sync group is ready",
        RouterEventKind.GroupLeaves => "another member of the sync group is no longer Active",
        RouterEventKind.GroupHurries => "the Active Router of another member of the sync group resigned",
        _ => throw new ArgumentOutOfRangeException(nameof(step), happened.Kind, "not an event"),
    };

    private string Tell(RouterAction action) => action.Kind switch
    {
        RouterActionKind.SendAdvertisement when action.Priority.IsResign => "resigned",
        RouterActionKind.SendAdvertisement => $"advertised with priority {action.Priority}",
        RouterActionKind.AddAddresses => $"added {Addresses(action.First, action.Count)}",
        RouterActionKind.RemoveAddresses => "removed the addresses",
        RouterActionKind.Announce => $"announced {Addresses(action.First, action.Count)}",
        RouterActionKind.PointToVirtualMac => "sent the clients on to the Virtual Router MAC Address",
        _ => $"{action.From} -> {action.To} ({TransitionWords.Of(action.Cause)})",
    };

    private static string Raised(RouterFaults faults) => faults switch
    {
        RouterFaults.Interface => "the interface cannot be used",
        RouterFaults.Check => "a check forbids taking part",
        RouterFaults.Kernel => "the kernel refuses an address",
        RouterFaults.TrackedInterface => "a tracked interface cannot be used",
        RouterFaults.Group => "another member of the sync group is in Fault",
        _ => $"faults: {faults}",
    };

    private static string Cleared(RouterFaults faults) => faults switch
    {
        RouterFaults.Interface => "the interface can be used again",
        RouterFaults.Check => "no check forbids taking part any more",
        RouterFaults.Kernel => "the kernel may be asked again for addresses",
        RouterFaults.TrackedInterface => "every tracked interface can be used",
        RouterFaults.Group => "no other member of the sync group is in Fault any more",
        _ => $"no longer faults: {faults}",
    };

    private string Addresses(int first, int count) => count == 1 && router.Addresses.Count == 1
        ? "1 address"
        : string.Create(
            CultureInfo.InvariantCulture, $"{count} of {router.Addresses.Count} addresses from {Address(first)}");

    private string Address(int number) => router.Addresses[number].ToString();

    private static string Milliseconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0} ms");
}
