using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>A sync group at work: hands the members the events that <see cref="SyncGroup"/> wants told.</summary>
/// <param name="name">Of the group.</param>
/// <param name="names">Of its members, in order.</param>
/// <param name="members">Null for one that waits for what this machine lacks.</param>
internal sealed class GroupRuntime(
    string name, IReadOnlyList<string> names, IReadOnlyList<RouterRuntime?> members)
{
    /// <summary>More than the rules can ask for in one pass: each member is told a few things at most.</summary>
    private const int MostEventsAMember = 8;

    private readonly RouterRuntime?[] _members = [.. members];
    private readonly SyncGroup _group = new([.. members.Select(member => member?.Election)]);

    /// <summary>
    /// What each member was last shown to suffer from; a number, so that a look allocates nothing. Of what a group from
    /// before a reload has shown nothing is known.
    /// </summary>
    private readonly int[] _shown = [.. members.Select(_ => int.MinValue)];

    /// <summary>Groups of the plans, each with all its members.</summary>
    /// <param name="routers">By the number of their plan.</param>
    public static GroupRuntime[] Of(IReadOnlyList<RouterPlan> plans, IReadOnlyList<RouterRuntime?> routers) =>
    [
        .. Enumerable.Range(0, plans.Count)
            .Where(number => plans[number].SyncGroup is not null)
            .GroupBy(number => plans[number].SyncGroup!)
            .Select(group => new GroupRuntime(
                group.Key,
                [.. group.Select(number => plans[number].Identity.Name)],
                [.. group.Select(number => routers[number])])),
    ];

    /// <summary>
    /// After the members have heard what there was to hear, and after they have done what was due. True if one was told
    /// something.
    /// </summary>
    public bool Settle(MonotonicTime now)
    {
        bool anyTold = false;
        for (int member = 0; member < _members.Length; member++)
        {
            if (_members[member] is { } router)
                _group.SetEarned(member, router.EarnedPriority);
        }

        for (int told = 0; told < MostEventsAMember * _members.Length; told++)
        {
            if (!_group.TryNext(out int member, out RouterEvent routerEvent))
                break;
            _members[member]!.Handle(routerEvent, now);
            anyTold = true;
        }

        for (int member = 0; member < _members.Length; member++)
            Show(member);
        return anyTold;
    }

    private void Show(int member)
    {
        if (_members[member] is not { } router)
            return;
        int faulty = _group.FaultyBeside(member);
        int lowest = faulty < 0 && _group.Priority < router.EarnedPriority ? Lowest() : -1;
        int shown = faulty >= 0 ? -1 - faulty : lowest >= 0 ? (256 * lowest) + _group.Priority.Value : 0;
        if (shown == _shown[member])
            return;
        _shown[member] = shown;
        router.ShowGroup(
            faulty >= 0 ? $"sync group {name}: {names[faulty]} in Fault"
            : lowest >= 0 ? $"sync group {name}: {names[lowest]} has priority {_group.Priority}"
            : null);
    }

    /// <summary>The first member that has earned no more than all have.</summary>
    private int Lowest()
    {
        int member = 0;
        while (_members[member]?.EarnedPriority != _group.Priority)
            member++;
        return member;
    }
}
