using System.Net;
using Vipd.Lab.Network;

namespace Vipd.Lab.Masters;

/// <summary>What runs in the lab.</summary>
public sealed record ClusterOptions(string VipdBinary)
{
    public static readonly PrefixedAddress DefaultVip = new(IPAddress.Parse("192.0.2.100"), 32);

    /// <summary>vipd's, keepalived's and FRR's.</summary>
    internal const int DefaultPriority = 100;

    public int Masters { get; init; } = 3;

    public IReadOnlyList<PrefixedAddress> Vips { get; init; } = [DefaultVip];

    /// <summary>Written into the configuration only when it is not vipd's default.</summary>
    public TimeSpan? AdvertisementInterval { get; init; }

    /// <summary>An apiserver stand-in on each master, and vipd's check of it.</summary>
    public bool WithApiServers { get; init; } = true;

    /// <summary>
    /// Each master has a second cable, on which a virtual router of IPv6 runs, in one sync group with the first.
    /// </summary>
    public bool SecondStack { get; init; }

    /// <summary>Each master has a second cable, whether or not anything runs on it.</summary>
    public bool SecondLan { get; init; }

    /// <summary>The address of the second stack.</summary>
    public static IPAddress VipV6 { get; } = IPAddress.Parse("2001:db8:1::100");

    /// <summary>A real etcd member beside each apiserver, which asks it.</summary>
    public bool WithEtcd { get; init; }

    /// <summary>The last so many masters run Debian's keepalived instead of vipd.</summary>
    public int KeepalivedMasters { get; init; }

    /// <summary>All masters run Debian's FRR instead; one virtual router, and no check.</summary>
    public bool AllFrr { get; init; }

    public int KeepalivedPriority { get; init; } = DefaultPriority;

    /// <summary>`virtualMac: true`, and keepalived's use_vmac.</summary>
    public bool VirtualMac { get; init; }

    /// <summary>How keepalived asks its apiserver; null: not at all.</summary>
    public KeepalivedScript? KeepalivedScript { get; init; }

    /// <summary>Further lines of keepalived's <c>global_defs</c>.</summary>
    public IReadOnlyList<string> KeepalivedGlobals { get; init; } = [];

    /// <summary>Of the masters in their order, whatever they run; null: the default, everywhere the same.</summary>
    public IReadOnlyList<int>? Priorities { get; init; }

    /// <summary>Each address in a virtual router of its own, VRID 1 and on, instead of all in one.</summary>
    public bool OneRouterEach { get; init; }

    /// <summary>Each node's files (sockets, state, log) on a disk of its own that can be filled.</summary>
    public bool TinyDisks { get; init; }

    /// <summary>The daemons' wall clock can be set.</summary>
    public bool SteppedClock { get; init; }

    /// <summary>What the stand-ins do on SIGTERM: how long they serve on, no longer ready.</summary>
    public TimeSpan ApiServerShutdownDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Further lines of the virtual router, each with its own indentation of 4.</summary>
    public IReadOnlyList<string> MoreRouterLines { get; init; } = [];

    public TimeSpan EffectiveInterval => AdvertisementInterval ?? TimeSpan.FromMilliseconds(200);

    /// <summary>What to configure, by VRID.</summary>
    internal IEnumerable<(int Vrid, IReadOnlyList<PrefixedAddress> Vips)> VirtualRouters => OneRouterEach
        ? Vips.Select((vip, i) => (i + 1, (IReadOnlyList<PrefixedAddress>)[vip]))
        : [(VipdConfiguration.VirtualRouterId, Vips)];

    internal int? PriorityOf(LabNode node) => Priorities?[node.Octet - Segment.FirstMasterOctet];

    /// <summary>RFC 9568 §6.1 for priority 100: 3 × interval + (256 − 100) / 256 × interval.</summary>
    public TimeSpan ActiveDownInterval => EffectiveInterval * (3 + (156.0 / 256));

    /// <summary>
    /// N addresses from 198.18.0.1 on (RFC 2544's range), the first one being the default VIP.
    /// </summary>
    public static IReadOnlyList<PrefixedAddress> ManyVips(int count) =>
    [
        DefaultVip,
        .. Enumerable.Range(1, count - 1)
            .Select(i => new PrefixedAddress(new IPAddress([198, 18, (byte)(i >> 8), (byte)i]), 32)),
    ];
}
