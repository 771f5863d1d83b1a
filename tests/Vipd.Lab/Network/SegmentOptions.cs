namespace Vipd.Lab.Network;

/// <summary>What a segment looks like.</summary>
public sealed record SegmentOptions
{
    public int Masters { get; init; } = 3;

    /// <summary>Off by default: duplicate address detection and router solicitations are noise on the wire.</summary>
    public bool EnableIpv6 { get; init; }
}
