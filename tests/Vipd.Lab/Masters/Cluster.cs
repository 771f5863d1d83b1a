using System.Net;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;
using Vipd.Lab.Traffic;
using Vipd.Lab.Wire;

namespace Vipd.Lab.Masters;

/// <summary>
/// Masters with vipd on one segment, a client that asks the VIP, and eyes on the wire and in the kernels.
/// </summary>
public sealed class Cluster : IDisposable
{
    private static readonly TimeSpan SettleBound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongSettleBound = TimeSpan.FromSeconds(60);
    private readonly Holders _holders;
    private readonly HashSet<IPAddress> _vips;

    private Cluster(Segment segment, ClusterOptions options)
    {
        (Segment, Options) = (segment, options);
        Tap = WireTap.Start(segment);
        _holders = new Holders(segment.Masters);
        _vips = [.. options.Vips.Select(vip => vip.Address)];
        if (options.TinyDisks)
        {
            foreach (var node in segment.Masters) new TinyDisk(node).Mount();
        }
        if (options.SteppedClock) Clock = new SteppedClock(segment.Directory);
        var certificates = LabCertificates.Create(
            segment.Directory, [.. segment.Masters.Select(m => m.Address), Vip]);
        CaFile = certificates.CaFile;
        Masters =
        [
            .. segment.Masters.Select((node, i) => new Master(node, segment.Masters, options, certificates)
            {
                IsKeepalived = i >= options.Masters - options.KeepalivedMasters,
                CommandPrefix = Clock?.Prefix ?? [],
            }),
        ];
    }

    public Segment Segment { get; }

    public ClusterOptions Options { get; }

    public IReadOnlyList<Master> Masters { get; }

    public WireTap Tap { get; }

    /// <summary>Who has signed the certificates of the apiservers.</summary>
    public string CaFile { get; }

    /// <summary>The daemons' wall clock, where the options ask for one that can be set.</summary>
    public SteppedClock? Clock { get; }

    /// <summary>The first virtual address.</summary>
    public IPAddress Vip => Options.Vips[0].Address;

    /// <summary>The network, the apiservers and nothing else; no daemon runs yet.</summary>
    public static Cluster Create(ClusterOptions options)
    {
        var segment = Segment.Create(new SegmentOptions
        {
            Masters = options.Masters,
            EnableIpv6 = options.SecondStack,
            SecondLan = options.SecondStack || options.SecondLan,
        });
        try
        {
            var cluster = new Cluster(segment, options);
            if (options.Vips.Count > 1) cluster.RouteToOtherVips();
            if (options.WithEtcd) cluster.StartEtcd();
            if (!options.WithApiServers) return cluster;
            foreach (var master in cluster.Masters) master.StartApiServer();
            foreach (var master in cluster.Masters) master.WaitUntilApiServerListens();
            return cluster;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    private void StartEtcd()
    {
        foreach (var master in Masters) master.Etcd.Start();
        Observe.Until("etcd's quorum", SettleBound, () => Masters.All(master => master.Etcd.HasQuorum()));
    }

    /// <summary>A cluster with every daemon running and exactly one Active Router.</summary>
    public static Cluster Start(ClusterOptions options)
    {
        var cluster = Create(options);
        try
        {
            cluster.StartDaemons();
            cluster.WaitUntilSettled();
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    public void StartDaemons()
    {
        foreach (var master in Masters) master.StartDaemon();
        foreach (var master in Masters) master.WaitUntilDaemonReady();
    }

    /// <summary>The masters on the network that hold the first VIP in their kernel now.</summary>
    public IReadOnlyList<Master> HoldersOfVip() => HoldersOf(Vip);

    public IReadOnlyList<Master> HoldersOf(IPAddress address)
    {
        var nodes = _holders.Of(address);
        return [.. Masters.Where(m => !m.IsCut && nodes.Contains(m.Node) && m.Frr is null or { HasCarrier: true })];
    }

    /// <summary>
    /// Waits until for one Active_Down_Interval the same one node has held every VIP and nobody else has advertised:
    /// longer than any claim can be under way. Returns that node.
    /// </summary>
    public Master WaitUntilSettled(CancellationToken stop = default)
    {
        Master? holder = null;
        var since = MonotonicClock.Now;
        var calm = Options.ActiveDownInterval;
        Observe.Until("one Active Router, and it alone", SettleBound, () =>
        {
            var now = SoleHolder();
            if (now != holder || now is null) (holder, since) = (now, MonotonicClock.Now);
            if (holder is null || MonotonicClock.Now - since < calm) return false;
            return Tap.ClaimantsSince(MonotonicClock.Now - calm, Options.VirtualRouters.First().Vrid) is [var claimant]
                && claimant.Equals(holder.Node.Address);
        }, DescribeHolders, stop);
        return holder!;
    }

    /// <summary>
    /// Waits until this one node has held every VIP for one Active_Down_Interval; does not ask the wire, for where so
    /// many Advertisements pass that looking would disturb.
    /// </summary>
    internal void WaitUntilHeldBy(Master master, CancellationToken stop)
    {
        if (!Observe.Steady(Options.ActiveDownInterval, LongSettleBound, () => SoleHolder() == master, stop))
            throw new TimeoutException($"{master.Name} does not hold all addresses alone. {DescribeHolders()}");
    }

    /// <summary>The client asks every VIP in turn.</summary>
    public Probe StartProbe(TimeSpan? longest = null) =>
        Probe.Start(Segment.Client, [.. Options.Vips.Select(v => v.Address)], longest);

    /// <summary>The same for the second stack.</summary>
    public Probe StartProbeV6() => Probe.Start(Segment.Client, [ClusterOptions.VipV6]);

    public Master MasterAt(IPAddress address) => Masters.Single(m => m.Node.Address.Equals(address));

    /// <summary>For messages: who holds the VIP, and which daemon ended when it should not have.</summary>
    public string DescribeHolders() => string.Join('\n',
    [
        $"Holders of {Vip}: {string.Join(", ", HoldersOfVip().Select(m => m.Name).DefaultIfEmpty("nobody"))}.",
        .. Masters.Where(m => m.Daemon is { HasExited: true })
            .Select(m => $"the daemon of {m.Name} ended:\n{m.DaemonLogTail()}"),
    ]);

    public void Dispose()
    {
        foreach (var master in Masters)
        {
            if (Segment.Keep) master.Release();
            else master.Dispose();
        }
        if (Segment.Keep) KeepAnswering();
        _holders.Dispose();
        Tap.Dispose();
        Segment.Dispose();
    }

    private Master? SoleHolder()
    {
        if (_vips.Count == 1) return HoldersOfVip() is [var only] ? only : null;
        var counts = _holders.CountOf(_vips);
        Master[] some = [.. Masters.Where(m => !m.IsCut && counts.Any(c => c.Node == m.Node && c.Count > 0))];
        return some is [var sole] && counts.Single(c => c.Node == sole.Node).Count == _vips.Count ? sole : null;
    }

    private void KeepAnswering()
    {
        foreach (var master in Masters)
            LabProcess.Start(master.Node, "responder", LabProgram.Path, "responder", "--name", master.Name);
    }

    // On-link, so that the client asks for each by ARP as it does for the first.
    private void RouteToOtherVips() =>
        IpCommand.Batch(Segment.Client.Namespace, ["route add 198.18.0.0/15 dev eth0"]);
}
