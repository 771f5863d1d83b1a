using Vipd.Daemon.Runtime;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>Who is configured differently: remembered in a bounded list, and said in one line.</summary>
public sealed class PeerTroublesTests
{
    private static readonly InternetAddress Peer = InternetAddress.Parse("192.0.2.12");
    private static readonly MonotonicTime Now = new(1_000_000_000_000);

    [Fact]
    public void One_that_is_known_is_seen_again_and_not_listed_twice()
    {
        var troubles = new PeerTroubles();
        PeerTrouble? first = troubles.Note(Peer, PeerDifference.Version, 2, null, Now);
        Assert.Same(first, troubles.Note(Peer, PeerDifference.Version, 2, null, Now + TimeSpan.FromSeconds(1)));
        Assert.Equal(Now + TimeSpan.FromSeconds(1), Assert.Single(troubles.Known).LastSeen);
        troubles.Note(Peer, PeerDifference.Interval, 2, null, Now);
        Assert.Equal(2, troubles.Known.Count);
    }

    [Fact]
    public void A_flood_of_senders_fills_the_list_and_pushes_nobody_out_who_still_sends()
    {
        var troubles = new PeerTroubles();
        troubles.Note(Peer, PeerDifference.Version, 2, null, Now);
        for (int i = 1; i <= 1000; i++)
            troubles.Note(Sender(i), PeerDifference.Source, 0, null, Now);
        Assert.Equal(PeerTroubles.Limit, troubles.Known.Count);
        Assert.Equal(Peer, troubles.Known[0].Peer);

        MonotonicTime later = Now + TimeSpan.FromMinutes(2);
        troubles.Note(Peer, PeerDifference.Version, 2, null, later);
        Assert.NotNull(troubles.Note(Sender(5000), PeerDifference.Source, 0, null, later));
        Assert.Equal(PeerTroubles.Limit, troubles.Known.Count);
        Assert.Contains(troubles.Known, one => one.Peer == Peer);
        Assert.Contains(troubles.Known, one => one.Peer == Sender(5000));
    }

    [Fact]
    public void One_that_is_known_costs_no_memory()
    {
        var troubles = new PeerTroubles();
        Allocation.None(() => troubles.Note(Peer, PeerDifference.Version, 2, null, Now));
    }

    [Fact]
    public void Each_difference_has_a_label_and_a_sentence()
    {
        RouterIdentity router = NetworkIdentity();
        PeerDifference[] all = Enum.GetValues<PeerDifference>();
        Assert.Equal(PeerDifferences.Count, all.Length);
        Assert.Equal(all.Length, all.Select(difference => difference.Label()).Distinct().Count());
        Assert.Distinct(all.Select(difference => new PeerTrouble(Peer, difference, 2, Peer).Describe(router)));
        Assert.Equal(
            "sends version 2, this router expects 3",
            new PeerTrouble(Peer, PeerDifference.Version, 2, null).Describe(router));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((PeerDifference)PeerDifferences.Count).Label());
    }

    [Theory]
    [InlineData(DiscardReason.VridUnknown)]
    [InlineData(DiscardReason.OwnAdvertisement)]
    [InlineData(DiscardReason.PacketTruncated)]
    [InlineData(DiscardReason.None)]
    public void Damage_and_echoes_tell_nothing_of_a_configuration(DiscardReason reason) =>
        Assert.Null(PeerDifferences.Of(reason));

    private static InternetAddress Sender(int number) =>
        InternetAddress.From([198, 18, (byte)(number >> 8), (byte)number]);

    private static RouterIdentity NetworkIdentity() => new(
        "apiserver", new Vrid(51), 3, "eth0", InternetAddress.Parse("192.0.2.11"),
        [InternetAddress.Parse("192.0.2.100")], Priority.Default, TimeSpan.FromMilliseconds(200), TimeSpan.Zero,
        Lease: null);
}
