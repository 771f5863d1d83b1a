using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Observability;

/// <summary>
/// A histogram of the exposition. System.Diagnostics.Metrics has no observable histogram, and a recording one would run
/// its listeners on the election thread: so the boards count in buckets and a scrape reads them.
/// </summary>
/// <param name="Name">Ends in the unit.</param>
/// <param name="Help">One line.</param>
/// <param name="Series">Read at each scrape.</param>
public sealed record HistogramFamily(string Name, string Help, Func<IEnumerable<HistogramSeries>> Series);

/// <param name="Tags">Label names and values, in the order they are written.</param>
public sealed record HistogramSeries(BucketHistogram Histogram, params KeyValuePair<string, object?>[] Tags);
