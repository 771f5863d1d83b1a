namespace Vipd.Vrrp.Wire;

/// <summary>What the counters need to know about <see cref="DiscardReason"/>, without reflection.</summary>
public static class DiscardReasons
{
    /// <summary>
    /// Number of members, <see cref="DiscardReason.None"/> included: the length of an array indexed by reason.
    /// </summary>
    public const int Count = (int)DiscardReason.SourceUnknown + 1;

    /// <summary>
    /// The value of the metric label <c>reason</c>, snake_case. It is part of the contract with dashboards: members
    /// may be added, a label never changes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a member of the enumeration.</exception>
    public static string Label(this DiscardReason reason) => reason switch
    {
        DiscardReason.None => "none",
        DiscardReason.TtlNotMaximum => "ttl_not_maximum",
        DiscardReason.VersionMismatch => "version_mismatch",
        DiscardReason.TypeUnknown => "type_unknown",
        DiscardReason.PacketTruncated => "packet_truncated",
        DiscardReason.AddressCountZero => "address_count_zero",
        DiscardReason.LengthMismatch => "length_mismatch",
        DiscardReason.ChecksumMismatch => "checksum_mismatch",
        DiscardReason.VridUnknown => "vrid_unknown",
        DiscardReason.IntervalInvalid => "interval_invalid",
        DiscardReason.AddressOwnerLocal => "address_owner_local",
        DiscardReason.OwnAdvertisement => "own_advertisement",
        DiscardReason.TtlBelowMinimum => "ttl_below_minimum",
        DiscardReason.SourceUnknown => "source_unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "not a reason"),
    };
}
