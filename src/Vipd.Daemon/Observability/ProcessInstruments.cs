using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Vipd.Daemon.Observability;

/// <summary>The process metrics that every Prometheus client library has, under their usual names.</summary>
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
    }

    private static double StartTimeSeconds()
    {
        using Process self = Process.GetCurrentProcess();
        return new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0;
    }

    // The listing itself holds one descriptor, which is not counted.
    private static long CountOpenDescriptors() => Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount() - 1;
}
