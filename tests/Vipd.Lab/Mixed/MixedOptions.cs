using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vipd.Lab.Network;

namespace Vipd.Lab.Mixed;

/// <summary>How the routers of a mixed lab speak with each other.</summary>
/// <param name="Name">As it is shown.</param>
/// <param name="Version">2 or 3.</param>
/// <param name="Family">Of the virtual addresses.</param>
/// <param name="IsUnicast">Without the group.</param>
/// <param name="Password">Of VRRPv2; null for none.</param>
public sealed record MixedOptions(
    string Name, int Version, AddressFamily Family, bool IsUnicast = false, string? Password = null)
{
    public const int VirtualRouterId = 51;

    private static readonly string[] VipsV4 = ["192.0.2.100/24"];

    // The first one link-local, as RFC 9568 §5.2.9 wants; the client asks the other.
    private static readonly string[] VipsV6 = ["fe80::100/64", "2001:db8::100/64"];

    public static MixedOptions V2 { get; } = new("v2", 2, AddressFamily.InterNetwork);

    public static MixedOptions V2Password { get; } = V2 with { Name = "v2 password", Password = "s3cr3tpw" };

    public static MixedOptions V3 { get; } = new("v3", 3, AddressFamily.InterNetwork);

    public static MixedOptions V3IPv6 { get; } = new("v3 IPv6", 3, AddressFamily.InterNetworkV6);

    public static IReadOnlyList<MixedOptions> Unicasts { get; } =
    [
        .. new[] { V2Password, V3, V3IPv6 }.Select(one => one with { Name = one.Name + " unicast", IsUnicast = true }),
    ];

    public bool IsIPv6 => Family == AddressFamily.InterNetworkV6;

    /// <summary>VRRPv2 has whole seconds only.</summary>
    public TimeSpan Interval { get; init; } =
        Version == 2 ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(500);

    public IReadOnlyList<PrefixedAddress> Vips { get; init; } =
        [.. (Family == AddressFamily.InterNetworkV6 ? VipsV6 : VipsV4).Select(PrefixedAddress.Parse)];

    /// <summary>The one that the client asks.</summary>
    public IPAddress Vip => Vips[^1].Address;

    /// <summary>By which a unicast peer knows the node.</summary>
    public IPAddress AddressOf(LabNode node) => IsIPv6 ? node.AddressV6 : node.Address;

    internal string IntervalSeconds => Interval.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture);
}
