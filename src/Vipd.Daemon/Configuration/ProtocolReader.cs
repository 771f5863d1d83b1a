using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Configuration.Schema;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Configuration;

/// <summary>How a virtual router speaks with its peers.</summary>
/// <param name="Version">3, or 2 for IPv4.</param>
/// <param name="Interval">Whole seconds for version 2.</param>
/// <param name="Unicast">Null: by the group.</param>
/// <param name="Authentication">Of version 2.</param>
internal sealed record ProtocolOptions(
    int Version, Centiseconds Interval, UnicastOptions? Unicast, VrrpV2Authentication Authentication);

/// <summary>
/// `version`, `advertisementInterval`, `unicast` and `authentication` of one virtual router, which depend on each other
/// and on the family of its addresses.
/// </summary>
internal sealed class ProtocolReader(ErrorList errors, IReadOnlyList<VirtualAddress> addresses)
{
    private const int MaxPeers = 255;
    private const int LargestTtl = 255;

    private static readonly Centiseconds DefaultInterval = new(20);
    private static readonly Centiseconds DefaultIntervalV2 = new(100);

    private static readonly ScalarFormat<string> AuthenticationTypes =
        ScalarFormats.Choice(("hmac-sha256", "hmac-sha256"), ("password", "password"));

    /// <summary>Its length is told by <see cref="Take"/>, in an error that doesn't quote it.</summary>
    private static readonly ScalarFormat<string> Password = ScalarFormats.Shaped<string>(
        new ScalarShape.Verbatim("^[\\s\\S]{1,8}$"), static text => text);

    private AddressFamily? Family => addresses.Count == 0 ? null : addresses[0].Address.AddressFamily;

    public ProtocolOptions Read(MappingReader map)
    {
        int version = map.Optional("version", ScalarFormats.Integer(2, 3), 3);
        if (version == 2 && Family == AddressFamily.InterNetworkV6)
            errors.Add(map.PositionOf("version"), "version: VRRPv2 knows IPv4 only; IPv6 needs version 3");
        return new ProtocolOptions(
            version,
            ReadInterval(map, version),
            map.Has("unicast") ? map.Section("unicast", ReadUnicast) : ReadNothing(map, "unicast"),
            ReadAuthentication(map, version));
    }

    private Centiseconds ReadInterval(MappingReader map, int version) => map.Optional(
        "advertisementInterval",
        Durations.AdvertisementInterval,
        version == 2 ? DefaultIntervalV2 : DefaultInterval,
        (value, at) =>
        {
            if (version == 2 && value.Value % 100 != 0)
            {
                errors.Add(at, $"advertisementInterval: {Durations.Format(value.ToTimeSpan())} is not whole seconds, "
                    + "and VRRPv2 carries nothing else");
            }
        });

    private static UnicastOptions? ReadNothing(MappingReader map, string key)
    {
        map.Reserve(key);
        return null;
    }

    private UnicastOptions ReadUnicast(MappingReader map)
    {
        var peers = new List<IPAddress>();
        foreach (ConfigurationNode node in map.RequiredList("peers", MaxPeers))
        {
            MappingReader.ReadScalar("peers", node, NetworkFormats.Host, IPAddress.None, errors, (peer, at) =>
            {
                if (peers.Contains(peer))
                    errors.Add(at, $"peers: {peer} is listed twice; remove one");
                else if (IsUsable("peers", peer, at))
                    peers.Add(peer);
            });
        }

        IPAddress? source = null;
        map.Optional("source", NetworkFormats.Host, IPAddress.None, (value, at) =>
        {
            if (IsUsable("source", value, at))
                source = value;
        });
        return new UnicastOptions(
            peers, map.Optional("minimumTtl", ScalarFormats.Integer(1, LargestTtl), LargestTtl), source);
    }

    private bool IsUsable(string key, IPAddress address, Position at)
    {
        if (Family is { } family && address.AddressFamily != family)
            errors.Add(at, $"{key}: {address} is not of the family of {addresses[0]}; name one that is");
        else if (addresses.Any(one => one.Address.Equals(address)))
            errors.Add(at, $"{key}: {address} is a virtual address, which moves; name the nodes' own addresses");
        else
            return true;
        return false;
    }

    private VrrpV2Authentication ReadAuthentication(MappingReader map, int version)
    {
        if (!map.Has("authentication"))
        {
            map.Reserve("authentication");
            return VrrpV2Authentication.None;
        }

        VrrpV2Authentication authentication = VrrpV2Authentication.None;
        map.Section("authentication", section =>
        {
            string type = section.Required("type", AuthenticationTypes, "", (value, at) =>
            {
                if (value == "password" && version != 2)
                    errors.Add(at, "type: a password is for version: 2; VRRPv3 has none (RFC 9568 §9)");
            });
            if (type != "password")
                section.ReserveAll();
            else
                section.Required("password", Password, "", (text, at) => Take(text, at, ref authentication));
            return section;
        });
        return authentication;
    }

    /// <summary>No error quotes the password.</summary>
    private void Take(string text, Position at, ref VrrpV2Authentication authentication)
    {
        int octets = System.Text.Encoding.UTF8.GetByteCount(text);
        if (octets is 0 or > VrrpV2Authentication.Length)
        {
            errors.Add(at, $"password: it has {octets} octets; VRRPv2 sends 1 to {VrrpV2Authentication.Length}, and "
                + "keepalived the first 8 of a longer one");
        }
        else
        {
            authentication = VrrpV2Authentication.Password(text);
        }
    }
}
