using System.Collections.Immutable;

namespace Vipd.Vrrp.Wire;

/// <summary>What one virtual router expects of the messages that it handles.</summary>
public readonly record struct ReceiveExpectation
{
    /// <summary>The virtual router; together with the family its name on the interface.</summary>
    public required Vrid Vrid { get; init; }

    /// <summary>
    /// This router's primary address, the source of its own Advertisements; its family is the router's.
    /// </summary>
    public required InternetAddress PrimaryAddress { get; init; }

    /// <summary>Whether this router owns the addresses (priority 255).</summary>
    public bool IsAddressOwner { get; init; }

    /// <summary>
    /// Unicast: the lowest TTL or hop limit that a peer's packet may have left. Multicast always needs 255.
    /// </summary>
    public byte MinimumUnicastTtl { get; init; }

    /// <summary>Unicast: who may send. Default: the group alone is listened to, and unicast is refused.</summary>
    public ImmutableArray<InternetAddress> UnicastPeers { get; init; }
}
