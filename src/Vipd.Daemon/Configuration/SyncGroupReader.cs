namespace Vipd.Daemon.Configuration;

/// <summary>Entries of `syncGroups` → records; members are virtual routers, each in one group.</summary>
/// <param name="routers">Those that were read.</param>
/// <param name="names">Of all virtual routers, also of those with errors.</param>
internal sealed class SyncGroupReader(
    ErrorList errors, IReadOnlyList<VirtualRouterConfiguration> routers, IReadOnlyList<string> names)
{
    private const int MaxMembers = 256;

    private readonly Claims<string> _names = new(errors);
    private readonly Claims<string> _members = new(errors);

    public IReadOnlyList<SyncGroupConfiguration> Read(IReadOnlyList<ConfigurationNode> nodes) =>
    [
        .. nodes.Select(node => MappingReader.Read("syncGroups", node, errors, ReadGroup))
            .OfType<SyncGroupConfiguration>(),
    ];

    private SyncGroupConfiguration ReadGroup(MappingReader map)
    {
        string name = map.Required("name", ScalarFormats.Name, "", (value, at) =>
            _names.Claim(value, at, $"name: another sync group is named '{value}',"));
        IReadOnlyList<ConfigurationNode> nodes = map.RequiredList("members", MaxMembers);
        if (nodes.Count == 1)
            errors.Add(map.PositionOf("members"), "members: one virtual router alone needs no group; name another one");
        List<string> members = [];
        foreach (ConfigurationNode node in nodes)
        {
            MappingReader.ReadScalar("members", node, ScalarFormats.Reference, "", errors, (member, at) =>
                Add(member, at, members));
        }

        return new SyncGroupConfiguration(name, members);
    }

    private void Add(string member, Position at, List<string> members)
    {
        string quoted = ScalarFormats.Quote(member);
        if (!names.Contains(member))
        {
            errors.Add(at, $"members: no virtual router is named {quoted}{NearestName.Hint(member, names)}");
            return;
        }

        _members.Claim(member, at, $"members: {quoted} is a member of a sync group already,");
        if (routers.Any(router => router.Name == member && router.Priority.IsAddressOwner))
        {
            errors.Add(
                at, $"members: {quoted} has priority 255: who owns the addresses is Active whatever the others are");
        }

        members.Add(member);
    }
}
