namespace Vipd.Vrrp.Election;

/// <summary>
/// Beyond the RFC: Virtual Routers that are Active on the same node, or not at all (the two families of one service,
/// the two sides of a gateway). A function of the members' states: it keeps none of its own, and says by events to the
/// members what follows from what they are. Two groups on two nodes need no word of each other's for that, and a peer
/// without groups sees nothing but ordinary Virtual Routers.
/// </summary>
/// <remarks>
/// <para>The rules, in this order. A member in Fault puts the others into Fault. All have the lowest priority that any
/// of them has earned, so that every member says the same of the node. When one has lost, because it has heard a better
/// router, the others resign. A member whose take-over is due is ready and waits until each of the others is ready or
/// Active; then all of them claim. When one hears its Active Router resign, the others wait for the next Advertisement
/// of theirs instead of for three.</para>
/// <para>What decides between equal priorities, the primary address, may point to one node in IPv4 and to another in
/// IPv6, and two nodes that claim together would both lose. So the first member alone yields to an equal priority
/// (<see cref="SyncPlace"/>); its order is the same on every node since the configuration is.</para>
/// </remarks>
/// <param name="members">At least two; null for one that this node lacks the interface for, which is a fault.</param>
public sealed class SyncGroup(IReadOnlyList<VirtualRouter?> members)
{
    private readonly VirtualRouter?[] _members = [.. members];
    private readonly Priority[] _earned = [.. members.Select(member => member?.Priority ?? Priority.AddressOwner)];

    /// <summary>What every member advertises.</summary>
    public Priority Priority
    {
        get
        {
            Priority lowest = Priority.AddressOwner;
            foreach (Priority earned in _earned)
                lowest = earned < lowest ? earned : lowest;
            return lowest;
        }
    }

    /// <summary>The priority that a member has by itself, before the group is taken into account.</summary>
    public void SetEarned(int member, Priority priority) => _earned[member] = priority;

    /// <summary>
    /// The next event that a member must be told, given what all are now; false when they are at one. Tell it, and ask
    /// again.
    /// </summary>
    public bool TryNext(out int member, out RouterEvent told) =>
        TryFault(out member, out told) || TryPriority(out member, out told) || TryLeave(out member, out told)
        || TryClaim(out member, out told) || TryHurry(out member, out told);

    /// <summary>A member, other than the one given, that is in Fault by itself; -1 if there is none.</summary>
    public int FaultyBeside(int member)
    {
        for (int other = 0; other < _members.Length; other++)
        {
            if (other != member && (_members[other]?.OwnFaults ?? RouterFaults.Interface) != RouterFaults.None)
                return other;
        }

        return -1;
    }

    private bool TryFault(out int member, out RouterEvent told)
    {
        told = default;
        for (member = 0; member < _members.Length; member++)
        {
            if (_members[member] is not { } router)
                continue;
            bool isFault = FaultyBeside(member) >= 0;
            if (isFault == router.HasGroupFault)
                continue;
            told = isFault
                ? RouterEvent.FaultRaised(RouterFaults.Group)
                : RouterEvent.FaultCleared(RouterFaults.Group);
            return true;
        }

        return false;
    }

    private bool TryPriority(out int member, out RouterEvent told)
    {
        Priority common = Priority;
        told = RouterEvent.PriorityChanged(common);
        for (member = 0; member < _members.Length; member++)
        {
            if (_members[member] is { } router && router.Priority != common)
                return true;
        }

        return false;
    }

    private bool TryLeave(out int member, out RouterEvent told)
    {
        told = new RouterEvent(RouterEventKind.GroupLeaves);
        member = IndexOf(static router => router.State == RouterState.Active);
        return member >= 0 && IndexOf(static router => router.HasLost) >= 0;
    }

    private bool TryClaim(out int member, out RouterEvent told)
    {
        told = new RouterEvent(RouterEventKind.GroupClaims);
        member = -1;
        for (int one = 0; one < _members.Length; one++)
        {
            if (_members[one] is { IsReadyToClaim: true })
                member = one;
            else if (_members[one] is not { State: RouterState.Active })
                return false;
        }

        return member >= 0;
    }

    private bool TryHurry(out int member, out RouterEvent told)
    {
        told = new RouterEvent(RouterEventKind.GroupHurries);
        member = -1;
        foreach (VirtualRouter? resigned in _members)
        {
            if (resigned?.ResignationHeardAt is not { } at)
                continue;
            for (member = 0; member < _members.Length; member++)
            {
                if (_members[member] is { } router && router.IsSilentSince(at))
                    return true;
            }
        }

        return false;
    }

    private int IndexOf(Func<VirtualRouter, bool> isSo)
    {
        for (int member = 0; member < _members.Length; member++)
        {
            if (_members[member] is { } router && isSo(router))
                return member;
        }

        return -1;
    }
}
