using System.Globalization;

namespace Vipd.Lab.Network;

/// <summary>
/// A file system of its own for one node's files, so small that it can be filled; it goes with the segment.
/// </summary>
public sealed class TinyDisk(LabNode node)
{
    private const string Ballast = "ballast";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    /// <summary>Mounts it over the node's directory, which is empty yet.</summary>
    public void Mount() => Run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", node.Directory);

    /// <summary>Until not one octet more fits.</summary>
    public void Fill()
    {
        using var file = new FileStream(node.PathOf(Ballast), FileMode.Append, FileAccess.Write, FileShare.None, 0);
        foreach (var size in (int[])[4096, 1])
        {
            var block = new byte[size];
            try
            {
                while (true) file.Write(block);
            }
            catch (IOException)
            {
                // Full, for blocks of that size.
            }
        }
    }

    public void Free() => File.Delete(node.PathOf(Ballast));

    /// <summary>Everything that is mounted in or on a directory.</summary>
    internal static void UnmountAll(string directory)
    {
        foreach (var mount in File.ReadLines("/proc/mounts").Select(line => line.Split(' ')[1])
            .Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal)).ToList())
        {
            Run("umount", "-l", mount);
        }
    }

    private static void Run(string command, params IReadOnlyList<string> arguments)
    {
        using var process = System.Diagnostics.Process.Start(command, arguments);
        if (!process.WaitForExit(Bound) || process.ExitCode != 0)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"{command} {string.Join(' ', arguments)} failed"));
        }
    }
}
