using System.Collections.Concurrent;
using System.Net;
using Vipd.Lab.Masters;

namespace Vipd.Lab.Bench;

/// <summary>Which addresses a node has announced; cheap to ask while it goes on.</summary>
internal sealed class Announced
{
    private readonly ConcurrentDictionary<IPAddress, TimeSpan> _latest = new();
    private readonly int _addresses;

    /// <summary>Listens from now on.</summary>
    internal Announced(Cluster cluster, Master by)
    {
        _addresses = cluster.Options.Vips.Count;
        var address = by.Node.LinkLayerAddress();
        cluster.Tap.ArpPassed += seen =>
        {
            if (seen.IsAnnouncement && seen.SenderMac.Equals(address)) _latest[seen.SenderAddress] = seen.At;
        };
    }

    /// <summary>Waits until each address of the cluster has been announced after the moment.</summary>
    internal void AwaitAll(TimeSpan bound, TimeSpan since, CancellationToken stop) => Observe.Until(
        "an announcement of each address", bound, () => CountSince(since) == _addresses,
        () => $"{CountSince(since)} of {_addresses}", stop);

    private int CountSince(TimeSpan since) => _latest.Values.Count(at => at > since);
}
