namespace Vipd.Daemon.Runtime;

/// <summary>
/// A histogram with fixed upper bounds in seconds, one writer, any readers; recording allocates nothing. Prometheus'
/// cumulative form is made by the reader.
/// </summary>
public sealed class BucketHistogram(params double[] upperBoundsSeconds)
{
    private static readonly double[] Latency =
        [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

    private readonly long[] _counts = new long[upperBoundsSeconds.Length + 1];
    private double _sumSeconds;

    /// <summary>Ascending; the last bucket, +Inf, is not listed.</summary>
    public IReadOnlyList<double> UpperBoundsSeconds => upperBoundsSeconds;

    public double SumSeconds => Volatile.Read(ref _sumSeconds);

    /// <summary>From 50 µs to 1 s.</summary>
    public static BucketHistogram ForLatency() => new(Latency);

    /// <summary>
    /// Observations in bucket <paramref name="bucket"/> alone; the index after the last bound is +Inf.
    /// </summary>
    public long Count(int bucket) => Volatile.Read(ref _counts[bucket]);

    public void Record(TimeSpan duration)
    {
        double seconds = Math.Max(0, duration.TotalSeconds);
        int bucket = 0;
        while (bucket < upperBoundsSeconds.Length && seconds > upperBoundsSeconds[bucket])
            bucket++;
        Volatile.Write(ref _counts[bucket], _counts[bucket] + 1);
        Volatile.Write(ref _sumSeconds, _sumSeconds + seconds);
    }
}
