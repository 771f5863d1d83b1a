namespace Vipd.Vrrp.Wire;

/// <summary>
/// Takes the messages of one virtual router: every check that RFC 9568 §7.1 or RFC 3768 §7.1 makes, in their order. One
/// of these stands for the version that the router speaks.
/// </summary>
public interface IAdvertisementReader
{
    /// <summary>Answers None and fills <paramref name="received"/>, or says why the message is to be dropped.</summary>
    DiscardReason Read(
        ReadOnlySpan<byte> message, in ReceivedHeader header, out ReceivedAdvertisement received);
}

/// <summary>VRRPv3, IPv4 and IPv6. Both forms of checksum are taken; it is told which one is not ours.</summary>
public sealed class VrrpV3Reader(ReceiveExpectation expected, ExpectedAddresses addresses, ChecksumForm own)
    : IAdvertisementReader
{
    /// <inheritdoc/>
    public DiscardReason Read(
        ReadOnlySpan<byte> message, in ReceivedHeader header, out ReceivedAdvertisement received)
    {
        received = default;
        DiscardReason reason = ReceiveChecks.Check(message, header, expected, out Advertisement read);
        if (reason != DiscardReason.None)
            return reason;
        AddressListMatch match = addresses.Match(read.AddressOctets);
        if (match == AddressListMatch.Unrelated)
            return DiscardReason.AddressesUnrelated;
        received = new ReceivedAdvertisement(
            read.Priority, read.MaxAdvertiseInterval, read.ChecksumForm != own, match == AddressListMatch.Differs);
        return DiscardReason.None;
    }
}

/// <summary>VRRPv2, IPv4: the interval must be ours, and so must the authentication.</summary>
public sealed class VrrpV2Reader(
    ReceiveExpectation expected,
    ExpectedAddresses addresses,
    int intervalSeconds,
    VrrpV2Authentication authentication) : IAdvertisementReader
{
    private readonly Centiseconds _interval = new(100 * intervalSeconds);

    /// <inheritdoc/>
    public DiscardReason Read(
        ReadOnlySpan<byte> message, in ReceivedHeader header, out ReceivedAdvertisement received)
    {
        received = default;
        DiscardReason reason = ReceiveChecks.CheckTimeToLive(header);
        if (reason != DiscardReason.None)
            return reason;
        reason = VrrpV2Advertisement.Read(message, header, out VrrpV2Advertisement read);
        if (reason != DiscardReason.None)
            return reason;
        reason = ReceiveChecks.CheckRouter(read.Vrid, header, expected);
        if (reason != DiscardReason.None)
            return reason;
        reason = authentication.Check(read.AuthenticationType, read.AuthenticationData);
        if (reason != DiscardReason.None)
            return reason;
        AddressListMatch match = addresses.Match(read.AddressOctets);
        if (match == AddressListMatch.Unrelated)
            return DiscardReason.AddressesUnrelated;
        if (read.IntervalSeconds != intervalSeconds)
            return DiscardReason.IntervalMismatch;
        received = new ReceivedAdvertisement(
            read.Priority, _interval, ChecksumFormDiffers: false, match == AddressListMatch.Differs);
        return DiscardReason.None;
    }
}
