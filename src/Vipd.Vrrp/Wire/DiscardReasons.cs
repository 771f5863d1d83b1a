namespace Vipd.Vrrp.Wire;

/// <summary>What the counters need to know about <see cref="DiscardReason"/>, without reflection.</summary>
public static class DiscardReasons
{
    /// <summary>
    /// Number of members, <see cref="DiscardReason.None"/> included: the length of an array indexed by reason.
    /// </summary>
    public const int Count = (int)DiscardReason.IntervalMismatch + 1;

    /// <summary>
    /// The value of the metric label <c>reason</c>, camelCase like every label of vipd. It is part of the contract with
    /// dashboards: members may be added, a label never changes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a member of the enumeration.</exception>
    public static string Label(this DiscardReason reason) => reason switch
    {
        DiscardReason.None => "none",
        DiscardReason.TtlNotMaximum => "ttlNotMaximum",
        DiscardReason.VersionMismatch => "versionMismatch",
        DiscardReason.TypeUnknown => "typeUnknown",
        DiscardReason.PacketTruncated => "packetTruncated",
        DiscardReason.AddressCountZero => "addressCountZero",
        DiscardReason.LengthMismatch => "lengthMismatch",
        DiscardReason.ChecksumMismatch => "checksumMismatch",
        DiscardReason.VridUnknown => "vridUnknown",
        DiscardReason.IntervalInvalid => "intervalInvalid",
        DiscardReason.AddressOwnerLocal => "addressOwnerLocal",
        DiscardReason.OwnAdvertisement => "ownAdvertisement",
        DiscardReason.UnicastUnexpected => "unicastUnexpected",
        DiscardReason.MulticastUnexpected => "multicastUnexpected",
        DiscardReason.TtlBelowMinimum => "ttlBelowMinimum",
        DiscardReason.SourceUnknown => "sourceUnknown",
        DiscardReason.AuthenticationTypeMismatch => "authenticationTypeMismatch",
        DiscardReason.PasswordMismatch => "passwordMismatch",
        DiscardReason.AddressesUnrelated => "addressesUnrelated",
        DiscardReason.IntervalMismatch => "intervalMismatch",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "not a reason"),
    };
}
