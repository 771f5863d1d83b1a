using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// How somebody who sends Advertisements with our VRID is configured differently. Whoever sends believes that it is
/// Active: with any of these but the last two there are two Active Routers for as long as it lasts.
/// </summary>
public enum PeerDifference : byte
{
    /// <summary>VRRPv2 against v3.</summary>
    Version,

    /// <summary>VRRPv2: one has a password and the other none.</summary>
    Authentication,

    /// <summary>VRRPv2: another password.</summary>
    Password,

    /// <summary>VRRPv2: another interval.</summary>
    Interval,

    /// <summary>It sends by unicast, this router listens to the group.</summary>
    Unicast,

    /// <summary>It sends to the group, this router listens to its unicast peers.</summary>
    Multicast,

    /// <summary>It is none of the unicast peers.</summary>
    Source,

    /// <summary>Its packets have crossed more routers than is allowed.</summary>
    TimeToLive,

    /// <summary>Its checksum fits in no form.</summary>
    Checksum,

    /// <summary>Its message is longer than its addresses: it authenticates.</summary>
    Length,

    /// <summary>It advertises none of our addresses: another cluster.</summary>
    Cluster,

    /// <summary>Accepted: it advertises other addresses beside ours, or not all of them.</summary>
    AddressList,

    /// <summary>Accepted: its checksum has the other form than ours.</summary>
    ChecksumForm,
}

/// <summary>From discarded messages to differences, and their names.</summary>
internal static class PeerDifferences
{
    public const int Count = (int)PeerDifference.ChecksumForm + 1;

    /// <summary>Null: damage, an echo, or another router's message, which says nothing about a configuration.</summary>
    public static PeerDifference? Of(DiscardReason reason) => reason switch
    {
        DiscardReason.VersionMismatch => PeerDifference.Version,
        DiscardReason.AuthenticationTypeMismatch => PeerDifference.Authentication,
        DiscardReason.PasswordMismatch => PeerDifference.Password,
        DiscardReason.IntervalMismatch => PeerDifference.Interval,
        DiscardReason.UnicastUnexpected => PeerDifference.Unicast,
        DiscardReason.MulticastUnexpected => PeerDifference.Multicast,
        DiscardReason.SourceUnknown => PeerDifference.Source,
        DiscardReason.TtlNotMaximum or DiscardReason.TtlBelowMinimum => PeerDifference.TimeToLive,
        DiscardReason.ChecksumMismatch => PeerDifference.Checksum,
        DiscardReason.LengthMismatch => PeerDifference.Length,
        DiscardReason.AddressesUnrelated => PeerDifference.Cluster,
        _ => null,
    };

    /// <summary>The peer is heard all the same, so that there is one election.</summary>
    public static bool IsAccepted(this PeerDifference difference) =>
        difference is PeerDifference.AddressList or PeerDifference.ChecksumForm;

    /// <summary>The value of the label `kind` of vipd_conflicts_total: a contract.</summary>
    public static string Label(this PeerDifference difference) => difference switch
    {
        PeerDifference.Version => "mismatchedVersion",
        PeerDifference.Authentication => "mismatchedAuthentication",
        PeerDifference.Password => "mismatchedPassword",
        PeerDifference.Interval => "mismatchedInterval",
        PeerDifference.Unicast => "unexpectedUnicast",
        PeerDifference.Multicast => "unexpectedMulticast",
        PeerDifference.Source => "unknownSource",
        PeerDifference.TimeToLive => "mismatchedTtl",
        PeerDifference.Checksum => "mismatchedChecksum",
        PeerDifference.Length => "mismatchedLength",
        PeerDifference.Cluster => "foreignCluster",
        PeerDifference.AddressList => "mismatchedAddressList",
        PeerDifference.ChecksumForm => "mismatchedChecksumForm",
        _ => throw new ArgumentOutOfRangeException(nameof(difference), difference, "not a difference"),
    };
}
