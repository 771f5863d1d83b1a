namespace Vipd.Lab.Network;

/// <summary>What a segment looks like.</summary>
public sealed record SegmentOptions
{
    public int Masters { get; init; } = 3;

    /// <summary>
    /// Each node has fe80::N and 2001:db8::N as well, N its IPv4 address's last part. Off by default.
    /// </summary>
    public bool EnableIpv6 { get; init; }

    /// <summary>Each node has an eth1 at a second switch, with fe80::N and 2001:db8:1::N if IPv6 is
    /// enabled.</summary>
    public bool SecondLan { get; init; }
}
