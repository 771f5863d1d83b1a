using Vipd.Daemon.Configuration;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Hosting;

/// <summary>What a reload has changed, in words: one line a virtual router.</summary>
internal static class ReloadWords
{
    public static IEnumerable<string> Of(VipdConfiguration before, VipdConfiguration after, Reconfiguration reload)
    {
        foreach (RouterChange change in reload.Changes)
        {
            VirtualRouterConfiguration? former =
                change.Before is { } number ? before.VirtualRouters[number] : null;
            VirtualRouterConfiguration? next = change.After is { } place ? after.VirtualRouters[place] : null;
            string name = (next ?? former)!.Name;
            string? waits = change.After is { } at ? reload.After[at].WaitsFor : null;
            yield return $"{name}: " + change.Fate switch
            {
                RouterFate.Added => "added",
                RouterFate.Removed => "removed; what it held is handed over",
                RouterFate.Moved =>
                    Join(Differences(former!, next!, before, after), "its interface is another one")
                    + "; resigns and hands over, then starts anew",
                _ => Join(Differences(former!, next!, before, after), Same(reload, change)),
            } + (waits is null ? "" : $"; waits: {waits}");
        }
    }

    /// <summary>Interfaces that came or went while the file stayed the same.</summary>
    public static IEnumerable<string> OfMachine(
        IReadOnlyList<RouterPlan> before, IReadOnlyList<RouterPlan> after, IReadOnlyList<RouterChange> changes)
    {
        foreach (RouterChange change in changes)
        {
            if (change is not { Fate: not RouterFate.Kept, Before: { } former, After: { } next })
                continue;
            RouterPlan plan = after[next];
            string own = $"{plan.Identity.InterfaceName} with {plan.Identity.PrimaryAddress}";
            yield return $"{plan.Identity.Name}: " + (plan.WaitsFor is { } missing
                ? $"{missing}; waiting for it"
                : before[former].WaitsFor is null
                    ? $"goes on with {own}"
                    : $"{own} is there, takes part");
        }
    }

    /// <summary>What the file says and only a restart puts into force.</summary>
    public static IEnumerable<string> OfRestart(VipdConfiguration running, VipdConfiguration next)
    {
        string[] keys =
        [
            .. Key("metrics.listen", !Equals(running.Metrics, next.Metrics)),
            .. Key("control.socket", running.Control != next.Control),
            .. Key("realtime", running.Realtime != next.Realtime),
            .. Key("log.format", running.Log.Format != next.Log.Format),
        ];
        return keys.Select(key => $"{key} needs a restart of vipd; all else is in force");

        static string[] Key(string name, bool differs) => differs ? [name] : [];
    }

    private static string Same(Reconfiguration reload, RouterChange change) =>
        change.Fate == RouterFate.Kept
            ? "unchanged"
            : OfPlan(reload.Before[change.Before!.Value], reload.After[change.After!.Value]);

    private static string OfPlan(RouterPlan before, RouterPlan after) =>
        before.Identity.PrimaryAddress == after.Identity.PrimaryAddress
            ? "changed"
            : $"sends from {after.Identity.PrimaryAddress} instead of {before.Identity.PrimaryAddress}";

    private static string Join(List<string> differences, string none) =>
        differences.Count == 0 ? none : string.Join(", ", differences);

