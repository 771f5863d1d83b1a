using System.Diagnostics;
using System.IO.Enumeration;

namespace Vipd.Daemon.Observability;

/// <summary>
/// The process metrics that every Prometheus client library has, under their usual names, and what OpenTelemetry calls
/// the collector's: a collection stops the election thread too.
/// </summary>
internal static class ProcessMetrics
{
    private static readonly Label[] Generations =
    [
        .. Enumerable.Range(0, GC.MaxGeneration + 1).Select(static generation =>
            new Label("gc_heap_generation", $"gen{generation}")),
    ];

    public static IReadOnlyList<MetricFamily> Families
    {
        get
        {
            double startSeconds = StartTimeSeconds();
            return
            [
                MetricFamily.Counter("process_cpu_seconds_total", "User and system CPU time.",
                    static to => to.Write(Environment.CpuUsage.TotalTime.TotalSeconds)),
                MetricFamily.Gauge("process_resident_memory_bytes", "Resident memory.",
                    static to => to.Write(Environment.WorkingSet)),
                MetricFamily.Gauge("process_open_fds", "Open file descriptors.", WriteOpenDescriptors),
                MetricFamily.Gauge("process_start_time_seconds", "Start of the process, Unix time.",
                    to => to.Write(startSeconds)),
                MetricFamily.Counter("dotnet_gc_collections_total",
                    "Collections, by the oldest generation that was collected.", WriteCollections),
                MetricFamily.Counter("dotnet_gc_pause_time_seconds_total", "How long collections stopped all threads.",
                    static to => to.Write(GC.GetTotalPauseDuration().TotalSeconds)),
            ];
        }
    }

    private static void WriteCollections(ExpositionWriter to)
    {
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            // The runtime counts a collection for each younger generation as well.
            int older = generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;
            to.Write(GC.CollectionCount(generation) - older, Generations[generation]);
        }
    }

    private static double StartTimeSeconds()
    {
        using Process self = Process.GetCurrentProcess();
        return new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0;
    }

    // In fd, which has the same names, each is a link, and the enumeration asks for its target: 3 µs a descriptor. The
    // listing itself holds one, which is not counted.
    private static void WriteOpenDescriptors(ExpositionWriter to)
    {
        try
        {
            var listed = new FileSystemEnumerable<byte>(
                "/proc/self/fdinfo", static (ref _) => 0, new EnumerationOptions { AttributesToSkip = 0 });
            to.Write(listed.LongCount() - 1);
        }
        catch (IOException)
        {
            // None is left to count the others with: no sample, and all the other metrics.
        }
    }
}
