using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Vipd.Daemon.Observability;

/// <summary>
/// The process metrics that every Prometheus client library has, under their usual names, and what OpenTelemetry calls
/// the collector's: a collection stops the election thread too.
/// </summary>
internal static class ProcessInstruments
{
    public static void AddTo(Meter meter)
    {
        double startSeconds = StartTimeSeconds();
        meter.CreateObservableCounter("process_cpu_seconds_total",
            static () => Environment.CpuUsage.TotalTime.TotalSeconds, null, "User and system CPU time.");
        meter.CreateObservableGauge("process_resident_memory_bytes",
            static () => Environment.WorkingSet, null, "Resident memory.");
        meter.CreateObservableGauge("process_open_fds", CountOpenDescriptors, null, "Open file descriptors.");
        meter.CreateObservableGauge("process_start_time_seconds",
            () => startSeconds, null, "Start of the process, Unix time.");
        meter.CreateObservableCounter("dotnet_gc_collections_total", CountCollections, null,
            "Collections, by the oldest generation that was collected.");
        meter.CreateObservableCounter("dotnet_gc_pause_time_seconds_total",
            static () => GC.GetTotalPauseDuration().TotalSeconds, null, "How long collections stopped all threads.");
    }

    private static IEnumerable<Measurement<long>> CountCollections()
    {
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            // The runtime counts a collection for each younger generation as well.
            int older = generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;
            yield return new Measurement<long>(
                GC.CollectionCount(generation) - older,
                new KeyValuePair<string, object?>("gc_heap_generation", $"gen{generation}"));
        }
    }

    private static double StartTimeSeconds()
    {
        using Process self = Process.GetCurrentProcess();
        return new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0;
    }

    // The listing itself holds one descriptor, which is not counted.
    private static long CountOpenDescriptors() => Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount() - 1;
}
