using System.Collections.Immutable;
using Vipd.Daemon.Ports;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// The one place that asks which version a router speaks: it makes what reads its messages, and what is sent.
/// </summary>
internal static class SpokenVersion
{
    private const int CentisecondsInASecond = 100;

    public static IAdvertisementReader ReaderFor(RouterPlan plan)
    {
        var expected = new ReceiveExpectation
        {
            Vrid = plan.Identity.Vrid,
            PrimaryAddress = plan.Identity.PrimaryAddress,
            IsAddressOwner = plan.Identity.ConfiguredPriority.IsAddressOwner,
            MinimumUnicastTtl = plan.Unicast?.MinimumTtl ?? 0,
            UnicastPeers = plan.Unicast is { } unicast ? [.. unicast.Peers] : default(ImmutableArray<InternetAddress>),
        };
        var addresses = new ExpectedAddresses([.. plan.Advertised], [.. plan.Identity.Addresses]);
        return plan.Identity.Version == VrrpV2Advertisement.VersionOfProtocol
            ? new VrrpV2Reader(expected, addresses, IntervalSeconds(plan), plan.Authentication)
            : new VrrpV3Reader(expected, addresses, plan.ChecksumForm);
    }

    /// <summary>What sends the router's Advertisements, from its primary address.</summary>
    public static AdvertisementSender SenderFor(
        RouterPlan plan, AdvertisementOutbox outbox, ILinkProtocol protocol) =>
        new(outbox, plan.Identity.PrimaryAddress, MessagesOf(plan, InternetAddress.From(protocol.Group)));

    /// <summary>One message a destination: each peer, or else the group.</summary>
    public static IEnumerable<PreparedAdvertisement> MessagesOf(RouterPlan plan, InternetAddress group)
    {
        IEnumerable<InternetAddress> destinations = plan.Unicast is { } unicast ? unicast.Peers : [group];
        return destinations.Select(destination =>
        {
            byte[] octets = new byte[destination.Length];
            destination.CopyTo(octets);
            return new PreparedAdvertisement(MessageTo(plan, destination), octets);
        });
    }

    private static byte[] MessageTo(RouterPlan plan, InternetAddress destination)
    {
        Vrid vrid = plan.Identity.Vrid;
        InternetAddress[] advertised = [.. plan.Advertised];
        byte[] message = new byte[Advertisement.MaximumLength];
        int length = plan.Identity.Version == VrrpV2Advertisement.VersionOfProtocol
            ? VrrpV2Advertisement.Write(
                message, vrid, Priority.Default, IntervalSeconds(plan), advertised, plan.Authentication)
            : Advertisement.Write(
                message, vrid, Priority.Default, plan.Parameters.AdvertisementInterval, advertised,
                plan.Identity.PrimaryAddress, destination, plan.ChecksumForm);
        return message[..length];
    }

    private static int IntervalSeconds(RouterPlan plan) =>
        plan.Parameters.AdvertisementInterval.Value / CentisecondsInASecond;
}
