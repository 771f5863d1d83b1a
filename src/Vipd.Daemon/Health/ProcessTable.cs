using System.Globalization;
using System.Text;

namespace Vipd.Daemon.Health;

/// <summary>Finds processes in /proc (proc(5)).</summary>
/// <param name="root">/proc; another folder in tests.</param>
public sealed class ProcessTable(string root = "/proc")
{
    /// <summary>TASK_COMM_LEN less its zero: the kernel keeps so much of a name.</summary>
    private const int LongestComm = 15;

    /// <summary>
    /// Other users' processes are there as well: not with `hidepid`, which is what ProtectProc=invisible of vipd's unit
    /// mounts. Process 1 is root's, and always runs.
    /// </summary>
    public bool SeesOthers => Directory.Exists(Path.Combine(root, "1"));

    /// <summary>The process with the lowest number that runs a program of this name; null: none.</summary>
    public int? Find(string program)
    {
        int? lowest = null;
        foreach (string folder in Directory.EnumerateDirectories(root))
        {
            if (ParseId(Path.GetFileName(folder)) is { } id && !(id > lowest) && Runs(id, program))
                lowest = id;
        }

        return lowest;
    }

    /// <summary>
    /// By the name that the kernel has, and where that is cut off, by argument 0, which is the process's own word.
    /// </summary>
    public bool Runs(int processId, string program) =>
        Read(processId, "comm") is { } comm
        && IsNamed(processId, comm.TrimEnd('\n'), program)
        && !IsZombie(processId);

    /// <summary>The content of a pid file; null when it is none.</summary>
    public static int? ParseId(string text) =>
        int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id > 0
            ? id
            : null;

    private bool IsNamed(int processId, string comm, string program) =>
        comm.Length < LongestComm
            ? comm == program
            : program.StartsWith(comm, StringComparison.Ordinal)
                && (program.Length == LongestComm
                    || Path.GetFileName((Read(processId, "cmdline") ?? "").Split('\0')[0]) == program);

    // stat: "number (name) state …"; the name may hold anything, also brackets.
    private bool IsZombie(int processId) =>
        Read(processId, "stat") is not { } stat
        || stat.LastIndexOf(')') is not (> 0 and var end)
        || end + 2 >= stat.Length
        || stat[end + 2] is 'Z' or 'X';

    private string? Read(int processId, string file)
    {
        try
        {
            return File.ReadAllText(
                Path.Combine(root, processId.ToString(CultureInfo.InvariantCulture), file), Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
