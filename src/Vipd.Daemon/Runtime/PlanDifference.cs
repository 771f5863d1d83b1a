namespace Vipd.Daemon.Runtime;

/// <summary>What becomes of a Virtual Router when the plans change.</summary>
internal enum RouterFate
{
    /// <summary>Nothing: not one packet differs.</summary>
    Kept,

    /// <summary>It goes on as what it is, with other parameters or addresses.</summary>
    Changed,

    /// <summary>
    /// It becomes another router on the wire, or its interface comes or goes: the old one resigns and hands over, then
    /// the new one starts.
    /// </summary>
    Moved,
    Added,
    Removed,
}

/// <summary>One Virtual Router before and after.</summary>
/// <param name="Before">Its number among the plans that run; null if it is new.</param>
/// <param name="After">Its number among the plans that come; null if it goes.</param>
internal sealed record RouterChange(RouterFate Fate, int? Before, int? After);

/// <summary>
/// The difference between two configurations as this machine runs them; a function of both. What makes a Virtual
/// Router the same on the wire is its interface and its VRID, so one that only has another name goes on.
/// </summary>
internal static class PlanDifference
{
    /// <summary>First all that come or go on, in the order of <paramref name="after"/>, then those that go.</summary>
    public static IReadOnlyList<RouterChange> Between(IReadOnlyList<RouterPlan> before, IReadOnlyList<RouterPlan> after)
    {
        var former = new int?[after.Count];
        HashSet<int> left = [.. Enumerable.Range(0, before.Count)];
        Match(IsSameOnTheWire);
        Match(static (one, other) => one.Identity.Name == other.Identity.Name);
        return
        [
            .. Enumerable.Range(0, after.Count).Select(number => former[number] is { } found
                ? new RouterChange(FateOf(before[found], after[number]), found, number)
                : new RouterChange(RouterFate.Added, null, number)),
            .. left.Order().Select(number => new RouterChange(RouterFate.Removed, number, null)),
        ];

        void Match(Func<RouterPlan, RouterPlan, bool> isSame)
        {
            for (int number = 0; number < after.Count; number++)
            {
                if (former[number] is not null)
                    continue;
                foreach (int candidate in left.Order())
                {
                    if (!isSame(before[candidate], after[number]))
                        continue;
                    former[number] = candidate;
                    left.Remove(candidate);
                    break;
                }
            }
        }
    }

    private static RouterFate FateOf(RouterPlan before, RouterPlan after)
    {
        if (before.IsSameAs(after))
            return RouterFate.Kept;
        return IsSameOnTheWire(before, after) && HasSameShape(before, after) ? RouterFate.Changed : RouterFate.Moved;
    }

    private static bool IsSameOnTheWire(RouterPlan one, RouterPlan other) =>
        one.WaitsFor is null && other.WaitsFor is null
        && one.Interface.Index == other.Interface.Index
        && one.Identity.Vrid == other.Identity.Vrid
        && one.Identity.PrimaryAddress.IsIPv6 == other.Identity.PrimaryAddress.IsIPv6;

    /// <summary>
    /// The address owner is Active at once and hears nobody; another version is another protocol; for the kernel an
    /// address with another prefix is another address, which cannot be told from the one that goes; and clients have to
    /// learn another MAC address from a router that has announced it.
    /// </summary>
    private static bool HasSameShape(RouterPlan one, RouterPlan other) =>
        one.Identity.Version == other.Identity.Version
        && one.Identity.VirtualMacLink == other.Identity.VirtualMacLink
        && one.Identity.ConfiguredPriority.IsAddressOwner == other.Identity.ConfiguredPriority.IsAddressOwner
        && !one.Identity.Addresses.Zip(one.PrefixLengths).Join(
                other.Identity.Addresses.Zip(other.PrefixLengths),
                static address => address.First,
                static address => address.First,
                static (a, b) => a.Second != b.Second)
            .Any(static differs => differs);
}
