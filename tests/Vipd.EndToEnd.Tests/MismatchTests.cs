using System.Text.Json;
using Vipd.Lab;
using Vipd.Lab.Mixed;
using Vipd.Lab.Network;

namespace Vipd.EndToEnd.Tests;

/// <summary>
/// A keepalived that is configured differently. It becomes a second Active Router for good and says so in its log at
/// most; vipd says who it is and what differs.
/// </summary>
public class MismatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly PrefixedAddress[] OtherCluster = [PrefixedAddress.Parse("192.0.2.200/24")];
    private static readonly PrefixedAddress[] OneMore = [.. MixedOptions.V3.Vips, .. OtherCluster];

    [NetnsFact]
    public void Another_version_is_named() => AssertNamed(
        MixedOptions.V3, MixedOptions.V2, "mismatchedVersion", "sends version 2, this router expects 3");

    [NetnsFact]
    public void VRRPv3_is_named_by_a_router_of_version_2() => AssertNamed(
        MixedOptions.V2, MixedOptions.V3, "mismatchedVersion", "sends version 3, this router expects 2");

    [NetnsFact]
    public void Another_password_is_named_and_not_shown() => AssertNamed(
        MixedOptions.V2Password, MixedOptions.V2Password with { Password = "0ther" },
        "mismatchedPassword", "sends another password than this router's");

    [NetnsFact]
    public void A_password_on_one_side_is_named() => AssertNamed(
        MixedOptions.V2, MixedOptions.V2Password,
        "mismatchedAuthentication", "authenticates otherwise: one of both has a password, the other has none");

    [NetnsFact]
    public void Another_interval_of_version_2_is_named() => AssertNamed(
        MixedOptions.V2, MixedOptions.V2 with { Interval = TimeSpan.FromSeconds(2) },
        "mismatchedInterval", "advertises every 2 s, this router every 1 s");

    [NetnsFact]
    public void Unicast_against_multicast_is_named() => AssertNamed(
        MixedOptions.V3, MixedOptions.V3 with { IsUnicast = true },
        "unexpectedUnicast", "sends by unicast, this router expects multicast");

    [NetnsFact]
    public void The_VRID_of_another_cluster_is_named() => AssertNamed(
        MixedOptions.V3, MixedOptions.V3 with { Vips = OtherCluster }, "foreignCluster",
        "advertises 192.0.2.200 and none of this router's addresses: another cluster has VRID 51");

    [NetnsFact]
    public void Another_list_of_addresses_is_accepted_and_named()
    {
        using var lab = MixedLab.Create(
            VipdBinary.Path, Peer.Keepalived, MixedOptions.V3, 100, 150, MixedOptions.V3 with { Vips = OneMore });
        lab.Other.Start();
        lab.Vipd.Start();
        var conflict = AwaitConflict(lab, "mismatchedAddressList");
        Assert.StartsWith("192.0.2.12 advertises another list of addresses", conflict, StringComparison.Ordinal);
        lab.AwaitActive(lab.Other, Patience);
    }

    private static void AssertNamed(MixedOptions vipd, MixedOptions peer, string kind, string text)
    {
        using var lab = MixedLab.Create(VipdBinary.Path, Peer.Keepalived, vipd, 100, 100, peer);
        lab.Other.Start();
        lab.Vipd.Start();
        Observe.Until("vipd has the VIP as well", Patience, () => lab.Holds(lab.Vipd), lab.Describe);
        Assert.Equal($"two Active Routers: 192.0.2.12 {text}", AwaitConflict(lab, kind));
        Assert.Contains(text, lab.Vipd.Run("status"), StringComparison.Ordinal);
    }

    private static string AwaitConflict(MixedLab lab, string kind)
    {
        string? text = null;
        Observe.Until($"a conflict {kind}", Patience, () =>
        {
            if (lab.Vipd.TryRun("status", "-o", "json") is not (0, var printed)) return false; // It is starting.
            using var status = JsonDocument.Parse(printed);
            text = status.RootElement.GetProperty("virtualRouters")[0].GetProperty("conflicts").EnumerateArray()
                .Where(conflict => conflict.GetProperty("kind").GetString() == kind)
                .Select(conflict => conflict.GetProperty("text").GetString()).FirstOrDefault();
            return text is not null && (text.StartsWith("two ", StringComparison.Ordinal) || lab.Holds(lab.Other));
        }, lab.Describe);
        return text!;
    }
}
