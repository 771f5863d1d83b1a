using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Configuration.Schema;

namespace Vipd.Daemon.Configuration;

/// <summary>The formats of addresses, interfaces, endpoints and URLs.</summary>
internal static class NetworkFormats
{
    /// <summary>`192.0.2.100/32`; without a prefix /32 or /128.</summary>
    public static ScalarFormat<VirtualAddress> Address { get; } = ScalarFormats.Shaped<VirtualAddress>(
        new ScalarShape.Text("^[0-9a-fA-F:.]+(/[0-9]{1,3})?$"), ReadAddress);

    private static Parsed<VirtualAddress> ReadAddress(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!TryParseStrictly(slash < 0 ? text : text[..slash], out IPAddress address))
            return Parsed<VirtualAddress>.Bad("is not an address such as 192.0.2.100/32");
        int widest = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        int prefix = widest;
        if (slash >= 0)
        {
            Parsed<int> parsed = ScalarFormats.Integer(1, widest)(text[(slash + 1)..]);
            if (parsed.Problem is not null)
                return Parsed<VirtualAddress>.Bad($"must have a prefix length from /1 to /{widest}");
            prefix = parsed.Value;
        }

        return ReasonAgainst(address, prefix) is { } reason
            ? Parsed<VirtualAddress>.Bad(reason)
            : new VirtualAddress(address, prefix, Advertise: true);
    }

    /// <summary>The address of a machine, without a prefix.</summary>
    public static ScalarFormat<IPAddress> Host { get; } = ScalarFormats.Shaped<IPAddress>(
        new ScalarShape.Text("^[0-9a-fA-F:.]+$"), ReadHost);

    private static Parsed<IPAddress> ReadHost(string text)
    {
        if (!TryParseStrictly(text, out IPAddress address))
            return Parsed<IPAddress>.Bad("is not an address such as 192.0.2.11");
        return ReasonAgainst(address, prefix: 8 * address.GetAddressBytes().Length) is { } reason
            ? Parsed<IPAddress>.Bad(reason)
            : address;
    }

    /// <summary>`127.0.0.1:9812`, `[::]:9812`, or `none`, which is null.</summary>
    public static ScalarFormat<IPEndPoint?> Listen { get; } = ScalarFormats.Shaped<IPEndPoint?>(
        new ScalarShape.Text("^(none|([0-9.]+|\\[[0-9a-fA-F:.]+\\]):[1-9][0-9]{0,4})$"), ReadListen);

    private static Parsed<IPEndPoint?> ReadListen(string text)
    {
        if (text == "none")
            return (IPEndPoint?)null;
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        return TryParseStrictly(bracketed ? host[1..^1] : host, out IPAddress address)
            && bracketed == (address.AddressFamily == AddressFamily.InterNetworkV6)
            && ScalarFormats.Integer(1, 65535)(text[(colon + 1)..]) is { Problem: null, Value: var port }
            ? new IPEndPoint(address, port)
            : Parsed<IPEndPoint?>.Bad("is not an address and port such as 127.0.0.1:9812 or \"[::]:9812\", or none");
    }

    /// <summary>What the kernel takes: dev_valid_name() in net/core/dev.c; IFNAMSIZ is 16 with the zero.</summary>
    public static ScalarFormat<string> InterfaceName { get; } = ScalarFormats.Shaped<string>(
        new ScalarShape.Text("^[!-.0-9;-~]{1,15}$"), static text =>
        text.Length is > 0 and <= 15 && text is not ("." or "..")
        && text.All(c => c is > ' ' and < '\u007f' and not ('/' or ':'))
            ? text
            : Parsed<string>.Bad("is not an interface name of 1 to 15 characters without '/', ':' and blanks"));

    public static ScalarFormat<Uri> HttpsUrl { get; } = ScalarFormats.Shaped<Uri>(
        new ScalarShape.Text("^https://[^/@]+(/.*)?$"), ReadHttpsUrl);

    private static Parsed<Uri> ReadHttpsUrl(string text)
    {
        Parsed<Uri> parsed = ReadHttpUrl(text);
        return parsed.Problem is null && parsed.Value.Scheme != Uri.UriSchemeHttps
            ? Parsed<Uri>.Bad("must begin with https://, as the API server speaks nothing else")
            : parsed;
    }

    public static ScalarFormat<Uri> HttpUrl { get; } = ScalarFormats.Shaped<Uri>(
        new ScalarShape.Text("^https?://[^/@]+(/.*)?$"), ReadHttpUrl);

    private static Parsed<Uri> ReadHttpUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Host.Length == 0 || url.Port is < 1)
            return Parsed<Uri>.Bad("is not a URL such as https://127.0.0.1:6443/readyz");
        if (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            return Parsed<Uri>.Bad("must begin with http:// or https://");
        return url.UserInfo.Length == 0 ? url : Parsed<Uri>.Bad("must not hold a user name or password; use tokenFile");
    }

    /// <summary>`127.0.0.1:8443`, `[::1]:8443`, `haproxy.example:8443`.</summary>
    public static ScalarFormat<TargetEndPoint> TargetEndPoint { get; } = ScalarFormats.Shaped<TargetEndPoint>(
        new ScalarShape.Text("^([^\\s/:]+|\\[[^\\s/]*:[^\\s/]*\\]):[1-9][0-9]{0,4}$"), ReadTargetEndPoint);

    private static Parsed<TargetEndPoint> ReadTargetEndPoint(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        string bare = bracketed ? host[1..^1] : host;
        return bracketed == bare.Contains(':', StringComparison.Ordinal)
            && ServerName(bare).Problem is null
            && ScalarFormats.Integer(1, 65535)(text[(colon + 1)..]) is { Problem: null, Value: var port }
            ? new TargetEndPoint(bare, port)
            : Parsed<TargetEndPoint>.Bad("is not a host and port such as 127.0.0.1:8443 or \"[::1]:8443\"");
    }

    /// <summary>`200`, `200-399`.</summary>
    public static ScalarFormat<StatusRange> StatusRange { get; } = ScalarFormats.Shaped<StatusRange>(
        new ScalarShape.Either(
            new ScalarShape.Whole(100, 599), new ScalarShape.Text("^[1-5][0-9]{2}(-[1-5][0-9]{2})?$")),
        ReadStatusRange);

    private static Parsed<StatusRange> ReadStatusRange(string text)
    {
        ScalarFormat<int> status = ScalarFormats.Integer(100, 599);
        string[] ends = text.Split('-');
        return ends.Length <= 2
            && status(ends[0]) is { Problem: null, Value: var from }
            && status(ends[^1]) is { Problem: null, Value: var to }
            && from <= to
            ? new StatusRange(from, to)
            : Parsed<StatusRange>.Bad("is not a status code or range such as 200 or 200-399");
    }

    /// <summary>A token of RFC 9110 §5.6.2.</summary>
    public static ScalarFormat<string> HeaderName { get; } = ScalarFormats.Shaped<string>(
        new ScalarShape.Text("^[0-9A-Za-z!#$%&'*+.^_`|~-]+$"), static text =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c))
            ? text
            : Parsed<string>.Bad("is not the name of a header"));

    public static ScalarFormat<string> ServerName { get; } = ScalarFormats.Shaped<string>(
        new ScalarShape.Text("^[0-9A-Za-z_.:-]+$"), static text =>
        Uri.CheckHostName(text) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? text
            : Parsed<string>.Bad("is not a host name or address such as kubernetes"));

    /// <summary>IPAddress.Parse also takes `1`, `0x7f.1` and octal parts, which nobody means in this file.</summary>
    private static bool TryParseStrictly(string text, out IPAddress address)
    {
        bool parsed = IPAddress.TryParse(text, out IPAddress? found);
        address = found ?? IPAddress.None;
        if (!parsed || text.Contains('%', StringComparison.Ordinal) || text.Contains('[', StringComparison.Ordinal))
            return false;
        return address.AddressFamily == AddressFamily.InterNetworkV6
            || string.Equals(address.ToString(), text, StringComparison.Ordinal);
    }

    private static string? ReasonAgainst(IPAddress address, int prefix)
    {
        if (IPAddress.IsLoopback(address))
            return "is a loopback address, which no other machine can reach";
        if (address.IsIPv4MappedToIPv6)
            return "is an IPv4 address in IPv6 form; write it as IPv4";
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            return "is the unspecified address";
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6Multicast ? "is a multicast address" : null;
        uint value = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
        if (value == uint.MaxValue)
            return "is the broadcast address";
        if (value >> 28 == 0xE)
            return "is a multicast address";
        if (prefix >= 31) // RFC 3021: a /31 has neither a network nor a broadcast address.
            return null;
        uint hostMask = uint.MaxValue >> prefix;
        return (value & hostMask) == 0
            ? "is the network itself, not an address in it; take another, or leave the prefix out: then it is one host"
            : (value & hostMask) == hostMask ? "is the broadcast address of its network; take another"
            : null;
    }
}
