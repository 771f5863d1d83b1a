using System.Net;
using System.Net.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Configuration;

/// <summary>Entries of `virtualRouters` → records, and what two of them must not share.</summary>
internal sealed class VirtualRouterReader(ErrorList errors, IReadOnlyList<string> checkNames)
{
    public const int MaxRouters = 1024;
    public const int MaxAddresses = 4096;
    private const int MaxEntries = 256;

    private static readonly TimeSpan[] DefaultAfter =
    [
        TimeSpan.Zero, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(500),
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10),
    ];

    private readonly List<string> _declared = [];
    private readonly Claims<string> _names = new(errors);
    private readonly Claims<IPAddress> _addresses = new(errors);

    /// <summary>A VRID is unique on a link in a family (RFC 9568 §5.2.3); null: the default interface.</summary>
    private readonly Claims<(string? Interface, AddressFamily Family, Vrid Vrid)> _vrids = new(errors);

    /// <summary>Every name that was read, also of routers with other errors: a reference to it is right.</summary>
    public IReadOnlyList<string> DeclaredNames => _declared;

    public IReadOnlyList<VirtualRouterConfiguration> Read(IReadOnlyList<ConfigurationNode> nodes) =>
    [
        .. nodes.Select(node => MappingReader.Read("virtualRouters", node, errors, ReadRouter))
            .OfType<VirtualRouterConfiguration>(),
    ];

    private VirtualRouterConfiguration ReadRouter(MappingReader map)
    {
        IReadOnlyList<VirtualAddress> addresses = ReadAddresses(map);
        string? interfaceName = map.OptionalText("interface", NetworkFormats.InterfaceName);
        ProtocolOptions protocol = new ProtocolReader(errors, addresses).Read(map);
        ReadWhatIsRefused(map);
        return new VirtualRouterConfiguration(
            map.Required("name", ScalarFormats.Name, "", (value, at) =>
            {
                _declared.Add(value);
                _names.Claim(value, at, $"name: another virtual router is named '{value}',");
            }),
            map.Required("vrid", ScalarFormats.Vrid, new Vrid(1), (value, at) =>
                Claim(value, at, interfaceName, addresses)),
            addresses,
            interfaceName,
            map.Optional("priority", ScalarFormats.Priority, Priority.Default),
            protocol.Interval,
            map.Optional("preempt", ScalarFormats.Boolean, true),
            map.Optional("preemptMargin", ScalarFormats.Integer(1, 254), 1),
            map.Optional("preemptDelay", Durations.UpToADay, TimeSpan.Zero),
            map.Optional("holdDown", Durations.UpToAMinute, RouterParameters.DefaultHoldDown),
            map.Optional("startupDelay", Durations.UpToADay, TimeSpan.Zero),
            map.Optional("lease", Durations.Lease, LeaseOptions.Auto),
            map.Optional("checksumIpv4PseudoHeader", ScalarFormats.Boolean, true),
            ReadCheckNames(map),
            map.Section("announce", announce => new AnnounceOptions(
                ReadAfter(announce), announce.Optional("refresh", Durations.UpToADay, TimeSpan.FromSeconds(60)))),
            map.Section("hooks", ReadHooks))
        {
            Version = protocol.Version,
            VirtualMac = map.Optional("virtualMac", ScalarFormats.Boolean, false),
            Unicast = protocol.Unicast,
            Authentication = protocol.Authentication,
            TrackInterfaces = ReadTrackInterfaces(map),
        };
    }

    /// <summary>What <see cref="NotYetSupported"/> refuses.</summary>
    private static void ReadWhatIsRefused(MappingReader map)
    {
        map.Reserve("balance");
    }

    private void Claim(Vrid vrid, Position at, string? interfaceName, IReadOnlyList<VirtualAddress> addresses)
    {
        if (addresses.Count == 0)
            return;
        string where = interfaceName is null ? "the same default interface" : $"interface {interfaceName}";
        AddressFamily family = addresses[0].Address.AddressFamily;
        _vrids.Claim((interfaceName, family, vrid), at, $"vrid: {vrid} is taken on {where}");
    }

    private List<VirtualAddress> ReadAddresses(MappingReader map)
    {
        var addresses = new List<VirtualAddress>();
        foreach (ConfigurationNode node in map.RequiredList("addresses", MaxAddresses))
        {
            if (ReadAddress(node) is not { } address)
                continue;
            if (addresses.Count > 0 && addresses[0].Address.AddressFamily != address.Address.AddressFamily)
            {
                errors.Add(node.Position, $"addresses: {address} is not of the family of {addresses[0]}; "
                    + "IPv4 and IPv6 need a virtual router each");
            }
            else
            {
                addresses.Add(address);
            }
        }

        if (addresses.Count > 0 && !addresses.Exists(address => address.Advertise))
        {
            errors.Add(
                map.PositionOf("addresses"),
                "addresses: each is kept out of the Advertisement, which has to name at least one; "
                + "remove advertise: false from one");
        }

        return addresses;
    }

    private VirtualAddress? ReadAddress(ConfigurationNode node)
    {
        VirtualAddress? address = null;
        void Take(VirtualAddress value, Position at)
        {
            address = value;
            _addresses.Claim(value.Address, at, $"addresses: {value.Address} is already listed");
        }

        var none = new VirtualAddress(IPAddress.None, 32, Advertise: true);
        if (node is not MappingNode)
        {
            MappingReader.ReadScalar("addresses", node, NetworkFormats.Address, none, errors, Take);
            return address;
        }

        return MappingReader.Read("addresses", node, errors, map =>
        {
            map.Required("address", NetworkFormats.Address, none, Take);
            bool advertise = map.Optional("advertise", ScalarFormats.Boolean, true);
            return address is null ? null : address with { Advertise = advertise };
        });
    }

    private HookOptions ReadHooks(MappingReader map) => new(
        ReadArguments(map, "onActive"),
        ReadArguments(map, "onBackup"),
        ReadArguments(map, "onFault"),
        ReadArguments(map, "onConflict"),
        map.Optional("timeout", Durations.Positive, HookOptions.None.Timeout));

    private List<string> ReadArguments(MappingReader map, string key)
    {
        var arguments = new List<string>();
        foreach (ConfigurationNode node in map.OptionalList(key, MaxEntries) ?? [])
        {
            ScalarFormat<string> format = arguments.Count == 0 ? ScalarFormats.AbsolutePath : ScalarFormats.Argument;
            arguments.Add(MappingReader.ReadScalar(key, node, format, "", errors));
        }

        return arguments;
    }

    private List<string> ReadCheckNames(MappingReader map)
    {
        var names = new List<string>();
        foreach (ConfigurationNode node in map.OptionalList("checks", MaxEntries) ?? [])
        {
            MappingReader.ReadScalar("checks", node, ScalarFormats.Reference, "", errors, (name, at) =>
            {
                string quoted = ScalarFormats.Quote(name);
                if (names.Contains(name))
                    errors.Add(at, $"checks: {quoted} is listed twice; remove one");
                else if (checkNames.Contains(name))
                    names.Add(name);
                else
                    errors.Add(at, "checks: no check is named " + quoted
                        + (NearestName.Find(name, checkNames) is null ? "; define it in checks" : "")
                        + NearestName.Hint(name, checkNames));
            });
        }

        return names;
    }

    private List<TrackedInterfaceOptions> ReadTrackInterfaces(MappingReader map)
    {
        var names = new Claims<string>(errors);
        List<TrackedInterfaceOptions> tracked = [];
        foreach (ConfigurationNode node in map.OptionalList("trackInterfaces", MaxEntries) ?? [])
        {
            TrackedInterfaceOptions? entry = MappingReader.Read("trackInterfaces", node, errors, one =>
                new TrackedInterfaceOptions(
                    one.Required("name", NetworkFormats.InterfaceName, "", (name, at) =>
                        names.Claim(name, at, $"name: {ScalarFormats.Quote(name)} is tracked already,")),
                    one.Optional("weight", ScalarFormats.Integer(0, CheckWeight.MaximumAmount), 0)));
            if (entry is not null)
                tracked.Add(entry);
        }

        return tracked;
    }

    private IReadOnlyList<TimeSpan> ReadAfter(MappingReader map)
    {
        if (map.OptionalList("after", MaxEntries, mayBeEmpty: false) is not { } nodes)
            return DefaultAfter;
        var after = new List<TimeSpan>();
        foreach (ConfigurationNode node in nodes)
        {
            MappingReader.ReadScalar("after", node, Durations.UpToADay, default, errors, (value, at) =>
            {
                if (after.Count > 0 && value <= after[^1])
                {
                    string earlier = Durations.Format(after[^1]);
                    errors.Add(at, $"after: {Durations.Format(value)} is not later than {earlier} before it; put them "
                        + "in order");
                }

                after.Add(value);
            });
        }

        return after;
    }
}
