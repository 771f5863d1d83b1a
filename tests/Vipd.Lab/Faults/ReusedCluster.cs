using Vipd.Lab.Masters;

namespace Vipd.Lab.Faults;

/// <summary>
/// A settled cluster, started anew only where other options are asked for, or the last one is broken.
/// </summary>
internal sealed class ReusedCluster : IDisposable
{
    private Cluster? _cluster;

    internal Cluster With(ClusterOptions options)
    {
        if (_cluster is not null && _cluster.Options == options) return _cluster;
        GiveUp();
        return _cluster = Cluster.Start(options);
    }

    internal void GiveUp()
    {
        _cluster?.Dispose();
        _cluster = null;
    }

    public void Dispose() => GiveUp();
}
