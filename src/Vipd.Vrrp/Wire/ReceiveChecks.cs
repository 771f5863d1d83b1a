namespace Vipd.Vrrp.Wire;

/// <summary>
/// The checks of RFC 9568 §7.1 in their order, one <see cref="DiscardReason"/> each; the first that fails is the
/// answer. One socket serves all virtual routers of an interface: <see cref="CheckMessage"/> goes before the look-up
/// by VRID and CheckRouter behind it. Not checked: whether interval and addresses equal the configured
/// ones, which §7.1 lets a receiver log but not discard.
/// </summary>
public static class ReceiveChecks
{
    private const byte MaximumTtl = 255;

    /// <summary>
    /// What does not depend on a router: TTL 255 of a multicast packet, version, type, completeness, checksum, and
    /// that VRID and interval are not 0.
    /// </summary>
    public static DiscardReason CheckMessage(
        ReadOnlySpan<byte> message, in ReceivedHeader header, out Advertisement advertisement)
    {
        advertisement = default;
        DiscardReason reason = CheckTimeToLive(header);
        return reason == DiscardReason.None ? Advertisement.Read(message, header, out advertisement) : reason;
    }

    /// <summary>The first check of both versions: TTL or hop limit of a multicast packet is 255.</summary>
    public static DiscardReason CheckTimeToLive(in ReceivedHeader header) =>
        header.IsMulticast && header.TimeToLive != MaximumTtl ? DiscardReason.TtlNotMaximum : DiscardReason.None;

    /// <summary>
    /// A message whose VRID no router here has: what is wrong with it, or that its VRID is unknown. Of VRRPv2 and v3
    /// alike, since either may be another cluster's.
    /// </summary>
    public static DiscardReason CheckUnclaimed(ReadOnlySpan<byte> message, in ReceivedHeader header)
    {
        DiscardReason reason = CheckTimeToLive(header);
        if (reason == DiscardReason.None)
        {
            reason = TryPeekVersion(message, out int version) && version == VrrpV2Advertisement.VersionOfProtocol
                ? VrrpV2Advertisement.Read(message, header, out _)
                : Advertisement.Read(message, header, out _);
        }

        return reason == DiscardReason.None ? DiscardReason.VridUnknown : reason;
    }

    /// <summary>What one router demands of a sound VRRPv3 message: its family, and what follows.</summary>
    public static DiscardReason CheckRouter(
        in Advertisement advertisement, in ReceivedHeader header, in ReceiveExpectation expected) =>
        advertisement.IsIPv6 != expected.PrimaryAddress.IsIPv6
            ? DiscardReason.VridUnknown
            : CheckRouter(advertisement.Vrid, header, expected);

    /// <summary>
    /// What one router demands of a sound message of either version: its VRID, that it does not own the addresses, and,
    /// beyond the RFC, that the message is not its own, comes the way that is configured, and if by unicast from a peer
    /// near enough.
    /// </summary>
    public static DiscardReason CheckRouter(Vrid vrid, in ReceivedHeader header, in ReceiveExpectation expected)
    {
        if (vrid != expected.Vrid)
            return DiscardReason.VridUnknown;
        if (expected.IsAddressOwner)
            return DiscardReason.AddressOwnerLocal;
        if (header.Source == expected.PrimaryAddress)
            return DiscardReason.OwnAdvertisement;
        if (expected.UnicastPeers.IsDefault)
            return header.IsMulticast ? DiscardReason.None : DiscardReason.UnicastUnexpected;
        if (header.IsMulticast)
            return DiscardReason.MulticastUnexpected;
        if (header.TimeToLive < expected.MinimumUnicastTtl)
            return DiscardReason.TtlBelowMinimum;
        return expected.UnicastPeers.Contains(header.Source) ? DiscardReason.None : DiscardReason.SourceUnknown;
    }

    /// <summary><see cref="CheckMessage"/>, then what the router demands: for a receiver with one router.</summary>
    public static DiscardReason Check(
        ReadOnlySpan<byte> message,
        in ReceivedHeader header,
        in ReceiveExpectation expected,
        out Advertisement advertisement)
    {
        DiscardReason reason = CheckMessage(message, header, out advertisement);
        return reason == DiscardReason.None ? CheckRouter(advertisement, header, expected) : reason;
    }

    /// <summary>
    /// The VRID of a message that was refused, to say for whose router it was meant; VRRPv2 and v3 keep it in the
    /// same place. Nothing else is checked, so no election may follow from it.
    /// </summary>
    public static bool TryPeekVrid(ReadOnlySpan<byte> message, out Vrid vrid)
    {
        vrid = default;
        return message.Length > 1 && Vrid.TryFrom(message[1], out vrid);
    }

    /// <summary>The version that a refused message claims, 0..15; false for an empty one.</summary>
    public static bool TryPeekVersion(ReadOnlySpan<byte> message, out int version)
    {
        version = message.IsEmpty ? 0 : message[0] >> 4;
        return !message.IsEmpty;
    }
}
