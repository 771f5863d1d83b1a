using System.Text;
using Vipd.Linux;
using Vipd.Linux.Netlink;

namespace Vipd.Daemon.Runtime;

/// <summary>An interface whose loss counts for a router, beside the one that it is on.</summary>
/// <param name="Weight">What its loss lowers the priority by; 0: it is a fault.</param>
public sealed record TrackedInterface(string Name, int Weight);

/// <summary>What a tracked interface is good for.</summary>
public enum LinkCondition
{
    /// <summary>Up, with carrier; also until the kernel has been asked.</summary>
    Usable,
    NoCarrier,
    Down,
    Missing,
}

/// <summary>One tracked interface; anybody may read it, only the election thread writes.</summary>
public sealed class TrackedLink(string name)
{
    private volatile int _condition;

    public string Name => name;

    public LinkCondition Condition
    {
        get => (LinkCondition)_condition;
        internal set => _condition = (int)value;
    }

    internal byte[] NameInOctets { get; } = Encoding.UTF8.GetBytes(name);

    /// <summary>The one that has the name now.</summary>
    internal InterfaceIndex? Index { get; set; }
}

/// <summary>
/// The interfaces that any router tracks, known by name: one that is deleted and made again, or renamed, is another one
/// with the same name. Observing allocates only where something has changed.
/// </summary>
/// <param name="plans">Of all routers.</param>
/// <param name="journal">Where changes are noted.</param>
/// <param name="former">What was known before a reload is still known.</param>
internal sealed class TrackedLinks(IEnumerable<RouterPlan> plans, LoopJournal journal, TrackedLinks? former = null)
{
    private readonly TrackedLink[] _links =
    [
        .. plans.SelectMany(plan => plan.Tracked).Select(tracked => tracked.Name).Distinct()
            .Select(name => former?.Find(name) ?? new TrackedLink(name)),
    ];

    public IReadOnlyList<TrackedLink> All => _links;

    /// <summary>One change. True if it matters to whoever tracks it.</summary>
    public bool Observe(in RouteChange change)
    {
        bool isNews = false;
        foreach (TrackedLink link in _links)
        {
            if (change.Kind == RouteChangeKind.LinkChanged && change.IsNamed(link.NameInOctets))
                isNews |= Set(link, change.Interface, ConditionOf(change.IsUp, change.HasCarrier));
            else if (change.Interface == link.Index) // Removed, or renamed.
                isNews |= Set(link, null, LinkCondition.Missing);
        }

        return isNews;
    }

    /// <summary>Every interface that there is. True if it matters to whoever tracks one.</summary>
    public bool Observe(IReadOnlyList<InterfaceLink> links)
    {
        bool isNews = false;
        foreach (TrackedLink link in _links)
        {
            isNews |= links.FirstOrDefault(found => found.Name == link.Name) is { } there
                ? Set(link, there.Index, ConditionOf(there.IsUp, there.HasCarrier))
                : Set(link, null, LinkCondition.Missing);
        }

        return isNews;
    }

    /// <summary>What a router that tracks these pays for their state.</summary>
    public TrackedHealth For(IReadOnlyList<TrackedInterface> tracked)
    {
        int weight = 0;
        bool fault = false;
        List<string> reasons = [];
        foreach (TrackedInterface one in tracked)
        {
            if (Find(one.Name) is not { Condition: not LinkCondition.Usable } link)
                continue;
            weight += one.Weight;
            fault |= one.Weight == 0;
            string cost = one.Weight == 0 ? "fault" : $"-{one.Weight}";
            reasons.Add($"interface {one.Name} {Describe(link.Condition)} ({cost})");
        }

        return reasons.Count == 0 ? TrackedHealth.Good : new TrackedHealth(weight, fault, reasons);
    }

    private TrackedLink? Find(string name) => Array.Find(_links, link => link.Name == name);

    private bool Set(TrackedLink link, InterfaceIndex? index, LinkCondition condition)
    {
        link.Index = index;
        if (link.Condition == condition)
            return false;
        link.Condition = condition;
        journal.Add(
            condition == LinkCondition.Usable ? NoteSeverity.Information : NoteSeverity.Warning,
            link.Name,
            $"tracked interface {Describe(condition)}");
        return true;
    }

    private static LinkCondition ConditionOf(bool isUp, bool hasCarrier) =>
        !isUp ? LinkCondition.Down : hasCarrier ? LinkCondition.Usable : LinkCondition.NoCarrier;

    private static string Describe(LinkCondition condition) => condition switch
    {
        LinkCondition.Usable => "is up",
        LinkCondition.NoCarrier => "has no carrier",
        LinkCondition.Down => "is down",
        _ => "is not there",
    };
}

/// <summary>What the tracked interfaces cost one router.</summary>
/// <param name="Weight">Lowers the priority.</param>
/// <param name="Fault">Takes it out of the election.</param>
/// <param name="Reasons">For people, one line each.</param>
internal sealed record TrackedHealth(int Weight, bool Fault, IReadOnlyList<string> Reasons)
{
    public static TrackedHealth Good { get; } = new(0, false, []);

    public bool IsSameAs(TrackedHealth other) =>
        Weight == other.Weight && Fault == other.Fault && Reasons.SequenceEqual(other.Reasons);
}
