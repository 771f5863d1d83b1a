using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Health;

/// <summary>
/// Everything that is shown of one check. Only its <see cref="CheckRunner"/> writes; anybody reads at any time.
/// </summary>
public sealed class CheckBoard(CheckStatus initial)
{
    private volatile CheckStatus _current = initial;

    public CheckStatus Current => _current;

    /// <summary>
    /// Durations of all probes, failed ones too. A healthy apiserver answers in a few milliseconds, stalls up to 1.5 s
    /// while etcd elects, and a time limit lies above that.
    /// </summary>
    public BucketHistogram Durations { get; } =
        new(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);

    internal void Publish(CheckStatus status)
    {
        Durations.Record(status.LastDuration);
        _current = status;
    }
}