    private static List<string> Differences(
        VirtualRouterConfiguration before,
        VirtualRouterConfiguration after,
        VipdConfiguration allBefore,
        VipdConfiguration allAfter)
    {
        List<string> found = [];
        Note("name", before.Name, after.Name);
        Note("vrid", before.Vrid, after.Vrid);
        Note("interface", before.Interface ?? "default", after.Interface ?? "default");
        Note("version", before.Version, after.Version);
        Note("virtualMac", Text(before.VirtualMac), Text(after.VirtualMac));
        Note("unicast", Text(before.Unicast), Text(after.Unicast));
        if (before.Authentication != after.Authentication)
            found.Add("authentication changed");
        Note("syncGroup", Group(allBefore, before), Group(allAfter, after));
        Note("priority", before.Priority, after.Priority);
        Note(
            "advertisementInterval",
            Durations.Format(before.AdvertisementInterval.ToTimeSpan()),
            Durations.Format(after.AdvertisementInterval.ToTimeSpan()));
        Note("preempt", Text(before.Preempt), Text(after.Preempt));
        Note("preemptMargin", before.PreemptMargin, after.PreemptMargin);
        Note("preemptDelay", Durations.Format(before.PreemptDelay), Durations.Format(after.PreemptDelay));
        Note("holdDown", Durations.Format(before.HoldDown), Durations.Format(after.HoldDown));
        Note("startupDelay", Durations.Format(before.StartupDelay), Durations.Format(after.StartupDelay));
        Note("lease", Lease(before.Lease), Lease(after.Lease));
        found.AddRange(Lists("address", before.Addresses.Select(Text), after.Addresses.Select(Text)));
        found.AddRange(Lists(
            "tracked interface", before.TrackInterfaces.Select(Text), after.TrackInterfaces.Select(Text)));
        found.AddRange(Lists("check", before.Checks, after.Checks));
        found.AddRange(after.Checks.Intersect(before.Checks)
            .Where(name => CheckOf(allBefore, name) != CheckOf(allAfter, name))
            .Select(name => $"check {name} changed"));
        if (!before.Announce.After.SequenceEqual(after.Announce.After)
            || before.Announce.Refresh != after.Announce.Refresh)
        {
            found.Add("announce changed");
        }

        if (!HaveSameText(before.Hooks, after.Hooks))
            found.Add("hooks changed");
        return found;

        void Note<T>(string key, T former, T next)
        {
            if (!Equals(former, next))
                found.Add($"{key} {former} -> {next}");
        }
    }

    private static bool HaveSameText(HookOptions before, HookOptions after) =>
        before.Timeout == after.Timeout
        && before.OnActive.SequenceEqual(after.OnActive)
        && before.OnBackup.SequenceEqual(after.OnBackup)
        && before.OnFault.SequenceEqual(after.OnFault)
        && before.OnConflict.SequenceEqual(after.OnConflict);

    private static CheckConfiguration? CheckOf(VipdConfiguration configuration, string name) =>
        configuration.Checks.FirstOrDefault(check => check.Name == name);

    private static IEnumerable<string> Lists(string what, IEnumerable<string> before, IEnumerable<string> after)
    {
        string[] added = [.. after.Except(before)];
        string[] removed = [.. before.Except(after)];
        if (added.Length + removed.Length == 0)
            return before.SequenceEqual(after) ? [] : [$"{what}: another order"];
        return [.. added.Select(name => $"{what} {name} added"), .. removed.Select(name => $"{what} {name} removed")];
    }

    private static string Group(VipdConfiguration all, VirtualRouterConfiguration router) =>
        all.GroupOf(router.Name) is { } group ? $"{group.Name} ({string.Join(' ', group.Members)})" : "none";

    private static string Text(bool value) => value ? "true" : "false";

    private static string Text(VirtualAddress address) =>
        address.Advertise ? address.ToString() : $"{address} (not advertised)";

    private static string Text(TrackedInterfaceOptions tracked) => $"{tracked.Name} (weight {tracked.Weight})";

    private static string Text(UnicastOptions? unicast) => unicast is null
        ? "none"
        : $"{string.Join(' ', unicast.Peers)} (minimumTtl {unicast.MinimumTtl}, "
            + $"source {unicast.Source?.ToString() ?? "default"})";

    private static string Lease(LeaseOptions lease) => lease.Mode switch
    {
        LeaseMode.Auto => "auto",
        LeaseMode.Off => "off",
        _ => Durations.Format(lease.Duration),
    };
}
