using Vipd.Lab.Network;

namespace Vipd.Lab.Systemd;

/// <summary>
/// The control groups (cgroup v2) in which machines run, one each: what systemd finds as the root of all groups.
/// </summary>
internal static class ControlGroups
{
    /// <summary>Those that carry the segment's name, as folders.</summary>
    internal static IReadOnlyList<string> Of(SegmentName name) => MountPoint() is { } root
        ? Directory.GetDirectories(root, $"{name}-*")
        : [];

    /// <summary>
    /// False while it is still in use: a process that was killed leaves its group a moment after it has left its
    /// namespaces. The groups that systemd made inside go first.
    /// </summary>
    internal static bool TryRemove(string group)
    {
        try
        {
            foreach (var inner in Directory.GetDirectories(group)) TryRemove(inner);
            // Its files are the kernel's and go with the folder: rmdir(2), which Directory.Delete is.
            Directory.Delete(group);
            return true;
        }
        catch (IOException)
        {
            return !Directory.Exists(group);
        }
    }

    private static string? MountPoint() => File.ReadLines("/proc/self/mounts")
        .Select(line => line.Split(' '))
        .FirstOrDefault(fields => fields[2] == "cgroup2")?[1];
}
