using System.Globalization;
using Vipd.Lab.Network;

namespace Vipd.Lab.Processes;

/// <summary>What a process, or all of a node's, have used and hold, as the kernel counts it.</summary>
/// <param name="CpuSeconds">User and system, of all threads so far, as the scheduler counts it.</param>
/// <param name="ResidentMebibytes">VmRSS; what processes share counts for each.</param>
/// <param name="PrivateMebibytes">Resident and of no file; what the processes of one daemon share counts once.</param>
/// <param name="Descriptors">Open ones.</param>
internal sealed record ProcessUse(
    double CpuSeconds, double ResidentMebibytes, double PrivateMebibytes, int Descriptors)
{
    internal static ProcessUse Of(int processId)
    {
        // Not /proc/PID/stat, whose ticks of 10 ms are what a quiet daemon takes in half a minute.
        if (Libc.ProcessorClockOf(processId, out var clock) != 0 || Libc.ReadClock(clock, out var ran) != 0)
            throw new InvalidOperationException($"process {processId} has ended");
        return new ProcessUse(
            ran.ToTimeSpan().TotalSeconds,
            Mebibytes($"/proc/{processId}/status", "VmRSS:"),
            Mebibytes($"/proc/{processId}/smaps_rollup", "Pss_Anon:"),
            Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length);
    }

    /// <summary>The sum over what runs in the node, this process not counted.</summary>
    internal static ProcessUse Of(LabNode node) =>
        node.Namespace.ProcessIds().Where(id => id != Environment.ProcessId).Select(Of).Aggregate((a, b) =>
            new ProcessUse(
                a.CpuSeconds + b.CpuSeconds, a.ResidentMebibytes + b.ResidentMebibytes,
                a.PrivateMebibytes + b.PrivateMebibytes, a.Descriptors + b.Descriptors));

    /// <summary>Seconds on a processor so far of the threads of that name, of all processes of the node.</summary>
    internal static double CpuSecondsOfThreads(LabNode node, string name) => node.Namespace.ProcessIds()
        .SelectMany(id => Directory.GetDirectories($"/proc/{id}/task"))
        .Where(thread => NameOf(thread) == name)
        .Sum(thread => Number(File.ReadAllText($"{thread}/schedstat").Split(' ')[0]) / 1e9);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{CpuSeconds:0.0} s, {ResidentMebibytes:0.0} MiB, {Descriptors} descriptors");

    private static string? NameOf(string thread)
    {
        try
        {
            return File.ReadAllText($"{thread}/comm").TrimEnd();
        }
        catch (IOException)
        {
            return null; // It has ended since the directory was read.
        }
    }

    // "VmRSS:      13312 kB"; several lines may begin so.
    private static double Mebibytes(string file, string start) => File.ReadLines(file)
        .Where(line => line.StartsWith(start, StringComparison.Ordinal))
        .Where(line => line.EndsWith(" kB", StringComparison.Ordinal))
        .Sum(line => Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])) / 1024;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
