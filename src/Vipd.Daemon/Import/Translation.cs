using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Import;

/// <summary>What became of one keepalived.conf.</summary>
internal sealed record ImportedConfiguration(
    IReadOnlyList<ImportedRouter> Routers,
    IReadOnlyList<ImportedGroup> Groups,
    IReadOnlyList<ImportedCheck> Checks);

/// <summary>Statements → vipd's terms. What has no counterpart becomes a note: nothing goes in silence.</summary>
internal sealed class Translation(MachineFiles files, List<ImportNote> notes)
{
    private readonly Names _routerNames = new();
    private readonly Names _groupNames = new();
    private readonly GlobalSettings _global = new();
    private readonly List<ImportedRouter> _routers = [];
    private readonly List<ImportedGroup> _groups = [];

    public ImportedConfiguration Translate(IReadOnlyList<Statement> statements)
    {
        var trackers = new Trackers(files, notes, new Names());
        List<Statement> instances = [];
        List<Statement> groups = [];
        foreach (Statement statement in statements)
        {
            switch (statement.Keyword)
            {
                case "global_defs":
                    foreach (Statement child in statement.Children)
                        TakeGlobal(child);
                    break;
                case "vrrp_script" or "vrrp_track_process" or "vrrp_track_file" or "track_file":
                    trackers.Define(statement);
                    break;
                case "vrrp_instance":
                    instances.Add(statement);
                    break;
                case "vrrp_sync_group":
                    groups.Add(statement);
                    break;
                default:
                    notes.Add(NotCarried.Of(statement));
                    break;
            }
        }

        var byInstance = new Dictionary<string, IReadOnlyList<ImportedRouter>>(StringComparer.Ordinal);
        foreach (Statement instance in instances)
            byInstance[instance.Argument] = TranslateInstance(instance, groups, trackers);
        foreach (Statement group in groups)
            TakeGroup(group, byInstance);
        trackers.NoteUnused();
        return new ImportedConfiguration(_routers, _groups, trackers.Checks);
    }

    private void TakeGlobal(Statement child)
    {
        switch (child.Keyword)
        {
            case "vrrp_version" when child.Argument is "2" or "3":
                _global.Version = child.Argument == "3" ? 3 : 2;
                break;
            case "vrrp_startup_delay" when Seconds.Parse(child.Argument) is { } delay:
                _global.StartupDelay = delay;
                break;
            case "vrrp_garp_master_refresh" when Seconds.Parse(child.Argument) is { } refresh:
                _global.AnnounceRefresh = refresh;
                break;
            case "vrrp_mcast_group4":
                if (child.Argument != "224.0.0.18")
                {
                    notes.Add(
                        child.At, child.Keyword, "vipd sends to 224.0.0.18 alone; all routers must, or use unicast");
                }

                break;
            default:
                notes.Add(NotCarried.Of(child));
                break;
        }
    }

    private IReadOnlyList<ImportedRouter> TranslateInstance(
        Statement instance, IReadOnlyList<Statement> groups, Trackers trackers)
    {
        Statement? group = groups.FirstOrDefault(group => MembersOf(group).Contains(instance.Argument));
        bool ignoresWeights = group is not null && Child(group, "sync_group_tracking_weight") is null;
        var translation = new InstanceTranslation(
            instance, _routerNames.Make(instance.Argument), ignoresWeights, _global, trackers, notes);
        foreach (Statement block in group?.Children ?? [])
        {
            foreach (Statement line in block.Children)
            {
                if (block.Keyword is "track_script" or "track_process" or "track_file")
                    translation.Track(line);
                else if (block.Keyword == "track_interface")
                    translation.TrackInterface(line);
            }
        }

        IReadOnlyList<ImportedRouter> routers = translation.Translate();
        _routers.AddRange(routers);
        // Without a group of its own, the family that split off must still move with the other.
        if (routers.Count > 1 && group is null)
            AddGroup(instance, routers);
        return routers;
    }

    private void TakeGroup(Statement group, Dictionary<string, IReadOnlyList<ImportedRouter>> byInstance)
    {
        List<ImportedRouter> members = [];
        foreach (string member in MembersOf(group))
        {
            if (byInstance.TryGetValue(member, out IReadOnlyList<ImportedRouter>? routers))
                members.AddRange(routers);
            else
                notes.Add(group.At, member, $"group {group.Argument} names it, but no instance is called so");
        }

        if (members.Count == 0)
        {
            notes.Add(group.At, group.Keyword, $"{group.Argument} has no members; left out: nothing to do");
            return;
        }

        if (WhyNoGroup(members) is { } reason)
            notes.Add(group.At, group.Keyword, $"{group.Argument} {reason}; left out, its hooks and checks are not");
        else
            AddGroup(group, members);
        foreach (Statement child in group.Children)
        {
            bool isTaken = child.Keyword is "group" or "sync_group_tracking_weight"
                or "track_script" or "track_process" or "track_file" or "track_interface";
            // The group moves as one, so its first member speaks for it.
            if (!isTaken && !HookTranslation.Take(child, group, members[0], notes))
                notes.Add(NotCarried.Of(child));
        }
    }

    private string? WhyNoGroup(List<ImportedRouter> members)
    {
        if (members.Count == 1)
            return "has one member";
        if (members.Exists(member => member.Priority == 255))
            return "has a member with priority 255, which is Active whatever the others are";
        return members.Exists(member => _groups.Exists(other => other.Members.Contains(member.Name)))
            ? "shares a member with another group"
            : null;
    }

    private void AddGroup(Statement named, IEnumerable<ImportedRouter> routers) =>
        _groups.Add(new ImportedGroup(_groupNames.Make(named.Argument), [.. routers.Select(router => router.Name)]));

    private static IEnumerable<string> MembersOf(Statement group) =>
        Child(group, "group")?.Children.SelectMany(line => line.Words.Select(word => word.Text)) ?? [];

    private static Statement? Child(Statement block, string keyword) =>
        block.Children.FirstOrDefault(child => child.Keyword == keyword);
}
