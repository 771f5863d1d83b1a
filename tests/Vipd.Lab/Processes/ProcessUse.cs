using System.Globalization;
using Vipd.Lab.Network;

namespace Vipd.Lab.Processes;

/// <summary>What a process, or all of a node's, have used and hold, as the kernel counts it.</summary>
/// <param name="CpuSeconds">User and system, of all threads so far, in steps of 10 ms.</param>
/// <param name="ResidentMebibytes">VmRSS; what processes share counts for each.</param>
/// <param name="PrivateMebibytes">Resident and of no file; what the processes of one daemon share counts once.</param>
/// <param name="Descriptors">Open ones.</param>
internal sealed record ProcessUse(
    double CpuSeconds, double ResidentMebibytes, double PrivateMebibytes, int Descriptors)
{
    /// <summary>The clock tick of /proc/PID/stat (USER_HZ), 100 on every architecture that .NET runs on.</summary>
    private const double TicksASecond = 100;

    internal static ProcessUse Of(int processId)
    {
        // The name in brackets may hold blanks; behind it come state (field 3), and utime and stime as 14 and 15.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(fields[11]) + Number(fields[12]);
        return new ProcessUse(
            ticks / TicksASecond,
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

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{CpuSeconds:0.0} s, {ResidentMebibytes:0.0} MiB, {Descriptors} descriptors");

    // "VmRSS:      13312 kB"; several lines may begin so.
    private static double Mebibytes(string file, string start) => File.ReadLines(file)
        .Where(line => line.StartsWith(start, StringComparison.Ordinal))
        .Where(line => line.EndsWith(" kB", StringComparison.Ordinal))
        .Sum(line => Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])) / 1024;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
