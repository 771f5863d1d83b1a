using System.Globalization;
using System.Text.RegularExpressions;

namespace Vipd.Vrrp.Tests.Wire.Captures;

/// <summary>
/// One packet as tcpdump describes it: its lines joined by a space, and the octets behind the Ethernet header.
/// </summary>
internal sealed partial record DecodedPacket(string Text, byte[] Octets)
{
    public string SourceMac => Ethernet().Match(Text).Groups["source"].Value;

    public string DestinationMac => Ethernet().Match(Text).Groups["destination"].Value;

    public string EtherType => Ethernet().Match(Text).Groups["type"].Value;

    public DecodedAdvertisement? Advertisement => Advertisements().Match(Text) is { Success: true } match
        ? new DecodedAdvertisement(
            Number(match, "ttl"), match.Groups["source"].Value, match.Groups["destination"].Value,
            Number(match, "vrid"), Number(match, "priority"), Number(match, "interval"), Number(match, "length"),
            match.Groups["addresses"].Value.Split(','))
        : null;

    public DecodedArpRequest? ArpRequest => ArpRequests().Match(Text) is { Success: true } match
        ? new DecodedArpRequest(match.Groups["whoHas"].Value, match.Groups["mac"].Value, match.Groups["tell"].Value)
        : null;

    public DecodedNeighborAdvertisement? NeighborAdvertisement => Neighbors().Match(Text) is { Success: true } match
        ? new DecodedNeighborAdvertisement(
            match.Groups["source"].Value, match.Groups["destination"].Value, match.Groups["target"].Value,
            match.Groups["flags"].Value.Split(", "), match.Groups["mac"].Value)
        : null;

    public bool IsVersion2 => Text.Contains(": VRRPv2, Advertisement, ", StringComparison.Ordinal);

    public DecodedV2Advertisement? V2Advertisement => V2Advertisements().Match(Text) is { Success: true } match
        ? new DecodedV2Advertisement(
            Number(match, "vrid"), Number(match, "priority"), match.Groups["type"].Value, Number(match, "interval"),
            Number(match, "length"), match.Groups["addresses"].Value.Split(','), match.Groups["password"].Value)
        : null;

    public static IReadOnlyList<DecodedPacket> ReadAll(string path)
    {
        var packets = new List<DecodedPacket>();
        string text = "";
        string hex = "";
        foreach (string line in File.ReadLines(path).Append(""))
        {
            if (HexLine().Match(line) is { Success: true } match)
                hex += match.Groups["hex"].Value.Replace(" ", "", StringComparison.Ordinal);
            else if (line.Length == 0 || Ethernet().IsMatch(line))
            {
                if (text.Length > 0)
                    packets.Add(new DecodedPacket(text, Convert.FromHexString(hex)));
                (text, hex) = (line, "");
            }
            else
                text += " " + line.Trim();
        }
        return packets;
    }

    private static int Number(Match match, string group) =>
        int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\d+\.\d+ (?<source>[0-9a-f:]{17}) > (?<destination>[0-9a-f:]{17}),"
        + @" ethertype \S+ \((?<type>0x\w+)\)")]
    private static partial Regex Ethernet();

    [GeneratedRegex(@"^\t0x[0-9a-f]{4}:  (?<hex>[0-9a-f ]+)$")]
    private static partial Regex HexLine();

    [GeneratedRegex(@"(?:ttl|hlim) (?<ttl>\d+),.* (?<source>\S+) > (?<destination>\S+): VRRPv3, Advertisement,"
        + @" vrid (?<vrid>\d+), prio (?<priority>\d+), intvl (?<interval>\d+)cs, length (?<length>\d+),"
        + @" addrs(?:\(\d+\))?: (?<addresses>\S+)$")]
    private static partial Regex Advertisements();

    [GeneratedRegex(@": VRRPv2, Advertisement, vrid (?<vrid>\d+), prio (?<priority>\d+), authtype (?<type>\w+),"
        + @" intvl (?<interval>\d+)s, length (?<length>\d+), addrs(?:\(\d+\))?: (?<addresses>\S+)"
        + "(?: auth \"(?<password>.+)\")?$")]
    private static partial Regex V2Advertisements();

    [GeneratedRegex(@"Request who-has (?<whoHas>\S+) \((?<mac>[0-9a-f:]{17})\) tell (?<tell>\S+), length 28$")]
    private static partial Regex ArpRequests();

    [GeneratedRegex(@" (?<source>\S+) > (?<destination>\S+): \[icmp6 sum ok\] ICMP6, neighbor advertisement, length 32,"
        + @" tgt is (?<target>\S+), Flags \[(?<flags>[^]]+)\]"
        + @" destination link-address option \(2\), length 8 \(1\): (?<mac>[0-9a-f:]{17})")]
    private static partial Regex Neighbors();
}

internal sealed record DecodedAdvertisement(
    int TimeToLive,
    string Source,
    string Destination,
    int Vrid,
    int Priority,
    int Interval,
    int Length,
    string[] Addresses);

internal sealed record DecodedV2Advertisement(
    int Vrid, int Priority, string AuthenticationType, int Interval, int Length, string[] Addresses, string Password);

internal sealed record DecodedArpRequest(string WhoHas, string TargetMac, string Tell);

internal sealed record DecodedNeighborAdvertisement(
    string Source, string Destination, string Target, string[] Flags, string LinkLayerAddress);
